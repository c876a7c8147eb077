import { setTimeout as pause } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import { followingSignal } from './following-signal';
import { isRetryableGrpc } from './grpc-code';

export interface AskOptions {
  /** Stops waiting for an answer. The request itself is not taken back. */
  readonly signal?: AbortSignal;
  /** Called once, when no worker has answered for five seconds. Waiting goes on. */
  readonly onSilence?: () => void;
}

/** Thrown when the caller's signal ends the waiting. */
export class InterruptedError extends Error {
  override readonly name = 'InterruptedError';
  constructor() {
    super('You stopped waiting; the run goes on. "orsync status" shows how far it is, "orsync cancel" ends it.');
  }
}

/** A worker that runs answers much sooner. */
export const SILENCE_MS = 5_000;
/** A server may be restarting for this long, so failures are retried until then. */
const RIDE_OUT_MS = 60_000;
const PAUSE_MS = 1_000;

/**
 * Asks until there is an answer. A request that needs a worker stays open while there is none. After a failure that may pass, `ask` is
 * called again, so it must be safe to repeat.
 * @param ask gets the number of earlier attempts
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
        if (!isRetryableGrpc(error) || (quick && attempt * PAUSE_MS >= RIDE_OUT_MS)) throw error;
        await pause(PAUSE_MS);
      }
    }
  } finally {
    clearTimeout(silence);
    own?.dispose();
  }
}
