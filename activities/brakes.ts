import { createsNeedApproval, unlinkNeedsApproval } from '../domain/brake';
import type { OfficerndId } from '../domain/ids';
import type { OfficerndActivities, RunRef } from './api';
import type { ActivityDeps } from './deps';
import { heartbeating, openRun } from './slice/run-slice';
import type { Finish, SliceWork, Work } from './slice/run-slice';

/** The activity that releases what the brakes hold, in every phase. */
export const createBrakeActivities = (deps: ActivityDeps): Pick<OfficerndActivities, 'releaseHeld'> => ({
  releaseHeld: (input) => heartbeating(() => releaseHeld(deps, input)),
});

/** The run fact that remembers how many creations a person has released. */
const APPROVED_CREATES = 'approvedCreates';

/**
 * U4: holds all unlinks that are planned for an entity, or none. The counts come from the stored operations, so the call may be repeated. A
 * preview holds nothing and counts what a run would hold.
 */
export async function brakeUnlinks({ store, run, input: { entity }, mapping }: SliceWork): Promise<Finish> {
  const unlinks = { phase: 'unlink', entity, kinds: ['unlink'], reasons: ['U1', 'U7'] } as const;
  const countPlanned = () => store.operations.count(run.id, { phase: 'unlink', entity, state: 'planned' });
  const [planned, strays, links] = await Promise.all([
    store.operations.count(run.id, { ...unlinks, state: 'planned' }),
    store.operations.count(run.id, { ...unlinks, reasons: ['U7'], state: 'planned' }),
    store.links.countActive(entity),
  ]);
  const isTooMany = unlinkNeedsApproval(planned, links + strays, mapping.brakes);
  if (run.mode === 'preview') return { counters: { wouldHold: isTooMany ? planned : 0 }, planned: await countPlanned() };
  if (isTooMany) {
    await store.operations.move(run.id, { ...unlinks, state: 'planned' }, 'held');
  }
  const [held, left] = await Promise.all([store.operations.count(run.id, { phase: 'unlink', entity, state: 'held' }), countPlanned()]);
  return { counters: { held }, planned: left };
}

/** Those of the given OfficeRnD records whose unlinking a brake holds (U4). */
export async function heldAmong({ store, run, input }: SliceWork, ids: readonly OfficerndId[]): Promise<ReadonlySet<OfficerndId>> {
  if (ids.length === 0) return new Set();
  const held = { phase: 'unlink', entity: input.entity, state: 'held', officerndIds: ids } as const;
  const { items } = await store.operations.page(run.id, held, { after: null, limit: ids.length });
  return new Set(items.flatMap(({ officerndId }) => officerndId ?? []));
}

/**
 * L11: holds the planned creations when the run has more new ones than the limit. Creations that a person has released before do not count
 * again. A preview holds nothing and counts what a run would hold.
 */
export async function brakeCreates(work: SliceWork): Promise<Finish> {
  const { store, run, mapping, input } = work;
  const creates = { phase: 'link', entity: input.entity, kinds: ['create'] } as const;
  const [all, approved] = await Promise.all([store.operations.count(run.id, { kinds: ['create'] }), approvedCreates(work)]);
  const isTooMany = createsNeedApproval(all - approved, mapping.brakes);
  const countPlanned = () => store.operations.count(run.id, { ...creates, states: ['planned', 'calling'] });
  if (run.mode === 'preview') {
    const planned = await countPlanned();
    return { counters: { wouldHold: isTooMany ? planned : 0 }, planned };
  }
  if (isTooMany) await store.operations.move(run.id, { ...creates, state: 'planned' }, 'held');
  const [held, planned] = await Promise.all([store.operations.count(run.id, { ...creates, state: 'held' }), countPlanned()]);
  return { counters: { held }, planned };
}

async function approvedCreates({ store, run }: Pick<Work, 'store' | 'run'>): Promise<number> {
  const approved = (await store.runs.facts(run.id))[APPROVED_CREATES];
  return typeof approved === 'number' ? approved : 0;
}

/**
 * U4, L11: moves this run's held operations back to planned, and those of no other run. Needs no secret. If a secret stopped working while
 * the run waited, only the steps that need it are blocked.
 */
async function releaseHeld(deps: ActivityDeps, ref: RunRef): Promise<number> {
  const { store, run } = await openRun(deps, ref);
  // If an attempt dies before the next line, a later brake asks once more. It never allows more creations than were approved.
  const creates = await store.operations.move(run.id, { kinds: ['create'], state: 'held' }, 'planned');
  if (creates > 0) await store.runs.setFact(run.id, APPROVED_CREATES, (await approvedCreates({ store, run })) + creates);
  return creates + (await store.operations.move(run.id, { state: 'held' }, 'planned'));
}
