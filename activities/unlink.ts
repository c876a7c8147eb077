import { unlinkNeedsApproval } from '../domain/brake';
import type { OfficerndActivities } from './api';
import { applyUnlinksStep } from './apply-unlinks';
import type { ActivityDeps } from './deps';
import { planUnlinksStep } from './plan-unlinks';
import { runSlice, withWork } from './work';

/** Phase 1. */
export function createUnlinkActivities(deps: ActivityDeps): Pick<OfficerndActivities, 'planUnlinks' | 'brakeUnlinks' | 'applyUnlinks'> {
  return {
    planUnlinks: (input) => runSlice(deps, 'plan-unlinks', input, planUnlinksStep),
    applyUnlinks: (input) => runSlice(deps, 'apply-unlinks', input, applyUnlinksStep),

    /** U4: all or none of the unlinks that are planned for an entity. */
    brakeUnlinks: (input) =>
      withWork(deps, input, async ({ store, run, mapping }) => {
        if (run.mode === 'preview') return { held: 0 };
        const unlinks = { phase: 'unlink', entity: input.entity, kinds: ['unlink'], reasons: ['U1', 'U7'] } as const;
        const [planned, links, strays] = await Promise.all([
          store.operations.count(run.id, { ...unlinks, state: 'planned' }),
          store.links.countActive(input.entity),
          store.operations.count(run.id, { ...unlinks, reasons: ['U7'], state: 'planned' }),
        ]);
        if (!unlinkNeedsApproval(planned, links + strays, mapping.brakes)) return { held: 0 };
        return { held: await store.operations.move(run.id, { ...unlinks, state: 'planned' }, 'held') };
      }),
  };
}
