import type { JsonValue } from '../domain/json';

/**
 * JSON in the form in which it is stored. An object is a list of entries, because its keys are vendors' names with dots, spaces and `$`.
 * MongoDB would read these as paths and operators.
 */
export type StoredJson = string | number | boolean | null | readonly StoredJson[] | { readonly entries: readonly StoredEntry[] };

/** One key of an object and its value. */
export interface StoredEntry {
  readonly k: string;
  readonly v: StoredJson;
}

/** Returns the stored form of a value; `fromStoredJson` returns an equal value. */
export function toStoredJson(value: JsonValue): StoredJson {
  if (isList(value)) return value.map(toStoredJson);
  return value !== null && typeof value === 'object' ? { entries: toEntries(value) } : value;
}

/** Returns the value that `toStoredJson` got. */
export function fromStoredJson(stored: StoredJson): JsonValue {
  if (isStoredList(stored)) return stored.map(fromStoredJson);
  return stored !== null && typeof stored === 'object' ? fromEntries(stored.entries) : stored;
}

/** Returns an object's keys and values, in their order. */
export const toEntries = (values: Readonly<Record<string, JsonValue>>): readonly StoredEntry[] =>
  Object.entries(values).map(([k, v]) => ({ k, v: toStoredJson(v) }));

/** Returns the object that `toEntries` got. */
export const fromEntries = (entries: readonly StoredEntry[]): Readonly<Record<string, JsonValue>> =>
  Object.fromEntries(entries.map(({ k, v }) => [k, fromStoredJson(v)]));

const isList = (value: JsonValue): value is readonly JsonValue[] => Array.isArray(value);

const isStoredList = (stored: StoredJson): stored is readonly StoredJson[] => Array.isArray(stored);
