/**
 * Bounds for the contents of an answer. `send-once.ts` bounds its bytes. Even so, these could become gigabytes of objects, or keep the
 * process busy for all tenants (A4).
 */

/** Shorter answers can't hold enough to matter. */
const SMALL_CHARACTERS = 1_048_576;
/** Beginnings of lists and objects, and commas, in one answer. A full page of either vendor has some ten thousand. */
const MOST_PARTS = 2_000_000;

const [LIST, OBJECT, COMMA] = [0x5b, 0x7b, 0x2c];

/** Whether a JSON text is made of so many parts that it must not be parsed. */
export function hasTooManyParts(text: string): boolean {
  if (text.length <= SMALL_CHARACTERS) return false;
  let parts = 0;
  for (let at = 0; at < text.length && parts <= MOST_PARTS; at += 1) {
    const mark = text.charCodeAt(at);
    if (mark === COMMA || mark === OBJECT || mark === LIST) parts += 1;
  }
  return parts > MOST_PARTS;
}

/** Lists that are asked for whole, such as definitions, have at most this many entries. */
export const MOST_UNASKED = 10_000;

/** Whether an answer has more `results` than were asked for. */
export const holdsMore = (answer: unknown, most: number): boolean =>
  typeof answer === 'object' && answer !== null && 'results' in answer && Array.isArray(answer.results) && answer.results.length > most;

/** Records of either vendor are flat, but for an object in an object. */
const DEEPEST = 20;

/** Whether a value is nested so deep that programs which follow it could run out of stack. */
export function isTooDeep(value: unknown, depth = 0): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return depth >= DEEPEST || Object.values(value).some((part) => isTooDeep(part, depth + 1));
}
