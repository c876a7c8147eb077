import { VendorError } from '../errors';
import type { Room } from '../limits';
import type { IncomingAnswer } from '../send-once';
import { DAILY_WAIT_MS } from './errors';

/**
 * HubSpot counts the calls of all programs that use an account, and says in most of its answers how many are left
 * (`X-HubSpot-RateLimit-*`).
 */

type Answer = Pick<IncomingAnswer, 'header'>;

/** The account's daily calls, which HubSpot counts for all its private apps together. */
export interface AccountDay {
  /** Throws a `VendorError` while the rest of the day is reserved for other programs. Call it before each request. */
  readonly assertCallsLeft: (route: string) => void;
  /** Reads the day's limit and rest from an answer. An answer without them changes nothing. */
  readonly note: (answer: Answer) => void;
  /** As the last answer with a count said; null before that. */
  readonly callsLeft: () => AccountCalls | null;
}

/** The account's calls of a day. */
export interface AccountCalls {
  readonly left: number;
  readonly limit: number;
}

/** This part of the day is reserved for the account's other integrations, whatever the tenant's own budget is. */
const SHARE_OF_OTHERS = 1 / 100;

/**
 * Keeps the last calls of the day for others. Each process learns the rest from its own answers, so processes share nothing. After
 * `DAILY_WAIT_MS` one call goes out and finds out anew.
 */
export function createAccountDay(now: () => number): AccountDay {
  let reserved: ({ readonly untilMs: number } & AccountCalls) | undefined;
  let last: AccountCalls | null = null;
  return {
    assertCallsLeft: (route) => {
      if (reserved === undefined || now() >= reserved.untilMs) return;
      const message =
        `Only ${reserved.left} of the account's ${reserved.limit} daily HubSpot calls are left. They are reserved for your other ` +
        'integrations; the run goes on by itself when there are more.';
      throw new VendorError('rate-limited', message, { vendor: 'hubspot', route, retryAfterMs: reserved.untilMs - now() });
    },
    note: (answer) => {
      const limit = limitIn(answer, 'x-hubspot-ratelimit-daily');
      const left = countIn(answer, 'x-hubspot-ratelimit-daily-remaining');
      if (limit === null || left === null) return;
      last = { left, limit };
      const isReserved = left <= Math.floor(limit * SHARE_OF_OTHERS);
      reserved = isReserved ? { untilMs: now() + DAILY_WAIT_MS, left, limit } : undefined;
    },
    callsLeft: () => last,
  };
}

/** While more than this part of the ten seconds' calls is left, the limiter needs no correction. */
const PLENTY = 0.5;

/**
 * Returns how many calls are left of the account's ten seconds, or null while there are plenty. Null also for an answer without the
 * headers: searches have none, and neither do some accounts.
 */
export function scarceRoomOf(answer: Answer): Room | null {
  const remaining = countIn(answer, 'x-hubspot-ratelimit-remaining');
  const max = limitIn(answer, 'x-hubspot-ratelimit-max');
  return remaining === null || max === null || remaining > max * PLENTY ? null : { max, remaining };
}

/** A limit in a header. Zero counts as missing: HubSpot has just let a call through. */
const limitIn = (answer: Answer, name: string): number | null => countIn(answer, name) || null;

/** A count in a header; null where it is missing or is no count. */
function countIn({ header }: Answer, name: string): number | null {
  const text = header(name) ?? '';
  return /^\d{1,15}$/.test(text) ? Number(text) : null;
}
