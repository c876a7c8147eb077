import { CancellationScope, defineQuery, defineSignal, defineUpdate, setHandler } from '@temporalio/workflow';
import { APPROVE, PAUSE, PROGRESS, REQUEST_SYNC, RESUME, SYNC_NOW } from './api';
import type { Progress, SyncRequest, SyncTicket } from './api';
import { isRequest, isWaitNotice, requestIn } from './arguments';
import { followUpOf } from './follow-up';
import { noteWaitNotice } from './notices';
import { noteWait, setPaused } from './phase-children';
import { progressOf, show } from './run-in-progress';
import type { RunInProgress } from './run-in-progress';

const syncNow = defineUpdate<SyncTicket, [SyncRequest]>(SYNC_NOW);
const requestSync = defineSignal<[SyncRequest]>(REQUEST_SYNC);
const approve = defineUpdate<boolean, [string]>(APPROVE);
const pause = defineUpdate<void>(PAUSE);
const resume = defineUpdate<boolean>(RESUME);
const progressQuery = defineQuery<Progress>(PROGRESS);

/** Sets the handlers for what people and other programs ask of the run. */
export function listen(request: SyncRequest, run: RunInProgress): void {
  const { status, ref } = run;
  let unclaimed = true;
  setHandler(progressQuery, () => progressOf(run));
  const take = (asked: SyncRequest): SyncTicket => {
    const starts = unclaimed && asked.requestId !== undefined && asked.requestId === request.requestId;
    unclaimed = false;
    if (starts) return { runId: ref.runId, outcome: 'started' };
    // Hints come at any time, and mend nothing.
    if (asked.hints !== true) status.resumed = true;
    if (asked.hints !== true && asked.needsOwnRun !== true && status.state !== 'needs-approval' && sameWork(asked, request))
      return { runId: ref.runId, outcome: 'joined' };
    status.followUp = followUpOf(status.followUp, { ...asked, tenant: ref.tenant });
    return { runId: ref.runId, outcome: 'queued' };
  };
  setHandler(syncNow, (asked) => take(requestIn(asked)), { validator: (asked) => void requestIn(asked) });
  // A signal has no answer, so nobody can be told that it is not understood.
  setHandler(requestSync, (asked) => (isRequest(asked) ? void take(requestIn(asked)) : undefined));
  setHandler(noteWait, (notice) => (isWaitNotice(notice) ? noteWaitNotice(run, notice) : undefined));
  setHandler(approve, (runId) => {
    if (runId !== ref.runId || !status.awaitsApproval) return false;
    status.approved = true;
    return true;
  });
  setHandler(pause, () => setPause(run, true));
  setHandler(resume, async () => {
    const waited = status.state === 'blocked' || status.paused;
    status.resumed = true;
    status.resumedByPerson = true;
    await setPause(run, false);
    return waited;
  });
}

async function setPause(run: RunInProgress, paused: boolean): Promise<void> {
  const { status, children } = run;
  if (status.onlyReportLeft) return;
  if (status.paused !== paused) {
    status.paused = paused;
    status.pauseTurns += 1;
    const turn = status.pauseTurns;
    show(run);
    // A child that has yet to start is told as soon as it has. So is one that is about to be cancelled: nothing may begin once this update
    // is answered.
    status.childrenTold = CancellationScope.nonCancellable(() =>
      Promise.allSettled([...children.values()].map(async (started) => (await started).signal(setPaused, paused, turn))),
    );
  }
  // A repeated request waits as long as the first.
  await status.childrenTold;
}

/** Whether the run under way serves a request too. One for other entities, in another mode, or that takes something back, it does not serve. */
const sameWork = (one: SyncRequest, other: SyncRequest): boolean =>
  one.mode === other.mode &&
  one.hints === other.hints &&
  one.applies === other.applies &&
  JSON.stringify([one.entities, one.undoes ?? null]) === JSON.stringify([other.entities, other.undoes ?? null]);
