import type { OfficerndActivities } from '../api';
import { brakeUnlinks } from '../brakes';
import { applyUnlinksStep } from './apply';
import type { ActivityDeps } from '../deps';
import { createPlanUnlinksStep } from './plan';
import { planUndoneLinksStep } from './plan-undo';
import { runSlice } from '../slice/run-slice';

/** The activities of phase 1: unlink. */
export const createUnlinkActivities = (deps: ActivityDeps): Pick<OfficerndActivities, 'planUnlinks' | 'applyUnlinks'> => ({
  planUnlinks: (input) => {
    const planUnlinks = createPlanUnlinksStep();
    const journal = deps.store.forTenant(input.tenant);
    const step: typeof planUnlinks = (work, cursor) =>
      work.run.undoes === undefined ? planUnlinks(work, cursor) : planUndoneLinksStep(work, cursor, journal);
    return runSlice(deps, 'plan-unlinks', input, step, brakeUnlinks);
  },
  applyUnlinks: (input) => runSlice(deps, 'apply-unlinks', input, applyUnlinksStep),
});
