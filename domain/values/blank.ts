import type { JsonValue } from '../json';

/** Whether a value is blank: null, empty, or text of nothing but white space, which vendors trim to nothing. */
export function isBlank(raw: JsonValue): boolean {
  if (raw === null) return true;
  if (typeof raw === 'string') return raw.trim() === '';
  if (typeof raw === 'object') return Object.keys(raw).length === 0;
  return false;
}

/** Narrows to a list without letting `any` in, as `Array.isArray` would. */
export const isList = (raw: JsonValue): raw is readonly JsonValue[] => Array.isArray(raw);

/** A value as text: text as it is, a number or boolean as it is spelt, anything else as JSON. */
export function textOf(raw: JsonValue): string {
  if (raw === null) return '';
  return typeof raw === 'string' ? raw : typeof raw === 'object' ? JSON.stringify(raw) : String(raw);
}
