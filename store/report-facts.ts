import type { ReportFacts } from '../domain/build-report';
import { entities as allEntities, sides } from '../domain/entity';
import type { Entity } from '../domain/entity';
import { readOutOfStep } from './out-of-step';
import { heldIn, usedIn } from './proposal-facts';
import type { Run } from './runs';
import type { TenantStore } from './store';

/** The part of a report that is read from the store. */
export type StoredReportFacts = Pick<
  ReportFacts,
  | 'applied'
  | 'updatedLinks'
  | 'calls'
  | 'conflicts'
  | 'firstLink'
  | 'drift'
  | 'reviews'
  | 'failures'
  | 'parked'
  | 'unread'
  | 'lookAgeMs'
  | 'surprises'
  | 'proposals'
  | 'outOfStep'
  | 'outOfStepRecords'
>;

type ReportedRun = Pick<Run, 'id' | 'generation' | 'entities' | 'startedAt' | 'hasVerdicts'> & { readonly mapping?: Run['mapping'] };

/** Everything that is stored so far about a run's work. The run itself and other programs build their reports from it. */
export const reportFactsOf = async (store: TenantStore, tenant: string, run: ReportedRun): Promise<StoredReportFacts> =>
  (await storedFactsOf(store, tenant, run)).facts;

/** The same, with the approved proposals that the run has made use of (P2). */
export async function storedFactsOf(
  store: TenantStore,
  tenant: string,
  { id, generation, entities, startedAt, mapping, hasVerdicts = false }: ReportedRun,
): Promise<{ readonly facts: StoredReportFacts; readonly usedApprovals: readonly string[] }> {
  const [applied, byKind, reviews, failures, parked, calls, updatedLinks, ...facts] = await Promise.all([
    store.operations.tally(id),
    store.conflicts.countByKind(id),
    store.reviews.countOpen(),
    store.failures.countOfRun(id),
    store.failures.countParked(),
    store.callLedger.ofRun(id),
    countUpdatedLinks(store, id, entities),
    store.runs.facts(id),
    ...(generation === id ? [] : [store.runs.facts(generation)]),
  ]);
  const held = heldIn(facts[0] ?? {});
  const outOfStep = await readOutOfStep(store, {
    tenant,
    runs: [{ id, entities, startedAt, held, hasDrift: byKind.drift > 0 }],
    locationProperty: mapping?.creation.locations.property ?? null,
    hasReviews: reviews > 0,
    hasVerdicts,
  });
  const stored: StoredReportFacts = {
    applied,
    updatedLinks,
    calls,
    conflicts: byKind.conflict,
    firstLink: byKind['first-link'],
    drift: byKind.drift,
    reviews,
    failures,
    parked,
    unread: unreadOf(facts),
    proposals: held,
    outOfStep: outOfStep.groups,
    outOfStepRecords: outOfStep.records,
    surprises: surprisesOf(facts),
    lookAgeMs: { max: lookAgeOf(facts) },
  };
  return { facts: stored, usedApprovals: usedIn(facts[0] ?? {}) };
}

/** The name of the run fact with the ids of the records in which a field was a surprise (S1). */
export const surpriseFact = (entity: Entity, field: string): string => `surprise/${entity}/${field}`;

/** S1: the fields that were not as they should be after a write, each with the number of records. */
const surprisesOf = ([ofRun = {}]: readonly Readonly<Record<string, unknown>>[]): ReportFacts['surprises'] =>
  Object.entries(ofRun)
    .flatMap(([name, ids]) => {
      const [, ofEntity, field] = /^surprise\/(company|member|opportunity)\/(.+)$/s.exec(name) ?? [];
      const entity = allEntities.find((one) => one === ofEntity);
      return entity === undefined || field === undefined || !Array.isArray(ids) ? [] : [{ entity, field, records: ids.length }];
    })
    .toSorted((one, other) => (`${one.entity} ${one.field}` < `${other.entity} ${other.field}` ? -1 : 1));

/** The name of the run fact with the largest age of a look at which its write left, in milliseconds (M8). */
export const LOOK_AGE_FACT = 'look-age-ms';

const lookAgeOf = ([ofRun = {}]: readonly Readonly<Record<string, unknown>>[]): number => {
  const age = ofRun[LOOK_AGE_FACT];
  return typeof age === 'number' ? age : 0;
};

/** Links that were written on either side, by entity. */
async function countUpdatedLinks(store: TenantStore, run: string, entities: readonly Entity[]): Promise<ReportFacts['updatedLinks']> {
  const counts = entities.map(
    async (entity) => [entity, await store.operations.countPairs(run, { phase: 'update', entity, state: 'applied' })] as const,
  );
  return Object.fromEntries(await Promise.all(counts));
}

/** The fields of which a vendor said nothing in a run, by its facts (V3). */
export const unreadIn = (facts: Readonly<Record<string, unknown>>): ReportFacts['unread'] => unreadOf([facts]);

/** The same from the facts of the run and of its newest complete reading. */
export const unreadOf = (facts: readonly Readonly<Record<string, unknown>>[]): ReportFacts['unread'] =>
  [...new Set(facts.flatMap((of) => Object.keys(of)))].sort().flatMap((name) => {
    const [, side, entity, field] = /^unread\/(hubspot|officernd)\/(company|member|opportunity)\/(.+)$/s.exec(name) ?? [];
    const [ofSide, ofEntity] = [sides.find((one) => one === side), allEntities.find((one) => one === entity)];
    return ofSide === undefined || ofEntity === undefined || field === undefined ? [] : [{ side: ofSide, entity: ofEntity, field }];
  });
