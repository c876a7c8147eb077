import { Command } from 'commander';
import { z } from 'zod';
import { entities as allEntities } from '../../domain/entity';
import type { Entity } from '../../domain/entity';
import type { TenantStore } from '../../store/store';
import { CliError } from '../cli-error';
import { exitCodes } from '../exit-codes';
import { recordIdIn, subjectsMeant } from '../failure-subjects';
import { everyItem } from '../../store/paging';
import { counted } from '../text/tables';
import { collect, entityNames, refuseOtherEntities, requireTenant, tenantName } from './command';
import type { CommandKit } from './command';

const input = z.object({ tenant: tenantName, entity: entityNames, id: z.array(z.string()).default([]) });

/** `orsync retry` */
export const retryCommand = ({ action }: CommandKit): Command =>
  new Command('retry')
    .description('make the next run try failed and parked records again')
    .argument('<tenant>')
    .option('--entity <entity>', 'only company, member or opportunity; may be repeated', collect)
    .option('--id <id>', 'only this record, by its id in HubSpot or OfficeRnD; may be repeated', collect)
    .action(
      action(input, async ({ tenant, entity, id }, context) => {
        refuseOtherEntities(tenant, entity, await requireTenant(context, tenant));
        const store = (await context.session.store()).forTenant(tenant);
        const chosen = entity.length === 0 ? [undefined] : entity;
        const subjects = id.length === 0 ? undefined : await subjectsOf(store, id, entity);
        const counts = await Promise.all(
          chosen.map((one) =>
            store.failures.requestRetry({ ...(one !== undefined && { entity: one }), ...(subjects !== undefined && { subjects }) }),
          ),
        );
        const lifted = await liftSuppressions(store, id, entity);
        const failed = counts.reduce((sum, count) => sum + count, 0);
        const requested = failed + lifted;
        if (id.length > 0 && requested === 0) throw nothingToRetry(id);
        context.terminal.result({ tenant, requested }, () => whatHappens(failed, lifted));
        return exitCodes.ok;
      }),
    );

/** U5: a HubSpot record whose OfficeRnD record was deleted is created again when a person names its id. */
async function liftSuppressions(store: TenantStore, ids: readonly string[], entities: readonly Entity[]): Promise<number> {
  const recordIds = ids.map(recordIdIn);
  const lifted = await Promise.all(
    (entities.length === 0 ? allEntities : entities).map(async (entity) => {
      const suppressed = [...(await store.suppressions.among(entity, recordIds))];
      if (suppressed.length > 0) await store.suppressions.remove(entity, suppressed);
      return suppressed.length;
    }),
  );
  return lifted.reduce((sum, count) => sum + count, 0);
}

async function subjectsOf(store: TenantStore, ids: readonly string[], entities: readonly Entity[]): Promise<readonly string[]> {
  const failures = await everyItem((request) => store.failures.list(request));
  const relevant = entities.length === 0 ? failures : failures.filter(({ entity }) => entities.includes(entity));
  const recordIds = ids.map(recordIdIn);
  const links = await Promise.all(
    allEntities.map(async (entity) => {
      const [ofHubSpot, ofOfficernd] = await Promise.all([
        store.links.activeByHubSpotIds(entity, recordIds),
        store.links.activeByOfficerndIds(entity, recordIds),
      ]);
      return [...ofHubSpot.values(), ...ofOfficernd.values()];
    }),
  );
  return subjectsMeant(relevant, ids, links.flat());
}

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
