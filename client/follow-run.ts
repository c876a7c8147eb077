import { setTimeout as pause } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import type { RunState } from '../domain/report';
// oxlint-disable-next-line no-restricted-imports -- the names that Temporal clients rely on
import { PROGRESS } from '../workflows/api';
import type { Progress, SyncTicket } from '../workflows/api';
import type { Trouble } from '../domain/trouble';
import { waitsForPerson } from '../domain/report';
import { untilRunEnds } from './run-end';
import type { RunEnd } from './run-end';
import { SILENCE_MS } from './until-answered';

export interface FollowOptions {
  /** Called about twice a second with what the run says of itself. */
  readonly onProgress?: (progress: Progress) => void;
  /** Ends the watching, not the run: `wait` then throws an `InterruptedError`. */
  readonly signal?: AbortSignal;
  /** Called once when no worker has answered for five seconds. The watching goes on. */
  readonly onSilence?: () => void;
}

/** Where a run stands that has ended or waits for a person. */
export interface RunOutcome {
  readonly runId: string;
  readonly state: RunState;
  readonly trouble: Trouble | null;
  /** What the phases that have ended counted, where the run waits and has not reported yet. */
  readonly counts?: Progress['counts'];
}

/** How often a run is asked how far it is: often enough for people, and one short workflow task each. */
const POLL_MS = 500;
const ANSWER_MS = 5_000;

/** See `SyncClient.wait`. */
export async function followRun(temporal: Client, workflowId: string, ticket: SyncTicket, options: FollowOptions): Promise<RunOutcome> {
  const watch = createWatch(temporal, workflowId, options);
  if (ticket.outcome !== 'queued') return watch(ticket.runId, waitsForPerson).then(({ outcome }) => outcome);
  // The run ahead gives way when it waits for approval, but not when it is blocked.
  const ahead = await watch(ticket.runId, (state) => state === 'blocked');
  if (ahead.continuedAs !== null) return watch(ahead.continuedAs, waitsForPerson).then(({ outcome }) => outcome);
  if (ahead.outcome.state === 'blocked') return ahead.outcome;
  const message = `The run ahead of this request has ended as ${ahead.outcome.state}, and the request with it; ask again.`;
  return { ...ahead.outcome, state: 'cancelled', trouble: { kind: 'cancelled', message, setting: null } };
}

interface Watched {
  readonly outcome: RunOutcome;
  /** The run that followed at once, or null. */
  readonly continuedAs: string | null;
}

type Watch = (runId: string, isEnough: (state: RunState) => boolean) => Promise<Watched>;

function createWatch(temporal: Client, workflowId: string, { onProgress, onSilence, signal }: FollowOptions): Watch {
  const askProgress = async (runId: string): Promise<Progress | null> => {
    try {
      return await temporal.withDeadline(Date.now() + ANSWER_MS, () =>
        temporal.workflow.getHandle(workflowId, runId).query<Progress>(PROGRESS),
      );
    } catch {
      // No worker, or one that is busy: the end of the run shows without it.
      return null;
    }
  };
  const silence = noticeSilence(onSilence);

  return async (runId, isEnough) => {
    const enough = new AbortController();
    const stop = signal === undefined ? enough.signal : AbortSignal.any([signal, enough.signal]);
    const ended = untilRunEnds(temporal, { workflowId, runId, signal: stop });
    // Told about below, where it is awaited.
    ended.catch(() => undefined);
    try {
      for (;;) {
        const news = await Promise.race([ended.then((end) => ({ end })), askProgress(runId).then((progress) => ({ progress }))]);
        if ('end' in news) return await watchedEnd(news.end, runId, askProgress);
        const { progress } = news;
        silence(progress !== null);
        if (progress !== null) {
          onProgress?.(progress);
          const { state, trouble, counts } = progress;
          if (isEnough(state)) return { outcome: { runId, state, trouble, counts }, continuedAs: null };
        }
        await Promise.race([ended, pause(POLL_MS, undefined, { signal: stop }).catch(() => undefined)]);
      }
    } finally {
      enough.abort();
    }
  };
}

/** A run that continues as new leaves no result; it still tells its state. */
async function watchedEnd(end: RunEnd, runId: string, askProgress: (runId: string) => Promise<Progress | null>): Promise<Watched> {
  if (end.kind === 'ended') return { outcome: { runId, state: end.state, trouble: end.trouble }, continuedAs: null };
  const last = await askProgress(runId);
  return { outcome: { runId, state: last?.state ?? 'completed', trouble: last?.trouble ?? null }, continuedAs: end.runId };
}

/** Calls back once, when there has been no answer for a while. */
function noticeSilence(onSilence: (() => void) | undefined): (answered: boolean) => void {
  let heardAt = Date.now();
  let told = false;
  return (answered) => {
    if (answered) heardAt = Date.now();
    if (told || answered || Date.now() - heardAt < SILENCE_MS) return;
    told = true;
    onSilence?.();
  };
}
