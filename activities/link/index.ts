import type { OfficerndActivities } from '../api';
import { brakeCreates } from '../brakes';
import { createCreating } from './create';
import type { ActivityDeps } from '../deps';
import { createMatching } from './match';
import { planCreatesStep } from './plan-creates';
import { runSlice } from '../slice/run-slice';

/** The activities of phase 2: create and link. */
export const createLinkActivities = (deps: ActivityDeps): Pick<OfficerndActivities, 'matchRecords' | 'planCreates' | 'applyCreates'> => ({
  matchRecords: (input) => {
    const { step, finish } = createMatching();
    return runSlice(deps, 'match', input, step, finish);
  },
  planCreates: (input) => runSlice(deps, 'plan-creates', input, planCreatesStep, brakeCreates),
  applyCreates: (input) => {
    const { step, finish } = createCreating();
    return runSlice(deps, 'apply-creates', input, step, finish);
  },
});
