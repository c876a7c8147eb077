import { setMaxListeners } from 'node:events';

/** A signal of its own that is aborted together with another. */
export interface FollowingSignal {
  readonly signal: AbortSignal;
  /** Stops following. Call it when the work for which the signal was made is over. */
  readonly dispose: () => void;
}

/**
 * For calls of Temporal's client. With each request it leaves a listener on the signal, and the listener keeps the request in memory while
 * the signal exists. A caller's signal may exist for days, so the client never gets it.
 * @param withinMs aborts by itself after this
 */
export function followingSignal(leader: AbortSignal, withinMs?: number): FollowingSignal {
  const own = new AbortController();
  setMaxListeners(0, own.signal);
  const stop = (): void => own.abort();
  if (leader.aborted) stop();
  leader.addEventListener('abort', stop, { once: true });
  const timer = withinMs === undefined ? undefined : setTimeout(stop, withinMs);
  return {
    signal: own.signal,
    dispose: () => {
      clearTimeout(timer);
      leader.removeEventListener('abort', stop);
    },
  };
}
