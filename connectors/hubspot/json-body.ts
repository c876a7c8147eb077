import type { VendorError } from '../errors';
import { noAnswer, type CallFacts } from './errors';

/** The body of a 2xx answer. Throws `unavailable` where it was cut off on the way or is no JSON at all. */
export function jsonOf(text: string, facts: CallFacts): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw cutOff(facts);
  }
}

export function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** The call may be made again: not all of its answer has arrived. */
export const cutOff = (facts: CallFacts): VendorError => noAnswer(facts, 'the body is cut off or not JSON. Try again later.', true);
