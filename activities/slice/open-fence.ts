import { realClocks } from '../../connectors/clocks';
import type { Run } from '../../store/runs';
import type { TenantStore } from '../../store/store';
import { createFence, takenOver } from './fence';
import type { Fence } from './fence';
import { isPresentRun } from './present-run';

interface FencedWork {
  readonly store: TenantStore;
  readonly run: Pick<Run, 'id' | 'turn' | 'startedAt'>;
}

interface OpenedFence {
  readonly fence: Fence;
  /** A frozen attempt that wakes up stores no reading and no base over those of a later slice (A2). */
  readonly store: TenantStore;
}

/**
 * Takes a slice over, and the tenant where the run is the newest. Throws when a later run has begun.
 * @param isPresent asks Temporal, which is done only where the turns of two runs are in another order than their beginnings. Clocks do that.
 */
export async function openFence(
  { store, run: { id: run, turn: ofRun, startedAt } }: FencedWork,
  slice: string,
  isPresent: (runId: string) => Promise<boolean> = isPresentRun,
): Promise<OpenedFence> {
  const turn = ofRun ?? startedAt.getTime();
  const { runs, observations, snapshots } = store;
  let takenAt = realClocks();
  const taken = await runs.takeFence({ run, turn, slice });
  const takeAgain = async (): Promise<number | null> => {
    if (!(await isPresent(run))) return null;
    takenAt = realClocks();
    return runs.takeFence({ run, turn, slice }, { isPresent: true });
  };
  const number = taken ?? (await takeAgain());
  if (number === null) throw takenOver(slice);
  const fence = createFence({ holds: () => runs.holdsFence({ run, slice }, number), clocks: realClocks, takenAt, slice });
  return { fence, store: { ...store, observations: observations.asReadAt(number), snapshots: snapshots.asSavedAt(number) } };
}
