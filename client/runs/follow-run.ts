import { setTimeout as pause } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import type { RunState } from '../../domain/report';
import { PROGRESS } from './temporal-names';
import type { Progress, SyncTicket } from '../../workflows/api';
import type { Trouble } from '../../domain/trouble';
import { untilRunEnds } from './run-end';
import type { RunEnd } from './run-end';
import { SILENCE_MS } from './until-answered';

export interface FollowOptions {
  /** Called about twice a second with the run's progress. */
  readonly onProgress?: (progress: Progress) => void;
  /** Stops watching; the run goes on. `wait` then throws an `InterruptedError`. */
  readonly signal?: AbortSignal;
  /** Called once, when no worker has answered for five seconds. Watching goes on. */
  readonly onSilence?: () => void;
}

/** The state of a run that has ended or waits for a person. */
export interface RunOutcome {
  readonly runId: string;
  readonly state: RunState;
  readonly trouble: Trouble | null;
  /** Counts of the phases that have ended, when the run waits and has written no report yet. */
  readonly counts?: Progress['counts'];
}

/** Pause between two queries for progress: often enough for people. Each query costs one short workflow task. */
const POLL_MS = 500;
/** A worker that runs answers a query sooner. */
const ANSWER_MS = 5_000;

/** See `SyncClient.wait`. */
export async function followRun(temporal: Client, workflowId: string, ticket: SyncTicket, options: FollowOptions): Promise<RunOutcome> {
  const watch = createWatch(temporal, workflowId, options);
  if (ticket.outcome !== 'queued') return watch(ticket.runId, waitsNow).then(({ outcome }) => outcome);
  // Only a blocked run does not make way for the next request.
  const ahead = await watch(ticket.runId, ({ state }) => state === 'blocked');
  if (ahead.continuedAs !== null) return watch(ahead.continuedAs, waitsNow).then(({ outcome }) => outcome);
  if (ahead.outcome.state === 'blocked') return ahead.outcome;
  const message = `The run ahead of this request ended as ${ahead.outcome.state}, and the request ended with it; ask again.`;
  return { ...ahead.outcome, state: 'cancelled', trouble: { kind: 'cancelled', message, setting: null } };
}

/**
 * Whether a run goes on only when a person acts. A run that holds something writes its report and ends (P1). One that an older version has
 * begun waits for the approval, and is then in a phase.
 */
const waitsNow = ({ state, phase }: Progress): boolean => state === 'blocked' || (state === 'needs-approval' && phase !== null);

interface Watched {
  readonly outcome: RunOutcome;
  /** The run that followed it without a pause, or null. */
  readonly continuedAs: string | null;
}

type Watch = (runId: string, isEnough: (progress: Progress) => boolean) => Promise<Watched>;

function createWatch(temporal: Client, workflowId: string, { onProgress, onSilence, signal }: FollowOptions): Watch {
  const askProgress = async (runId: string): Promise<Progress | null> => {
    try {
      return await temporal.withDeadline(Date.now() + ANSWER_MS, () =>
        temporal.workflow.getHandle(workflowId, runId).query<Progress>(PROGRESS),
      );
    } catch {
      // There is no worker, or it is busy. The end of the run is noticed without this answer.
      return null;
    }
  };
  const silence = noticeSilence(onSilence);

  return async (runId, isEnough) => {
    const enough = new AbortController();
    const stop = signal === undefined ? enough.signal : AbortSignal.any([signal, enough.signal]);
    const ended = untilRunEnds(temporal, { workflowId, runId, signal: stop });
    // A rejection is handled below, where this is awaited.
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
          if (isEnough(progress)) return { outcome: { runId, state, trouble, counts }, continuedAs: null };
        }
        await Promise.race([ended, pause(POLL_MS, undefined, { signal: stop }).catch(() => undefined)]);
      }
    } finally {
      enough.abort();
    }
  };
}

/** A run that continues as new leaves no result, but still answers queries. */
async function watchedEnd(end: RunEnd, runId: string, askProgress: (runId: string) => Promise<Progress | null>): Promise<Watched> {
  if (end.kind === 'ended') return { outcome: { runId, state: end.state, trouble: end.trouble }, continuedAs: null };
  const last = await askProgress(runId);
  return { outcome: { runId, state: last?.state ?? 'completed', trouble: last?.trouble ?? null }, continuedAs: end.runId };
}

/** Calls back once, when there has been no answer for `SILENCE_MS`. */
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
