import type { ConfigurationProblem } from './configuration-error';

/**
 * Bounds for what a tenant's configuration may hold, checked before anything else is. Reading a much larger one would keep the process busy
 * for minutes, and whoever may write to `tenants` could do that to a worker (A4).
 */

/** Entries of one group or list. A tenant of every size has far fewer. */
const MOST_ENTRIES = 2_000;
/** Entries of all groups and lists together. */
const MOST_IN_ALL = 20_000;
/** Groups in groups. */
const DEEPEST = 12;
/** Characters of a text or of a setting's name. */
const LONGEST_TEXT = 10_000;

/** The part of a configuration that is too large, as a problem; null where none is. The message repeats nothing of it. */
export function oversizeIn(configuration: unknown): ConfigurationProblem | null {
  let left = MOST_IN_ALL;
  const find = (value: unknown, path: readonly string[]): ConfigurationProblem | null => {
    if (typeof value === 'string') return value.length > LONGEST_TEXT ? problem(path, TOO_LONG) : null;
    if (typeof value !== 'object' || value === null) return null;
    if (path.length > DEEPEST) return problem(path, `groups stand in each other more than ${DEEPEST} deep; no tenant needs that`);
    const entries = Array.isArray(value) ? value.map((entry: unknown) => ['[]', entry] as const) : Object.entries(value);
    if (entries.length > MOST_ENTRIES)
      return problem(path, `this has ${entries.length} entries, and at most ${MOST_ENTRIES} are read; is it a tenant file?`);
    left -= entries.length;
    if (left < 0) return problem([], TOO_MANY);
    for (const [key, entry] of entries) {
      const found = key.length > LONGEST_TEXT ? problem(path, TOO_LONG) : find(entry, [...path, key]);
      if (found !== null) return found;
    }
    return null;
  };
  return find(configuration, []);
}

/** Lines, commas and brackets of a file. One with more has too many entries, and is not parsed at all. */
const MOST_MARKS = 2 * MOST_IN_ALL;

/** Whether a file's text has too many entries, whatever they are. */
export function hasTooManyEntries(text: string): boolean {
  let marks = 0;
  for (let at = 0; at < text.length && marks <= MOST_MARKS; at += 1) if ('\n,[{'.includes(text.charAt(at))) marks += 1;
  return marks > MOST_MARKS;
}

/** The message for a configuration with too many entries in all. */
export const TOO_MANY = `this has more than ${MOST_IN_ALL} entries in all; is it a tenant file?`;

const TOO_LONG = `this holds a text of more than ${LONGEST_TEXT} characters; no setting is as long`;

const problem = (path: readonly string[], message: string): ConfigurationProblem => ({ setting: namesOf(path).join('.'), message });

/** The first parts of a path that look like names of settings. */
function namesOf(path: readonly string[]): readonly string[] {
  const end = path.findIndex((part) => !/^[A-Za-z]{1,30}$/.test(part));
  return end === -1 ? path : path.slice(0, end);
}
