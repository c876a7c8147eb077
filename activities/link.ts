import type { OfficerndActivities } from './api';
import { applyCreatesStep } from './apply-creates';
import type { ActivityDeps } from './deps';
import { createMatching } from './match';
import { APPROVED_CREATES, approvedCreates, brakeCreates, planCreatesStep } from './plan-creates';
import { heartbeating, runSlice, withWork } from './work';
import type { Work } from './work';

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
  releaseHeld: (input) => heartbeating(() => withWork(deps, input, releaseHeld)),
});

/** U4, L11: takes this run's held operations back to planned, and no others. */
async function releaseHeld(work: Work): Promise<number> {
  const { store, run } = work;
  const creates = await store.operations.count(run.id, { kinds: ['create'], state: 'held' });
  if (creates > 0) await store.runs.setFact(run.id, APPROVED_CREATES, (await approvedCreates(work)) + creates);
  return store.operations.move(run.id, { state: 'held' }, 'planned');
}
