import { isUint8Array } from 'node:util/types';

/** True if two values have the same contents, even if they come from different sandboxes. */
export function isSame(one: unknown, other: unknown): boolean {
  if (Object.is(one, other)) return true;
  if (!isRecord(one) || !isRecord(other)) return false;
  if (isUint8Array(one)) return isUint8Array(other) && Buffer.compare(one, other) === 0;
  const keys = Object.keys(one);
  return keys.length === Object.keys(other).length && keys.every((key) => key in other && isSame(one[key], other[key]));
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;
