import { condition } from '@temporalio/workflow';
import { blockedTrouble } from './failures';
import { LONGEST_WAIT_FOR_PERSON, show } from './run-in-progress';
import type { RunInProgress } from './run-in-progress';
import { hubspotActivities, untilNotPaused } from './steps';

/**
 * Repeats an attempt that only a person can unblock, each time somebody resumes the run. Trying again loses nothing, since every step can
 * be repeated.
 */
export async function whenUnblocked<T>(run: RunInProgress, attempt: () => Promise<T>): Promise<T> {
  const { status, ref } = run;
  for (;;) {
    await untilNotPaused(() => status.paused);
    try {
      return await attempt();
    } catch (error) {
      const trouble = blockedTrouble(error);
      if (trouble === null) throw error;
      status.resumed = false;
      status.resumedByPerson = false;
      status.state = 'blocked';
      status.trouble = trouble;
      show(run);
      await hubspotActivities('Note that the run is blocked', run.times).noteState({ ...ref, state: 'blocked', trouble });
      if (!(await condition(() => status.resumed, LONGEST_WAIT_FOR_PERSON))) throw error;
      status.state = 'running';
      status.trouble = null;
      show(run);
      await hubspotActivities('Note that the run goes on', run.times).noteState({
        ...ref,
        state: 'running',
        trouble: null,
        ...(status.resumedByPerson ? { resumedByPerson: true } : {}),
      });
    }
  }
}
