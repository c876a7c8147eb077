import { effectsOf } from '../../domain/listed-effect';
import type { ListedEffect } from '../../domain/listed-effect';
import type { Entity } from '../../domain/entity';
import { pairId } from '../../domain/link';
import { undoneReasonOf } from '../../domain/preview-outcome';
import type { EffectFacts, UndoneReason } from '../../domain/preview-outcome';
import type { AppliedPreview } from '../../domain/proposal';
import type { AppliedCounts } from '../../domain/report';
import { listedHash } from '../../store/content-hash';
import type { Failure } from '../../store/failures';
import { UNDONE } from '../../store/undone';
import type { StoredOperation } from '../../store/operations';
import type { Run } from '../../store/runs';
import type { TenantStore } from '../../store/store';
import { listedPages } from './listed-effects';

/**
 * Compares what a run has done with the preview that it applies. Each effect that was not done is stored as an operation of the run, with the
 * reason. So the report lists it for as long as other history is kept. May be repeated.
 * @param isRunOver whether the run came to its end
 */
export async function noteAppliedOutcome(
  store: TenantStore,
  run: Run & { readonly applies: AppliedPreview },
  isRunOver: boolean,
): Promise<AppliedCounts> {
  const { preview, by, at, note, isStale } = run.applies;
  const notDone = new Map<UndoneReason, number>();
  let effects = 0;
  for await (const operations of listedPages(store.preview(), preview)) {
    const page = operations.flatMap((operation) => effectsOf(operation));
    effects += page.length;
    const undone = (await judge(store, run, page, { isRunOver, isStale })).flatMap(({ effect, why }) =>
      why === null ? [] : [{ effect, why }],
    );
    for (const { why } of undone) notDone.set(why, (notDone.get(why) ?? 0) + 1);
    for (const reason of new Set(undone.map(({ why }) => why))) {
      const some = undone.filter(({ why }) => why === reason);
      const noted = some.map(({ effect }) => ({ ...effect, id: `${UNDONE}${listedHash(effect)}` }));
      await store.operations.plan(run.id, noted, 'failed', reason);
    }
  }
  const unlisted = await store.operations.count(run.id, { state: 'held' });
  const left = [...notDone.values()].reduce((sum, count) => sum + count, 0);
  return {
    preview,
    by,
    at: at.toISOString(),
    note,
    effects,
    done: effects - left,
    notDone: Object.fromEntries([...notDone].toSorted(([one], [other]) => (one < other ? -1 : 1))),
    unlisted,
  };
}

interface Judged {
  readonly effect: ListedEffect;
  /** Null where it was done. */
  readonly why: UndoneReason | null;
}

type RunState = Pick<EffectFacts, 'isRunOver' | 'isStale'>;

async function judge(store: TenantStore, run: Run, page: readonly ListedEffect[], state: RunState): Promise<readonly Judged[]> {
  const judged: Judged[] = [];
  for (const entity of new Set(page.map((effect) => effect.entity))) {
    const effects = page.filter((effect) => effect.entity === entity);
    const factsOf = await loadFacts(store, run, entity, effects);
    judged.push(...effects.map((effect) => ({ effect, why: undoneReasonOf(effect, { ...factsOf(effect), ...state }) })));
  }
  return judged;
}

type Facts = Omit<EffectFacts, keyof RunState>;

