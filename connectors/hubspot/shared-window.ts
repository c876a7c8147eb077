import type { Room } from '../limits';
import type { IncomingAnswer } from '../send-once';
import { countedHeader } from './counted-header';

/** While so much of the window is left, nobody needs to know who uses it. */
const PLENTY = 0.5;

/**
 * What is left of the account's window of ten seconds, where that is little; null while there is plenty. HubSpot counts all callers with
 * the same credential together and tells in each answer how many calls are left (`X-HubSpot-RateLimit-*`; searches and some accounts do
 * without).
 */
export function scarceRoom(answer: Pick<IncomingAnswer, 'header'>): Room | null {
  const remaining = countedHeader(answer, 'x-hubspot-ratelimit-remaining');
  const max = countedHeader(answer, 'x-hubspot-ratelimit-max');
  return remaining === null || max === null || remaining > max * PLENTY ? null : { max, remaining };
}
