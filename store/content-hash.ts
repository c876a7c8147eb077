import { createHash } from 'node:crypto';

/** A hash of content: equal for equal content, whatever the order of its keys. Not a protection against anybody. */
export const contentHash = (content: unknown): string => createHash('sha1').update(stableJson(content)).digest('hex');

/** JSON with the keys of every object in order. */
export const stableJson = (content: unknown): string =>
  JSON.stringify(content, (_key, value: unknown) => (isObject(value) ? sorted(value) : value)) ?? 'undefined';

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);

const sorted = (value: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)));
