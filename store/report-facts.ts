import type { ReportFacts } from '../domain/build-report';
import type { Entity } from '../domain/entity';
import type { Run } from './runs';
import type { TenantStore } from './store';

/** The part of a report that is read from the store. */
export type StoredReportFacts = Pick<
  ReportFacts,
  'applied' | 'updatedLinks' | 'calls' | 'conflicts' | 'firstLink' | 'drift' | 'reviews' | 'failures' | 'parked'
>;

/** Everything that is stored so far about a run's work. The run itself and other programs build their reports from it. */
export async function reportFactsOf(store: TenantStore, { id, entities }: Pick<Run, 'id' | 'entities'>): Promise<StoredReportFacts> {
  const [applied, byKind, reviews, failures, parked, calls, updatedLinks] = await Promise.all([
    store.operations.tally(id),
    store.conflicts.countByKind(id),
    store.reviews.countOpen(),
    store.failures.countOfRun(id),
    store.failures.countParked(),
    store.callLedger.ofRun(id),
    countUpdatedLinks(store, id, entities),
  ]);
  return {
    applied,
    updatedLinks,
    calls,
    conflicts: byKind.conflict,
    firstLink: byKind['first-link'],
    drift: byKind.drift,
    reviews,
    failures,
    parked,
  };
}

/** Links that were written on either side, by entity. */
async function countUpdatedLinks(store: TenantStore, run: string, entities: readonly Entity[]): Promise<ReportFacts['updatedLinks']> {
  const counts = entities.map(
    async (entity) => [entity, await store.operations.countPairs(run, { phase: 'update', entity, state: 'applied' })] as const,
  );
  return Object.fromEntries(await Promise.all(counts));
}