/** Loads what is known about the records of these effects, now that the run is over. */
async function loadFacts(
  store: TenantStore,
  run: Run,
  entity: Entity,
  effects: readonly ListedEffect[],
): Promise<(effect: ListedEffect) => Facts> {
  const hubspotIds = [...new Set(effects.flatMap(({ hubspotId }) => hubspotId ?? []))];
  const officerndIds = [...new Set(effects.flatMap(({ officerndId }) => officerndId ?? []))];
  const [byHubSpot, byOfficernd, unfinished, linksOfHubSpot, linksOfOfficernd, hubspot, officernd, reviews, failures] = await Promise.all([
    store.operations.ofRecordsIn(run.id, 'hubspot', hubspotIds, { entity }),
    store.operations.ofRecordsIn(run.id, 'officernd', officerndIds, { entity }),
    store.operations.unfinishedCreates(
      entity,
      effects.flatMap(({ kind, hubspotId }) => (kind === 'create' ? (hubspotId ?? []) : [])),
    ),
    store.links.activeByHubSpotIds(entity, hubspotIds),
    store.links.activeByOfficerndIds(entity, officerndIds),
    store.observations.liveAmong(run.generation, 'hubspot', entity, hubspotIds),
    store.observations.liveAmong(run.generation, 'officernd', entity, officerndIds),
    store.reviews.ofRun(run.id, entity, { hubspotIds, officerndIds }),
    failuresOf(store, entity, effects),
  ]);
  const own = [...new Map([...byHubSpot, ...byOfficernd].map((operation) => [operation.id, operation])).values()].filter(
    ({ id }) => !id.startsWith(UNDONE),
  );
  const states = statesByHash(own);
  // L12: a creation that an earlier run has sent without an answer is not sent again yet.
  const waiting = new Set(unfinished.map((create) => create.hubspotId));
  return (effect) => {
    const { hubspotId, officerndId } = effect;
    const [ofHubSpot, ofOfficernd] = [linksOfHubSpot.get(hubspotId ?? ''), linksOfOfficernd.get(officerndId ?? '')];
    const link = ofHubSpot ?? ofOfficernd;
    const isPair = link !== undefined && link.hubspotId === hubspotId && (officerndId === null || link.officerndId === officerndId);
    return {
      same: states.get(listedHash(effect)) ?? (effect.kind === 'create' && waiting.has(hubspotId) ? 'calling' : null),
      others: own.filter((one) => one.hubspotId === hubspotId || (officerndId !== null && one.officerndId === officerndId)),
      link: isPair ? 'this-pair' : link === undefined ? 'none' : 'another',
      isHubSpotThere: hubspot.has(hubspotId ?? ''),
      isOfficerndThere: officerndId === null || officernd.has(officerndId),
      isInReview: reviews.some(
        (review) => review.hubspotIds.some((id) => id === hubspotId) || review.officerndIds.some((id) => id === officerndId),
      ),
      hasFailed: failures.has(failureName(effect)) || failures.has(failureName({ ...effect, fields: [] })),
    };
  };
}

/** The states of a run's effects. One of a record that the run has created is found under its name in the preview, too. */
function statesByHash(operations: readonly StoredOperation[]): ReadonlyMap<string, StoredOperation['state']> {
  const created = new Set(
    operations.flatMap(({ kind, state, hubspotId }) => (kind === 'create' && state === 'applied' ? [hubspotId] : [])),
  );
  return new Map(
    operations
      .filter(({ state }) => state !== 'held')
      .flatMap((operation) =>
        effectsOf(operation, created.has(operation.hubspotId)).map((effect) => [listedHash(effect), operation.state] as const),
      ),
  );
}

/** The names of failures that are noted for the records or fields of these effects. */
async function failuresOf({ failures }: TenantStore, entity: Entity, effects: readonly ListedEffect[]): Promise<ReadonlySet<string>> {
  const found: Failure[] = [];
  for (const phase of new Set(effects.map((effect) => effect.phase))) {
    const subjects = effects.filter((effect) => effect.phase === phase).map(subjectOf);
    found.push(...(await failures.bySubjects(entity, phase, [...new Set(subjects)])));
  }
  return new Set(found.map(({ phase, subject, field }) => `${phase} ${subject} ${field ?? ''}`));
}

const failureName = (effect: ListedEffect): string =>
  `${effect.phase} ${subjectOf(effect)} ${effect.phase === 'update' ? (effect.fields[0]?.field ?? '') : ''}`;

/** The subject of a failure, as each phase names it. */
function subjectOf({ phase, entity, hubspotId, officerndId }: ListedEffect): string {
  switch (phase) {
    case 'unlink':
      return officerndId ?? '';
    case 'link':
      return hubspotId ?? '';
    case 'update':
      return pairId(entity, officerndId ?? '', hubspotId ?? '');
  }
}
