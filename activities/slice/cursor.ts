/** Cursor of a slice that works through several lists in turn: the list's name, and the place in it. */
interface PartCursor<Part extends string> {
  readonly part: Part;
  readonly after: string | null;
}

/**
 * Reads `links:abc`; null is the beginning of the first list. An unknown part comes from another version of the program. It starts over,
 * since every step may be repeated.
 */
export function readPart<Part extends string>(cursor: string | null, parts: readonly [Part, ...Part[]]): PartCursor<Part> {
  const [first] = parts;
  if (cursor === null) return { part: first, after: null };
  const at = cursor.indexOf(':');
  const part = parts.find((name) => name === cursor.slice(0, at));
  if (part === undefined) return { part: first, after: null };
  const after = cursor.slice(at + 1);
  return { part, after: after === '' ? null : after };
}

/** The cursor at the beginning of a list. */
export const startOf = (part: string): string => `${part}:`;

/** The cursor after a page: further in this list, else the beginning of the following one, else the end. */
export function nextPart<Part extends string>(part: Part, next: string | null, parts: readonly Part[]): string | null {
  if (next !== null) return `${part}:${next}`;
  const following = parts[parts.indexOf(part) + 1];
  return following === undefined ? null : startOf(following);
}
