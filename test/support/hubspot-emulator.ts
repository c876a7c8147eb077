import { z } from 'zod';
import { startHubSpotEmulator, type HubSpotEmulator } from '../../emulators/hubspot/start';
import type { JsonValue } from '../../domain/json';
import { isJsonArray, isJsonObject, parseJson } from '../../emulators/shared/json';

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  /** Null when the body is empty or a page. */
  readonly body: JsonValue;
  readonly text: string;
}

export interface EmulatorUnderTest extends HubSpotEmulator {
  /** Makes a call with the static token, with another one, or with none (null). `path` begins with a slash. */
  readonly call: (method: string, path: string, body?: JsonValue | string, token?: string | null) => Promise<Answer>;
  readonly admin: (method: string, path: string, body?: JsonValue) => Promise<Answer>;
  /** Replaces the world and all settings. */
  readonly reset: (world: JsonValue, settings?: JsonValue) => Promise<void>;
  readonly settings: (settings: JsonValue) => Promise<void>;
  readonly edit: (...edits: readonly JsonValue[]) => Promise<JsonValue>;
  readonly advance: (ms: number) => Promise<void>;
}

/** Settings without limits, search lag and drift, for most tests. */
export const calm = {
  limits: { per10s: null, searchPerSecond: null, daily: null, associationsPer10s: null },
  searchLag: null,
  createDriftMs: null,
};

/** Starts a HubSpot emulator with helpers for calls. Call `stop` afterwards. */
export async function emulatorUnderTest(seed = 1): Promise<EmulatorUnderTest> {
  const emulator = await startHubSpotEmulator({ seed });
  const initial = await admin('GET', '/settings');

  async function admin(method: string, path: string, body?: JsonValue): Promise<Answer> {
    const answer = await send(`${emulator.adminUrl}${path}`, method, body, {});
    if (answer.status !== 200) throw new Error(`${method} ${path}: ${answer.text}`);
    return answer;
  }
  const settings = async (patch: JsonValue): Promise<void> => {
    await admin('PUT', '/settings', patch);
  };
  return {
    ...emulator,
    admin,
    settings,
    call: (method, path, body, token = emulator.accessToken) =>
      send(`${emulator.apiUrl}${path}`, method, body, token === null ? {} : { authorization: `Bearer ${token}` }),
    reset: async (world, patch = calm) => {
      await settings(initial.body);
      await settings(patch);
      await admin('PUT', '/world', world);
      await admin('DELETE', '/faults');
    },
    edit: async (...edits) => (await admin('POST', '/edits', edits)).body,
    advance: async (ms) => {
      await admin('POST', '/clock', { advanceMs: ms });
    },
  };
}

async function send(url: string, method: string, body: JsonValue | undefined, headers: Readonly<Record<string, string>>): Promise<Answer> {
  const sent = body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) };
  const type = typeof body === 'string' ? 'application/x-www-form-urlencoded' : 'application/json';
  const response = await fetch(url, { method, headers: { ...headers, ...(body === undefined ? {} : { 'content-type': type }) }, ...sent });
  const text = await response.text();
  const isJson = (response.headers.get('content-type') ?? '').includes('json');
  return { status: response.status, headers: response.headers, text, body: isJson && text !== '' ? parseJson(text) : null };
}

const rowSchema = z.object({ id: z.string(), properties: z.record(z.string(), z.string().nullable()) });

/** The records of a list, batch or search answer. */
export const rowsOf = ({ body }: Answer): readonly z.infer<typeof rowSchema>[] =>
  z.object({ results: z.array(rowSchema) }).parse(body).results;
export const idsOf = (answer: Answer): readonly string[] => rowsOf(answer).map(({ id }) => id);
/** One record. */
export const rowOf = ({ body }: Answer): z.infer<typeof rowSchema> => rowSchema.parse(body);

/** The value at a path inside a JSON value: `at(body, 'paging', 'next', 'after')`. */
export function at(value: JsonValue | undefined, ...path: readonly (string | number)[]): JsonValue | undefined {
  let current = value;
  for (const step of path) {
    if (isJsonObject(current) && typeof step === 'string') current = current[step];
    else if (isJsonArray(current) && typeof step === 'number') current = current[step];
    else return undefined;
  }
  return current;
}
