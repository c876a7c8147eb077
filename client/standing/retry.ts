import { entities as allEntities } from '../../domain/entity';
import type { Entity } from '../../domain/entity';
import { recordIdIn } from '../../domain/ids';
import type { StandingFailure } from '../../store/failures';
import { everyItem } from '../../store/paging';
import type { TenantStore } from '../../store/store';
import { subjectsMeant } from './failure-subjects';
import { groupId, meantGroup } from './failures';

/** The failures that are to be tried again: all, those of entities, of records, or of a group. */
export interface RetryDemand {
  readonly entities?: readonly Entity[];
  readonly ids?: readonly string[];
  /** The beginning of a group's id, as `failures` gives it. */
  readonly group?: string;
}

/** The number of failures that the next run tries again, and of suppressed records that it may create. */
export interface Retried {
  readonly failed: number;
  readonly lifted: number;
}

/** Makes the next run try failures again. Null for a group that is not there. */
export async function retryIn(kept: TenantStore, { entities = [], ids = [], group }: RetryDemand): Promise<Retried | null> {
  if (group !== undefined) {
    const failures = await everyItem<StandingFailure>((request) => kept.failures.standing(request));
    const meant = await meantGroup(group, failures);
    const [one] = failures.filter((failure) => groupId(failure) === meant);
    if (one === undefined) return null;
    const { entity, phase, reason, field } = one;
    return { failed: await kept.failures.requestRetry({ entity, phase, reason, field }), lifted: 0 };
  }
  const subjects = ids.length === 0 ? undefined : await subjectsOf(kept, ids, entities);
  const counts = await Promise.all(
    (entities.length === 0 ? [undefined] : entities).map((one) =>
      kept.failures.requestRetry({ ...(one !== undefined && { entity: one }), ...(subjects !== undefined && { subjects }) }),
    ),
  );
  return { failed: counts.reduce((sum, count) => sum + count, 0), lifted: await liftSuppressions(kept, ids, entities) };
}

/** U5: a HubSpot record whose OfficeRnD record was deleted is created again when a person names its id. */
async function liftSuppressions(kept: TenantStore, ids: readonly string[], entities: readonly Entity[]): Promise<number> {
  const recordIds = ids.map(recordIdIn);
  const lifted = await Promise.all(
    (entities.length === 0 ? allEntities : entities).map(async (entity) => {
      const suppressed = [...(await kept.suppressions.among(entity, recordIds))];
      if (suppressed.length > 0) await kept.suppressions.remove(entity, suppressed);
      return suppressed.length;
    }),
  );
  return lifted.reduce((sum, count) => sum + count, 0);
}

async function subjectsOf(kept: TenantStore, ids: readonly string[], entities: readonly Entity[]): Promise<readonly string[]> {
  const failures = await everyItem((request) => kept.failures.list(request));
  const relevant = entities.length === 0 ? failures : failures.filter(({ entity }) => entities.includes(entity));
  const recordIds = ids.map(recordIdIn);
  const links = await Promise.all(
    allEntities.map(async (entity) => {
      const [ofHubSpot, ofOfficernd] = await Promise.all([
        kept.links.activeByHubSpotIds(entity, recordIds),
        kept.links.activeByOfficerndIds(entity, recordIds),
      ]);
      return [...ofHubSpot.values(), ...ofOfficernd.values()];
    }),
  );
  return subjectsMeant(relevant, ids, links.flat());
}
