import { z } from 'zod';
import { startOfficerndEmulator, type OfficerndEmulator } from '../../emulators/officernd';
import { defaultScopes } from '../../emulators/officernd/settings';

export type Fields = Readonly<Record<string, unknown>>;

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Fields;
  /** The records of a list or of an edit. */
  readonly results: readonly Fields[];
  /** The message of an error, the vendor's or the admin's. */
  readonly message: unknown;
}

export interface OfficerndUnderTest extends OfficerndEmulator {
  readonly token: string;
  readonly call: (url: string, init?: RequestInit) => Promise<Answer>;
  readonly admin: (method: string, path: string, body?: unknown) => Promise<Answer>;
  /** Asks for a token with all scopes, or with those in the form. */
  readonly askToken: (form?: Readonly<Record<string, string>>) => Promise<Answer>;
  /** Makes a call below the organisation's path, with the token. `path` begins with a slash. */
  readonly api: (method: string, path: string, body?: unknown, headers?: Readonly<Record<string, string>>) => Promise<Answer>;
  /** Replaces the world. It has one location if `half` has none. */
  readonly world: (half: Fields) => Promise<Answer>;
  readonly settings: (patch: unknown) => Promise<Answer>;
  /** Sets an empty world and the default settings, but without limits. */
  readonly reset: () => Promise<void>;
}

export const locationId = '65f0c0ffee0000000000aa01';
export const id = (n: number): string => `65f0c0ffee000000${String(n).padStart(8, '0')}`;
export const companies = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ _id: id(index + 1), name: `Company ${index + 1}` }));

/** Starts an OfficeRnD emulator with helpers for calls. Call `stop` afterwards. */
export async function officerndUnderTest(): Promise<OfficerndUnderTest> {
  const emulator = await startOfficerndEmulator({ seed: 7 });
  const admin = (method: string, path: string, body?: unknown): Promise<Answer> =>
    call(`${emulator.adminUrl}${path}`, { method, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
  const askToken: OfficerndUnderTest['askToken'] = (form = {}) =>
    call(emulator.tokenUrl, {
      method: 'POST',
      body: new URLSearchParams({
        client_id: emulator.clientId,
        client_secret: emulator.clientSecret,
        grant_type: 'client_credentials',
        scope: defaultScopes.join(' '),
        ...form,
      }),
    });
  const settings = (patch: unknown): Promise<Answer> => admin('PUT', '/settings', patch);
  const world = (half: Fields): Promise<Answer> =>
    admin('PUT', '/world', { officernd: { locations: [{ _id: locationId, name: 'Downtown' }], ...half } });
  const token = String((await askToken()).body['access_token']);
  const { body: defaults } = await admin('GET', '/settings');
  return {
    ...emulator,
    token,
    call,
    admin,
    askToken,
    settings,
    world,
    api: (method, path, body, headers = {}) =>
      call(`${emulator.apiUrl}/organizations/${emulator.organization}${path}`, {
        method,
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', ...headers },
        ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      }),
    reset: async () => {
      await settings({ ...defaults, limits: { readsPerMinute: null, writesPerMinute: null } });
      await world({});
    },
  };
}

const fieldsSchema = z.record(z.string(), z.unknown());
const listSchema = z.object({ results: z.array(fieldsSchema).optional(), records: z.array(fieldsSchema).optional() });
const adminErrorSchema = z.object({ error: z.object({ message: z.string() }) });

async function call(url: string, init: RequestInit = {}): Promise<Answer> {
  const response = await fetch(url, { redirect: 'manual', ...init });
  const text = await response.text();
  const body = fieldsSchema.parse(text === '' ? {} : JSON.parse(text));
  const { results, records } = listSchema.parse(body);
  const message = adminErrorSchema.safeParse(body).data?.error.message ?? body['message'];
  return { status: response.status, headers: response.headers, body, results: results ?? records ?? [], message };
}
