import type { Entity } from '../domain/entity';
import { LINK_PROPERTY } from '../domain/ids';
import type { StoredFailure } from '../store/failures';
import type { Run } from '../store/runs';
import type { TenantStore } from '../store/store';

const PAGE = 500;

/**
 * Forgets failures that can no longer happen (A4): creations of HubSpot records that are gone, and unlinks that are no longer due. Call it
 * only after a run that has read everything.
 */
export async function forgetIdleFailures(store: TenantStore, run: Run): Promise<void> {
  let after: string | null = null;
  do {
    const { items, next }: Awaited<ReturnType<typeof store.failures.list>> = await store.failures.list({ after, limit: PAGE });
    for (const entity of run.entities) {
      // Failures of this run stay: a link whose OfficeRnD record could not be read has a failure, but no planned unlink.
      const before = items.filter(({ lastRun }) => lastRun !== run.id);
      await forgetCreations(store, run, entity, subjectsOf(items.filter(isOfRecord), entity, 'link'));
      // A refused link id is told in each run that would create something (L6).
      if (before.some((failure) => !isOfRecord(failure) && failure.entity === entity))
        await store.failures.clear(entity, 'link', [LINK_PROPERTY]);
      await forgetUnlinks(store, run, entity, subjectsOf(before, entity, 'unlink'));
    }
    after = next;
  } while (after !== null);
}

const isOfRecord = ({ subject }: StoredFailure): boolean => subject !== LINK_PROPERTY;

const subjectsOf = (failures: readonly StoredFailure[], entity: Entity, phase: StoredFailure['phase']): readonly string[] => [
  ...new Set(failures.filter((failure) => failure.entity === entity && failure.phase === phase).map(({ subject }) => subject)),
];

async function forgetCreations({ observations, failures }: TenantStore, run: Run, entity: Entity, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  const live = await observations.hashesByIds(run.generation, 'hubspot', entity, ids);
  const gone = ids.filter((id) => !live.has(id));
  if (gone.length > 0) await failures.clear(entity, 'link', gone);
}

async function forgetUnlinks({ operations, failures }: TenantStore, run: Run, entity: Entity, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  const filter = { phase: 'unlink', entity, kinds: ['unlink'], officerndIds: ids } as const;
  // At most two unlinks name one OfficeRnD record: that of its own link (U1), and that of a link id set elsewhere (U7).
  const { items } = await operations.page(run.id, filter, { after: null, limit: 2 * ids.length });
  const wanted = new Set(items.map(({ officerndId }) => officerndId));
  const idle = ids.filter((id) => !wanted.has(id));
  if (idle.length > 0) await failures.clear(entity, 'unlink', idle);
}
