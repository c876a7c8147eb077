import { proxyActivities } from '@temporalio/workflow';
import type { ChildInput, ChildResult } from '../../../workflows/steps';
import { updateEntity as released } from '../../../workflows';

/** Today's workflows with a mistake that replaying has to catch: a release that does one thing more in the middle of phase 3. */
export * from '../../../workflows';

const { countEverything } = proxyActivities<{ readonly countEverything: () => Promise<void> }>({ startToCloseTimeout: '1 minute' });

export async function updateEntity(input: ChildInput): Promise<ChildResult> {
  await countEverything();
  return released(input);
}
