import type { z } from 'zod';
import type { JsonValue } from '../../domain/json';
import { checked } from './checked';
import { mergeJson, parseJson } from './json';

export interface SettingsStore<S> {
  readonly current: () => S;
  /** The settings as JSON, with every default filled in. */
  readonly shown: () => JsonValue;
  /** Merges a partial document into the current settings. Throws an AdminError that names the mistake; then nothing has changed. */
  readonly merge: (patch: JsonValue) => JsonValue;
}

/** The settings of one emulator. They begin with the schema's defaults and stay when the world is replaced. */
export function createSettings<S>(schema: z.ZodType<S>): SettingsStore<S> {
  let current = checked(schema, {});
  const shown = (): JsonValue => parseJson(JSON.stringify(current));
  return {
    current: () => current,
    shown,
    merge: (patch) => {
      current = checked(schema, mergeJson(shown(), patch));
      return shown();
    },
  };
}
