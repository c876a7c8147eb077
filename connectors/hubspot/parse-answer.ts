import type { z } from 'zod';
import { hasTooManyParts, holdsMore } from '../answer-size';
import { UNREADABLE } from '../send-once';
import { knownPath } from '../known-path';
import { malformed, noAnswer, type CallFacts } from './errors';

/**
 * Reads a 2xx answer. Text that is not JSON was cut off on the way: `unavailable`, and the call may be repeated. JSON of another shape is
 * `unexpected`.
 */
export const parseAnswer = <T>(schema: z.ZodType<T>, text: string, facts: CallFacts): T => checked(schema, jsonOf(text, facts), facts);

/** The JSON of a 2xx answer. */
export function jsonOf(text: string, facts: CallFacts): unknown {
  if (hasTooManyParts(text)) throw malformed(facts, 'the body');
  try {
    return JSON.parse(text);
  } catch {
    throw noAnswer(facts, 'the body is cut off or not JSON. Try again later.', UNREADABLE);
  }
}

/** A value of the expected shape. The error names the path to what is wrong, never its content. */
export function checked<T>(schema: z.ZodType<T>, value: unknown, facts: CallFacts): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw malformed(facts, knownPath(schema, parsed.error));
}

/** Refuses an answer with more results than were asked for. */
export function assertNotMore(answer: unknown, most: number, facts: CallFacts): void {
  if (holdsMore(answer, most)) throw malformed(facts, 'results');
}
