import type { z } from 'zod';
import { malformed, noAnswer, type CallFacts, type OfficerndAnswer } from './errors';

/**
 * Reads a 2xx answer. Text that is no JSON was cut off on the way (`unavailable`); JSON of another shape is `unexpected`, named by the path
 * to what is wrong, never by its content.
 */
export function parseAnswer<T>(schema: z.ZodType<T>, { text, contentType }: OfficerndAnswer, facts: CallFacts): T {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    const what = contentType.startsWith('text/html') ? 'it is a web page' : 'the body is cut off or not JSON';
    throw noAnswer(facts, `${what}. Try again later; if it goes on, check ${facts.urlSetting}.`, true);
  }
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  throw malformed(facts, parsed.error.issues[0]?.path.join('.') ?? '');
}
