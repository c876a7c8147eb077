import { Command, Option } from 'commander';
import { z } from 'zod';
import { exportKinds } from '../../client/exports/documents';
import { exportText } from '../../client/exports/export-text';
import { findRun } from '../../client/runs/find-run';
import { unknownRun, usageError } from '../cli-error';
import { exitCodes } from '../exit-codes';
import { requireTenant, tenantName } from './command';
import type { CommandKit } from './command';

/** JSON has no lines: `--json` is a form of its own. */
const formats = ['csv', 'ndjson'] as const;

const input = z.object({ tenant: tenantName, what: z.enum(exportKinds), format: z.enum(formats).optional(), run: z.string().optional() });

/** `orsync export` */
export const exportCommand = ({ action }: CommandKit): Command =>
  new Command('export')
    .description('print all links, operations, conflicts, reviews or failures as a file, on standard output')
    .argument('<tenant>')
    .argument('<what>', exportKinds.join(', '))
    .addOption(new Option('--format <format>', 'csv (default) or ndjson').choices(formats))
    .option('--run <run>', 'only what belongs to this run')
    .action(
      action(input, async ({ tenant, what, format, run }, context) => {
        const { terminal, session } = context;
        if (terminal.json && format !== undefined) throw usageError('Give --format or --json: with --json an export is one JSON document.');
        await requireTenant(context, tenant);
        const kept = (await session.store()).forTenant(tenant);
        const found = run === undefined ? null : await findRun(kept, run);
        if (run !== undefined && found === null) throw unknownRun(tenant, run);
        const request = { tenant, kind: what, format: terminal.json ? 'json' : (format ?? 'csv'), run: run ?? null } as const;
        await terminal.file(exportText(found?.store ?? kept, request));
        return exitCodes.ok;
      }),
    );
