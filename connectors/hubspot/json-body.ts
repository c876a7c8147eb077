import { noAnswer, type CallFacts } from './errors';

/** The body of a 2xx answer. Throws `unavailable` where it was cut off on the way or is no JSON at all: the call may be made again. */
export function jsonOf(text: string, facts: CallFacts): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw noAnswer(facts, 'the body is cut off or not JSON. Try again later.', true);
  }
}
