import { proxyActivities } from '@temporalio/workflow';
import type { ChildInput, ChildResult } from '../../../workflows/steps';
import { updateEntity as released } from '../../../workflows';

/** The current workflows with a mistake that replay must find: they do one thing more in the middle of phase 3. */
export * from '../../../workflows';

const { countEverything } = proxyActivities<{ readonly countEverything: () => Promise<void> }>({ startToCloseTimeout: '1 minute' });

export async function updateEntity(input: ChildInput): Promise<ChildResult> {
  await countEverything();
  return released(input);
}
