import type { IncomingAnswer } from '../send-once';

/** With less than this part of the account's window left, somebody else is using it too, or the configured limit is too high for it. */
const RESERVE = 0.1;
/** In this part of the window about as much of it comes free again as is kept in reserve. */
const PAUSE = 0.1;

/**
 * How long to pause after this answer so that the account's window of ten seconds does not run out, in milliseconds; 0 while there is room. HubSpot
 * counts all callers with the same credential together and tells in each answer how many calls are left (apis: `X-HubSpot-RateLimit-*`; searches
 * and some accounts do without).
 */
export function pauseAfter({ header }: Pick<IncomingAnswer, 'header'>): number {
  const remaining = numberIn(header('x-hubspot-ratelimit-remaining'));
  const max = numberIn(header('x-hubspot-ratelimit-max'));
  const intervalMs = numberIn(header('x-hubspot-ratelimit-interval-milliseconds'));
  if (remaining === null || max === null || intervalMs === null) return 0;
  return remaining <= max * RESERVE ? Math.ceil(intervalMs * PAUSE) : 0;
}

const numberIn = (text: string | null): number | null => (text !== null && /^\d+$/.test(text) ? Number(text) : null);
