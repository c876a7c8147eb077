import type { Entity } from '../domain/entity';
import { caseOfFailure, createOutOfStepTally } from '../domain/out-of-step';
import type { OutOfStep, OutOfStepCase } from '../domain/out-of-step';
import type { Effect } from '../domain/proposal';
import type { HeldList } from '../domain/report';
import type { Verdict } from '../domain/verdict';
import type { ConflictRecord } from './conflicts';
import { effectHash } from './content-hash';
import type { StandingFailure } from './failures';
import { forEachItem } from './paging';
import type { StandingReview } from './reviews';
import type { TenantStore } from './store';

/** A run that says what is held and what drifts, and of which entities. */
export interface TellingRun {
  readonly id: string;
  readonly entities: readonly Entity[];
  readonly startedAt: Date;
  readonly held: readonly HeldList[];
  /** Whether the run has noted any drift. */
  readonly hasDrift: boolean;
}

/** Where to look for what is out of step. */
export interface OutOfStepSources {
  readonly tenant: string;
  readonly runs: readonly TellingRun[];
  /** The HubSpot property that chooses the location, if one does (L8). */
  readonly locationProperty: string | null;
  readonly hasReviews: boolean;
  /** Whether people have decided about single effects (P2). */
  readonly hasVerdicts: boolean;
}

/**
 * Everything that the store knows to be out of step: failures, open reviews, what is held or rejected, and differences that stay. A tenant in
 * step costs one short query.
 */
export async function readOutOfStep(store: TenantStore, sources: OutOfStepSources): Promise<OutOfStep> {
  const { tenant, runs, locationProperty, hasReviews, hasVerdicts } = sources;
  const tally = createOutOfStepTally();
  const rejected = new Set<string>();
  await Promise.all([
    forEachItem<StandingFailure>(store.failures.standing, (failure) => tally.add(caseOfFailure(failure, locationProperty))),
    hasReviews &&
      forEachItem<StandingReview>(store.reviews.standing, (review) => {
        for (const one of casesOfReview(review)) tally.add(one);
      }),
    hasVerdicts &&
      forEachItem<Verdict>(
        (request) => store.verdicts.page('rejected', request),
        ({ hash, effect, at }) => {
          rejected.add(hash);
          tally.add({ ...bare, ...once(at), reason: 'rejected', entity: effect.entity, record: effect });
        },
      ),
  ]);
  for (const run of runs) await addOfRun(store, run, rejected, tally.add);
  return tally.result(tenant);
}

const bare = { field: null, side: null, detail: null } as const;
const once = (at: Date): Pick<OutOfStepCase, 'since' | 'newest'> => ({ since: at, newest: at });

/** A case with several records concerns each of them. */
const casesOfReview = ({ entity, kind, officerndIds, hubspotIds, openedAt }: StandingReview): readonly OutOfStepCase[] =>
  [
    ...hubspotIds.map((hubspotId) => ({ officerndId: null, hubspotId })),
    ...officerndIds.map((officerndId) => ({ officerndId, hubspotId: null })),
  ].map((record) => ({ ...bare, ...once(openedAt), reason: 'review', entity, record, detail: kind }));

/** @param rejected hashes of effects that somebody has rejected since: they are told by themselves */
async function addOfRun(
  store: TenantStore,
  run: TellingRun,
  rejected: ReadonlySet<string>,
  add: (one: OutOfStepCase) => void,
): Promise<void> {
  for (const { id, entity, kind } of run.held) {
    await forEachItem<Effect>(
      (request) => store.proposals.effects.page(id, request),
      (effect) => {
        if (rejected.size > 0 && rejected.has(effectHash(effect))) return;
        add({ ...bare, ...once(run.startedAt), reason: 'held', entity, record: effect, detail: id, ...fieldOf(kind, effect) });
      },
    );
  }
  if (!run.hasDrift) return;
  await forEachItem<ConflictRecord>(
    (request) => store.conflicts.pageOfKind(run.id, 'drift', request),
    ({ entity, field, rule, officerndId, hubspotId, at }) => {
      if (run.entities.includes(entity))
        add({ ...bare, ...once(at), reason: 'drift', entity, record: { officerndId, hubspotId }, field, detail: rule });
    },
  );
}

/** A brake of phase 3 holds single fields, the others whole records. */
const fieldOf = (kind: HeldList['kind'], { fields }: Effect): Pick<OutOfStepCase, 'field'> => ({
  field: kind === 'erase' || kind === 'first-link' ? (fields[0]?.field ?? null) : null,
});
