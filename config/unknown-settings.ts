import type { z } from 'zod';

/** A place in a file: names of settings, and numbers of list entries. */
export type SettingPath = readonly PropertyKey[];

/** A file with more is no tenant file with a slip of the pen. */
const MOST = 100;

/** The settings that do not exist; null when something else is wrong, too, or when they are many. */
export function onlyUnknownSettings(error: z.ZodError): readonly SettingPath[] | null {
  const paths = error.issues.map((issue) => {
    if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => [...issue.path, key]);
    return issue.code === 'invalid_key' ? [issue.path] : null;
  });
  const unknown = paths.flatMap((path) => path ?? []);
  return paths.includes(null) || unknown.length > MOST ? null : unknown;
}

/** A copy of a file's value without some of its settings. */
export const withoutSettings = (value: unknown, paths: readonly SettingPath[]): unknown =>
  paths.reduce((left: unknown, path) => without(left, path), value);

function without(value: unknown, [first, ...rest]: SettingPath): unknown {
  if (typeof value !== 'object' || value === null || first === undefined) return value;
  const kept = Object.entries(value).flatMap(([name, part]: [string, unknown]): [string, unknown][] => {
    if (name !== String(first)) return [[name, part]];
    return rest.length === 0 ? [] : [[name, without(part, rest)]];
  });
  return Array.isArray(value) ? kept.map(([, part]) => part) : Object.fromEntries(kept);
}
