import { elapsedMs } from './clocks';
import type { Clocks, Moment } from './clocks';

/** The bearer tokens of one credential. */
export interface AccessTokens {
  /**
   * Returns a token that is valid for a while. Callers at the same time share one request for a new one. An abort ends the caller's wait,
   * but not the request.
   */
  readonly current: (signal?: AbortSignal) => Promise<string>;
  /** Drops a token that the vendor refused, so that the next call gets a new one if there can be one. */
  readonly forget: (token: string) => void;
}

export interface GrantedToken {
  readonly value: string;
  /** Counted from when the token was asked for. */
  readonly lifetimeMs: number;
}

export interface RenewedTokensDeps {
  /** Asks the vendor for a new token. */
  readonly grant: () => Promise<GrantedToken>;
  /** A token is good only while both clocks say so: one of them may have stood still. */
  readonly clocks: Clocks;
}

/**
 * A token is renewed this long before its end: both vendors answer an expired token like a wrong one. A token that lives less than twice as
 * long is renewed after half its life.
 */
const RENEW_BEFORE_MS = 60_000;

/** Keeps one token at a time and renews it before it expires. */
export function createRenewedTokens({ grant, clocks }: RenewedTokensDeps): AccessTokens {
  let token: { readonly value: string; readonly askedAt: Moment; readonly validMs: number } | undefined;
  let renewing: Promise<string> | undefined;

  const renew = async (): Promise<string> => {
    const askedAt = clocks();
    const { value, lifetimeMs } = await grant();
    token = { value, askedAt, validMs: lifetimeMs - Math.min(RENEW_BEFORE_MS, lifetimeMs / 2) };
    return value;
  };

  return {
    current: async (signal) => {
      // Checked before anything is sent: if nobody waited for the request, its failure would be an unhandled rejection.
      signal?.throwIfAborted();
      if (token !== undefined && elapsedMs(token.askedAt, clocks()) < token.validMs) return token.value;
      renewing ??= renew().finally(() => {
        renewing = undefined;
      });
      return untilAborted(renewing, signal);
    },
    forget: (refused) => {
      if (token?.value === refused) token = undefined;
    },
  };
}

/** Waits for a promise that others share; an abort ends this wait alone, with the signal's reason. */
async function untilAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return promise;
  return new Promise<T>((resolve, reject) => {
    const abort = (): void => reject(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
    void promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
