import type { OfficerndActivities, RunRef } from './api';
import { applyCreatesStep } from './apply-creates';
import type { ActivityDeps } from './deps';
import { createMatching } from './match';
import { APPROVED_CREATES, approvedCreates, brakeCreates, planCreatesStep } from './plan-creates';
import { heartbeating, openRun, runSlice } from './work';

/** Phase 2, and the release of what a brake holds in any phase. */
export const createLinkActivities = (
  deps: ActivityDeps,
): Pick<OfficerndActivities, 'matchRecords' | 'planCreates' | 'applyCreates' | 'releaseHeld'> => ({
  matchRecords: (input) => {
    const { step, finish } = createMatching();
    return runSlice(deps, 'match', input, step, finish);
  },
  planCreates: (input) => runSlice(deps, 'plan-creates', input, planCreatesStep, brakeCreates),
  applyCreates: (input) => runSlice(deps, 'apply-creates', input, applyCreatesStep),
  releaseHeld: (input) => heartbeating(() => releaseHeld(deps, input)),
});

/**
 * U4, L11: takes this run's held operations back to planned, and no others. Needs no secret: one that stopped working while the run waited
 * blocks the steps that need it, which can wait.
 */
async function releaseHeld(deps: ActivityDeps, ref: RunRef): Promise<number> {
  const { store, run } = await openRun(deps, ref);
  // An attempt that dies before it has noted them lets a later brake ask once more, and none allow more than was approved.
  const creates = await store.operations.move(run.id, { kinds: ['create'], state: 'held' }, 'planned');
  if (creates > 0) await store.runs.setFact(run.id, APPROVED_CREATES, (await approvedCreates({ store, run })) + creates);
  return creates + (await store.operations.move(run.id, { state: 'held' }, 'planned'));
}
