import type { JsonValue } from './json';

/**
 * Most characters that the mapped values of one record hold together. MongoDB's documents have 16 MB, and a link's base holds both records
 * twice. HubSpot's longest texts have 65,536 characters.
 */
export const MOST_CHARACTERS = 1_000_000;

/** Lists and objects within each other. MongoDB takes a hundred levels, and stores an object as four. */
const DEEPEST = 20;

/** The room that a list, an entry of it or a key takes beside its characters when it is stored. */
const OVERHEAD = 16;

/** The values that are kept of a record, and the names of those that are left out. */
export interface Fitting {
  readonly values: Readonly<Record<string, JsonValue>>;
  readonly tooLong: readonly string[];
}

/** Leaves out the longest values of a record, so that the others fit. Mostly all do. */
export function fitting(values: Readonly<Record<string, JsonValue>>): Fitting {
  const sizes = Object.entries(values).map(([name, value]) => ({ name, size: sizeOf(value) }));
  if (sizes.reduce((sum, { size }) => sum + size, 0) <= MOST_CHARACTERS) return { values, tooLong: [] };
  const tooLong = new Set<string>();
  let left = MOST_CHARACTERS;
  // The shortest ones first: all that come after the first one without room are longer.
  for (const { name, size } of sizes.toSorted((one, other) => one.size - other.size)) {
    if (size > left) tooLong.add(name);
    else left -= size;
  }
  return { values: Object.fromEntries(Object.entries(values).filter(([name]) => !tooLong.has(name))), tooLong: [...tooLong].sort() };
}

function sizeOf(value: JsonValue, depth = 1): number {
  if (typeof value === 'string') return value.length;
  if (value === null || typeof value !== 'object') return OVERHEAD;
  if (depth > DEEPEST) return Number.POSITIVE_INFINITY;
  return Object.entries(value).reduce((sum, [key, part]) => sum + key.length + OVERHEAD + sizeOf(part, depth + 1), OVERHEAD);
}
