import type { OfficerndActivities } from '../api';
import { brakeUnlinks } from '../brakes';
import { applyUnlinksStep } from './apply';
import type { ActivityDeps } from '../deps';
import { createPlanUnlinksStep } from './plan';
import { runSlice } from '../slice/run-slice';

/** The activities of phase 1: unlink. */
export const createUnlinkActivities = (deps: ActivityDeps): Pick<OfficerndActivities, 'planUnlinks' | 'applyUnlinks'> => ({
  planUnlinks: (input) => runSlice(deps, 'plan-unlinks', input, createPlanUnlinksStep(), brakeUnlinks),
  applyUnlinks: (input) => runSlice(deps, 'apply-unlinks', input, applyUnlinksStep),
});
