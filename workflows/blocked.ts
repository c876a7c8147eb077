import { condition } from '@temporalio/workflow';
import { blockedTrouble } from './failures';
import { PATIENCE, show } from './run-in-progress';
import type { RunInProgress } from './run-in-progress';
import { hubspotActivities, whenNot } from './steps';

/**
 * Repeats what only a person can mend, each time somebody asks for it: nothing is lost by trying again, since every step can be repeated.
 */
export async function whenUnblocked<T>(run: RunInProgress, attempt: () => Promise<T>): Promise<T> {
  const { status, ref } = run;
  for (;;) {
    await whenNot(() => status.paused);
    try {
      return await attempt();
    } catch (error) {
      const trouble = blockedTrouble(error);
      if (trouble === null) throw error;
      status.resumed = false;
      status.state = 'blocked';
      status.trouble = trouble;
      show(run);
      await hubspotActivities('Note that the run is blocked').noteState({ ...ref, state: 'blocked', trouble });
      if (!(await condition(() => status.resumed, PATIENCE))) throw error;
      status.state = 'running';
      status.trouble = null;
      show(run);
      await hubspotActivities('Note that the run goes on').noteState({ ...ref, state: 'running', trouble: null });
    }
  }
}
