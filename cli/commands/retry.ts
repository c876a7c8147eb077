import { Command } from 'commander';
import { z } from 'zod';
import { retryIn } from '../../client/standing/retry';
import { CliError, usageError } from '../cli-error';
import { exitCodes } from '../exit-codes';
import { counted } from '../text/tables';
import { collect, entityNames, refuseOtherEntities, requireTenant, tenantName } from './command';
import type { CommandKit } from './command';

const input = z.object({ tenant: tenantName, entity: entityNames, id: z.array(z.string()).default([]), group: z.string().optional() });

/** `orsync retry` */
export const retryCommand = ({ action }: CommandKit): Command =>
  new Command('retry')
    .description('make the next run try failed and parked records again')
    .argument('<tenant>')
    .option('--entity <entity>', 'only company, member or opportunity; may be repeated', collect)
    .option('--id <id>', 'only this record, by its id in HubSpot or OfficeRnD; may be repeated', collect)
    .option('--group <group>', 'only this group of "orsync failures", by the beginning of its id')
    .action(
      action(input, async ({ tenant, entity, id, group }, context) => {
        refuseOtherEntities(tenant, entity, await requireTenant(context, tenant));
        if (group !== undefined && entity.length + id.length > 0) throw usageError('Give either --group, or --entity and --id.');
        const kept = (await context.session.store()).forTenant(tenant);
        const retried = await retryIn(kept, { entities: entity, ids: id, ...(group !== undefined && { group }) });
        if (retried === null) throw noSuchGroup(tenant, group ?? '');
        const { failed, lifted } = retried;
        const requested = failed + lifted;
        if (id.length > 0 && requested === 0) throw nothingToRetry(id);
        context.terminal.result({ tenant, requested }, () => whatHappens(failed, lifted));
        return exitCodes.ok;
      }),
    );

const noSuchGroup = (tenant: string, group: string): CliError =>
  new CliError('no-group', `${tenant} has no group of failures ${group}; "orsync failures ${tenant}" lists them.`, exitCodes.failed);

const nothingToRetry = (ids: readonly string[]): CliError =>
  new CliError(
    'nothing-to-retry',
    `No failed, parked or suppressed record has the id ${ids.join(' or ')}; "orsync status" lists those that failed.`,
    exitCodes.failed,
  );

function whatHappens(failed: number, lifted: number): string {
  const parts = [
    ...(failed > 0 ? [`The next run tries ${counted(failed, 'failure')} again.`] : []),
    ...(lifted > 0 ? [`The next run may create ${counted(lifted, 'suppressed record')} again.`] : []),
  ];
  return parts.length === 0 ? 'No record has failed or is parked.' : parts.join(' ');
}
