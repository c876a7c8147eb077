import { setMaxListeners } from 'node:events';

/** A signal of one's own that follows another. */
export interface FollowingSignal {
  readonly signal: AbortSignal;
  /** Stops following; to be called when what the signal was for is over. */
  readonly dispose: () => void;
}

/**
 * For calls of Temporal's client: it leaves a listener on the signal with each request that it sends, which holds on to that request for as
 * long as the signal lives. So a caller's signal, which may live for days, is never handed to it.
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
