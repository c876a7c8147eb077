import type { z } from 'zod';
import { hasTooManyParts, holdsMore, MOST_UNASKED } from '../answer-size';
import { UNREADABLE } from '../send-once';
import { knownPath } from '../known-path';
import { malformed, noAnswer, type CallFacts, type OfficerndAnswer } from './errors';

/**
 * Reads a 2xx answer. Text that is not JSON was cut off on the way: `unavailable`, and the call may be repeated. JSON of another shape is
 * `unexpected`; the message names the path to what is wrong, never its content. So is one that holds more results than were asked for.
 */
export function parseAnswer<T>(schema: z.ZodType<T>, { text, contentType }: OfficerndAnswer, facts: CallFacts, most = MOST_UNASKED): T {
  if (hasTooManyParts(text)) throw malformed(facts, 'the body');
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    const what = contentType.startsWith('text/html') ? 'it is a web page' : 'the body is cut off or not JSON';
    throw noAnswer(facts, `${what}. Try again later; if this continues, check ${facts.urlSetting}.`, UNREADABLE);
  }
  if (holdsMore(json, most)) throw malformed(facts, 'results');
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  throw malformed(facts, knownPath(schema, parsed.error));
}
