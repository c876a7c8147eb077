import type { OfficerndActivities } from './api';
import { applyCreatesStep } from './apply-creates';
import type { ActivityDeps } from './deps';
import { adoptStep, matchStep } from './match';
import { APPROVED_CREATES, approvedCreates, brakeCreates, planCreatesStep } from './plan-creates';
import { runSlice, withWork } from './work';

type LinkActivities = Pick<
  OfficerndActivities,
  'adoptLinks' | 'matchByEmail' | 'matchByName' | 'closeReviews' | 'planCreates' | 'brakeCreates' | 'applyCreates' | 'releaseHeld'
>;

/** Phase 2. */
export function createLinkActivities(deps: ActivityDeps): LinkActivities {
  return {
    adoptLinks: (input) => runSlice(deps, 'adopt', input, adoptStep),
    matchByEmail: (input) => runSlice(deps, 'match-email', input, (work, cursor) => matchStep(work, 'email', cursor)),
    matchByName: (input) => runSlice(deps, 'match-name', input, (work, cursor) => matchStep(work, 'name', cursor)),
    planCreates: (input) => runSlice(deps, 'plan-creates', input, planCreatesStep),
    brakeCreates: (input) => withWork(deps, input, (work) => brakeCreates(work, input.entity)),
    applyCreates: (input) => runSlice(deps, 'apply-creates', input, applyCreatesStep),

    closeReviews: (input) =>
      withWork(deps, input, async ({ store, run, now }) => {
        await store.reviews.closeUnseen(run.id, input.entity, ['ambiguous', 'emails-differ', 'link-taken', 'other-portal'], now());
      }),

    /** U4, L11: takes this run's held operations back to planned, and no others. */
    releaseHeld: (input) =>
      withWork(deps, input, async (work) => {
        const { store, run } = work;
        const creates = await store.operations.count(run.id, { kinds: ['create'], state: 'held' });
        if (creates > 0) await store.runs.setFact(run.id, APPROVED_CREATES, (await approvedCreates(work)) + creates);
        return store.operations.move(run.id, { state: 'held' }, 'planned');
      }),
  };
}
