import { setTimeout as delay } from 'node:timers/promises';

/**
 * Repeats a call after trouble that soon passes, where nothing can be doubled. One for each tenant and vendor: it also knows when the vendor
 * is down, so that its calls fail at once and the slice waits.
 *
 * | trouble | what follows |
 * |---|---|
 * | the connection broke, or a gateway answered 502, 503 or 504 | the call is sent again, after a short random pause |
 * | the same for several calls in a row, without any answer between them | the vendor counts as down: no call is repeated until it answers |
 * | a 429 that asks for a short pause | the call waits with all others of its class, then it is sent again |
 */
export interface Patience {
  /** For one call, from its first try to its last. */
  readonly begin: () => CallPatience;
}

export interface CallPatience {
  /** The vendor has answered, whatever it said. */
  readonly answered: () => void;
  /** Waits after a try that failed. Returns false when there is to be no other one; an abort ends the wait with the signal's reason. */
  readonly afterTrouble: (signal: AbortSignal | undefined) => Promise<boolean>;
  /** Whether to wait for a pause that the vendor asks for. */
  readonly isShortPause: (pauseMs: number) => boolean;
}

export interface PatienceDeps {
  /** Waits; an abort ends it early by rejecting. */
  readonly sleep: (ms: number, signal: AbortSignal | undefined) => Promise<unknown>;
  /** From 0 to 1. */
  readonly random: () => number;
}

/** Tries of one call. With one broken connection in eight, one call in thirty thousand fails. */
export const QUICK_TRIES = 5;
/** So many calls that fail in a row, with no answer between them, mean that the vendor is down. */
const DOWN_AFTER = 5;
const FIRST_PAUSE_MS = 100;
/** A longer pause is handed back, so that the tenant does not hold slots that others could use. This is HubSpot's longest window but the day. */
export const LONGEST_PAUSE_MS = 10_000;
/** Pauses that one call waits for. A vendor that refuses it once more wants a longer one. */
const MOST_PAUSES = 5;

/**
 * The pause after a try that failed: a random part of a time that doubles with each try, 100 ms at first. So calls that failed together do
 * not come back together.
 */
export const quickPauseMs = (tries: number, random: () => number): number => random() * FIRST_PAUSE_MS * 2 ** (tries - 1);

export const pausing: PatienceDeps = {
  sleep: (ms, signal) => delay(ms, undefined, signal === undefined ? {} : { signal }),
  random: Math.random,
};

export function createPatience({ sleep, random }: PatienceDeps = pausing): Patience {
  /** The calls that have failed since the vendor's last answer. */
  const failing = new Set<object>();
  const isDown = (): boolean => failing.size >= DOWN_AFTER;
  return {
    begin: () => {
      const call = {};
      let failures = 0;
      let pauses = 0;
      return {
        answered: () => failing.clear(),
        afterTrouble: async (signal) => {
          if (!isDown()) failing.add(call);
          failures += 1;
          if (isDown() || failures >= QUICK_TRIES) return false;
          await sleep(quickPauseMs(failures, random), signal).catch((error: unknown) => {
            signal?.throwIfAborted();
            throw error;
          });
          return !isDown();
        },
        isShortPause: (pauseMs) => {
          pauses += 1;
          return pauseMs <= LONGEST_PAUSE_MS && pauses <= MOST_PAUSES;
        },
      };
    },
  };
}
