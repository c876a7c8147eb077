import { Command } from 'commander';
import { z } from 'zod';
import { actorOf } from '../../client/actor';
import { ErasureRefusedError } from '../../client/exports/forget';
import { entities } from '../../domain/entity';
import { CliError } from '../cli-error';
import { exitCodes } from '../exit-codes';
import { certificateText } from '../text/exports';
import { requireTenant, tenantName } from './command';
import type { CommandKit } from './command';

const input = z.object({ tenant: tenantName, entity: z.enum(entities), id: z.string().min(1), evenSo: z.boolean().default(false) });

/** `orsync forget`. The entity need not be kept in step any more: what is kept of it may be older. */
export const forgetCommand = ({ action }: CommandKit): Command =>
  new Command('forget')
    .description('erase everything that is kept of one record, and print a certificate; nothing changes at the vendors')
    .argument('<tenant>')
    .argument('<entity>', entities.join(', '))
    .argument('<id>', 'the record’s id in OfficeRnD or HubSpot, or its link’s id')
    .option('--even-so', 'also while it is linked: the link stays, and the next run reads the record again')
    .action(
      action(input, async ({ tenant, entity, id, evenSo }, context) => {
        await requireTenant(context, tenant);
        const client = await context.session.sync();
        const certificate = await client.forget(tenant, entity, id, { evenSo, by: actorOf(context.env) }).catch((error: unknown) => {
          throw error instanceof ErasureRefusedError ? new CliError(error.kind, error.message, exitCodes.failed) : error;
        });
        context.terminal.result(certificate, () => certificateText(certificate));
        return exitCodes.ok;
      }),
    );
