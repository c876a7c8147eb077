import { unlinkNeedsApproval } from '../domain/brake';
import type { OfficerndActivities } from './api';
import { applyUnlinksStep } from './apply-unlinks';
import type { ActivityDeps } from './deps';
import { createPlanUnlinksStep } from './plan-unlinks';
import { runSlice } from './work';
import type { Finish, SliceWork } from './work';

/** Phase 1. */
export const createUnlinkActivities = (deps: ActivityDeps): Pick<OfficerndActivities, 'planUnlinks' | 'applyUnlinks'> => ({
  planUnlinks: (input) => runSlice(deps, 'plan-unlinks', input, createPlanUnlinksStep(), brakeUnlinks),
  applyUnlinks: (input) => runSlice(deps, 'apply-unlinks', input, applyUnlinksStep),
});

/**
 * U4: all or none of the unlinks that are planned for an entity. What is held is counted where it lies, so that it may be asked twice. A
 * preview goes on, and tells.
 */
async function brakeUnlinks({ store, run, input: { entity }, mapping }: SliceWork): Promise<Finish> {
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
