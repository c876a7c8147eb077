import { VendorError } from '../errors';
import type { IncomingAnswer } from '../send-once';
import { countedHeader } from './counted-header';
import { DAILY_WAIT_MS } from './errors';

/** The account's calls a day, which HubSpot counts for all its private integrations together. */
export interface SharedDay {
  /** Throws a `VendorError` while what is left of the day is for others. Call it before each request. */
  readonly leaveToOthers: (route: string) => void;
  /** Takes up what an answer says of the day; not every answer says something. */
  readonly note: (answer: Pick<IncomingAnswer, 'header'>) => void;
}

/** This part of the day is left to the account's other integrations, whatever the tenant's own budget. */
const SHARE_OF_OTHERS = 1 / 100;

/** Each process learns it from its own answers, so that nothing has to be shared. After a while one call may ask again. */
export function createSharedDay(now: () => number): SharedDay {
  let resting: { readonly untilMs: number; readonly left: number; readonly limit: number } | undefined;
  return {
    leaveToOthers: (route) => {
      if (resting === undefined || now() >= resting.untilMs) return;
      const message =
        `HubSpot said that ${resting.left} of the account's ${resting.limit} calls a day are left, which are for its other integrations; ` +
        'the run goes on by itself when there are more.';
      throw new VendorError('rate-limited', message, { vendor: 'hubspot', route, retryAfterMs: resting.untilMs - now() });
    },
    note: (answer) => {
      const [limit, left] = [
        countedHeader(answer, 'x-hubspot-ratelimit-daily'),
        countedHeader(answer, 'x-hubspot-ratelimit-daily-remaining'),
      ];
      if (limit === null || left === null) return;
      const isForOthers = left <= Math.floor(limit * SHARE_OF_OTHERS);
      resting = isForOthers ? { untilMs: now() + DAILY_WAIT_MS, left, limit } : undefined;
    },
  };
}
