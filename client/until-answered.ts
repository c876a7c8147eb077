import { setTimeout as pause } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import { followingSignal } from './following-signal';
import { isPassing } from './grpc-code';

export interface AskOptions {
  /** Ends the waiting for an answer; what has been asked for goes on. */
  readonly signal?: AbortSignal;
  /** Called once when no worker has answered for five seconds. The question stays open. */
  readonly onSilence?: () => void;
}

/** Thrown when the caller's signal ends the waiting. */
export class InterruptedError extends Error {
  override readonly name = 'InterruptedError';
  constructor() {
    super('The waiting was interrupted; the run goes on: "orsync status" shows how far it is, "orsync cancel" ends it.');
  }
}

/** A worker that is alive answers much sooner. */
export const SILENCE_MS = 5_000;
/** A server may be restarting for this long. */
const RIDE_OUT_MS = 60_000;
const PAUSE_MS = 1_000;

/**
 * Asks until there is an answer: a question that needs a worker stays open while there is none. `ask` is called again after passing
 * trouble, so it has to be safe to repeat. @param ask gets the number of earlier attempts
 */
export async function untilAnswered<Answer>(
  temporal: Pick<Client, 'withAbortSignal'>,
  { signal, onSilence }: AskOptions,
  ask: (attempt: number) => Promise<Answer>,
): Promise<Answer> {
  const silence = setTimeout(() => onSilence?.(), SILENCE_MS);
  const own = signal === undefined ? null : followingSignal(signal);
  try {
    for (let attempt = 0; ; attempt += 1) {
      const startedAt = Date.now();
      try {
        return await (own === null ? ask(attempt) : temporal.withAbortSignal(own.signal, () => ask(attempt)));
      } catch (error) {
        if (signal?.aborted === true) throw new InterruptedError();
        const quick = Date.now() - startedAt < PAUSE_MS;
        if (!isPassing(error) || (quick && attempt * PAUSE_MS >= RIDE_OUT_MS)) throw error;
        await pause(PAUSE_MS);
      }
    }
  } finally {
    clearTimeout(silence);
    own?.dispose();
  }
}
