import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { Command } from 'commander';
import { z } from 'zod';
import { ConfigurationError } from '../../config/configuration-error';
import { readLinkFile } from '../../client/exports/link-file';
import { proposeLinks } from '../../client/exports/propose-links';
import { exitCodes } from '../exit-codes';
import { importText } from '../text/exports';
import { requireTenant, tenantName } from './command';
import type { CommandKit } from './command';

const input = z.object({ tenant: tenantName, what: z.enum(['links']), file: z.string() });

/** `orsync import` (P1) */
export const importCommand = ({ action }: CommandKit): Command =>
  new Command('import')
    .description('propose the links of a file from another tool; "orsync approve" has them made')
    .argument('<tenant>')
    .argument('<what>', 'links')
    .argument('<file>', 'CSV or NDJSON with entity, officerndId and hubspotId')
    .action(
      action(input, async ({ tenant, file }, context) => {
        const configured = await requireTenant(context, tenant);
        const links = readLinkFile(await textOf(file), basename(file), configured);
        const proposed = await proposeLinks(await context.session.store(), tenant, links, new Date());
        context.terminal.result(proposed, () => importText(proposed));
        return exitCodes.ok;
      }),
    );

async function textOf(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    const message = 'this file cannot be read; check its name and that this user may read it';
    throw new ConfigurationError([{ setting: '', message }], basename(file), { cause: error });
  }
}
