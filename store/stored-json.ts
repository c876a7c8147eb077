import type { JsonValue } from '../domain/json';

/**
 * JSON as it lies in a document. Objects are lists of entries, because their keys are the vendors' own names, with dots, spaces and `$`,
 * which MongoDB reads as paths and operators.
 */
export type StoredJson = string | number | boolean | null | readonly StoredJson[] | { readonly entries: readonly StoredEntry[] };

/** One key of an object and its value. */
export interface StoredEntry {
  readonly k: string;
  readonly v: StoredJson;
}

/** The stored form of a value; `fromStoredJson` gives back an equal one. */
export function toStoredJson(value: JsonValue): StoredJson {
  if (isList(value)) return value.map(toStoredJson);
  return value !== null && typeof value === 'object' ? { entries: toEntries(value) } : value;
}

/** The value that `toStoredJson` was given. */
export function fromStoredJson(stored: StoredJson): JsonValue {
  if (isStoredList(stored)) return stored.map(fromStoredJson);
  return stored !== null && typeof stored === 'object' ? fromEntries(stored.entries) : stored;
}

/** An object's keys and values, in their order. */
export const toEntries = (values: Readonly<Record<string, JsonValue>>): readonly StoredEntry[] =>
  Object.entries(values).map(([k, v]) => ({ k, v: toStoredJson(v) }));

/** The object that `toEntries` was given. */
export const fromEntries = (entries: readonly StoredEntry[]): Readonly<Record<string, JsonValue>> =>
  Object.fromEntries(entries.map(({ k, v }) => [k, fromStoredJson(v)]));

const isList = (value: JsonValue): value is readonly JsonValue[] => Array.isArray(value);

const isStoredList = (stored: StoredJson): stored is readonly StoredJson[] => Array.isArray(stored);
