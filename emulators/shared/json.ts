import type { JsonValue } from '../../domain/json';

export type JsonObject = { readonly [key: string]: JsonValue };

/** Parses JSON text. Throws the engine's own SyntaxError, because vendors show its message to their callers. */
export function parseJson(text: string): JsonValue {
  const value: unknown = JSON.parse(text);
  if (!isJson(value)) throw new SyntaxError('Not a JSON value');
  return value;
}

/** True for an object that is neither null nor an array. */
export const isJsonObject = (value: JsonValue | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** True for an array. (`Array.isArray` alone does not narrow a readonly array.) */
export const isJsonArray = (value: JsonValue | undefined): value is readonly JsonValue[] => Array.isArray(value);

/** Deep equality of two JSON values; the order of keys does not matter. */
export function jsonEquals(a: JsonValue | undefined, b: JsonValue | undefined): boolean {
  if (a === b) return true;
  if (isJsonArray(a) && isJsonArray(b)) return a.length === b.length && a.every((item, index) => jsonEquals(item, b[index]));
  if (!isJsonObject(a) || !isJsonObject(b)) return false;
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => Object.hasOwn(b, key) && jsonEquals(a[key], b[key]));
}

/** Returns `base` with the changes of `patch`. Objects are merged at every depth, everything else is replaced. */
export function mergeJson(base: JsonValue, patch: JsonValue): JsonValue {
  if (!isJsonObject(base) || !isJsonObject(patch)) return patch;
  const merged: Record<string, JsonValue> = { ...base };
  for (const [key, value] of Object.entries(patch)) merged[key] = mergeJson(merged[key] ?? null, value);
  return merged;
}

/** Checks the top level only: JSON.parse returns nothing but JSON values below it. */
const isJson = (value: unknown): value is JsonValue => value === null || ['string', 'number', 'boolean', 'object'].includes(typeof value);
