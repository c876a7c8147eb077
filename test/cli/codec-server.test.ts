import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { createCodecAccess } from '../../cli/codec-access';
import { startCodecServer } from '../../cli/codec-server';
import type { RunningCodecServer } from '../../cli/codec-server';
import { payloadKeys } from '../../config/payload-keys';
import { createSecret } from '../../config/secret';

/** Temporal's remote codec protocol, as its UI uses it (from a page) and as its command line uses it (without an origin). */

const TOKEN = 'a-token-of-some-length';
const UI = 'http://127.0.0.1:8233';
const bearer = { authorization: `Bearer ${TOKEN}` };
const base64 = (text: string) => Buffer.from(text).toString('base64');
const plain = { metadata: { encoding: base64('json/plain') }, data: base64('{"tenant":"acme"}') };
const payloads = z.object({ payloads: z.array(z.object({ metadata: z.record(z.string(), z.string()), data: z.string().optional() })) });
const refusal = z.object({ message: z.string() });

let server: RunningCodecServer;
beforeAll(async () => {
  const keys = payloadKeys.parse(`old:${randomBytes(32).toString('base64')}`);
  server = await startCodecServer({ keys, token: createSecret(TOKEN), origin: UI, port: 0, host: '127.0.0.1' });
});
afterAll(() => server.stop());

const send = (path: string, headers: Readonly<Record<string, string>>, body: unknown = { payloads: [plain] }) =>
  fetch(`${server.url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-namespace': 'default', ...headers },
    body: JSON.stringify(body),
  });
const encode = async (body?: unknown) => payloads.parse(await (await send('/encode', bearer, body)).json());
const messageOf = async (response: Response) => refusal.parse(await response.json()).message;

test('encoded payloads are encrypted, and decoding them gives the originals', async () => {
  const encoded = await encode({ payloads: [plain, { metadata: { encoding: base64('binary/null') } }] });
  expect(encoded.payloads.map(({ metadata }) => metadata['encoding'])).toEqual([base64('binary/encrypted'), base64('binary/encrypted')]);
  const decoded = payloads.parse(await (await send('/decode', bearer, encoded)).json());
  expect(decoded.payloads[0]).toEqual(plain);
  expect(decoded.payloads[1]?.metadata).toEqual({ encoding: base64('binary/null') });
});

test.each<[string, Readonly<Record<string, string>>]>([
  ['nothing', {}],
  ['another token', { authorization: 'Bearer another-token-of-another-length' }],
  ['a token’s beginning', { authorization: `Bearer ${TOKEN.slice(0, -1)}` }],
  ['the token in another scheme', { authorization: `Basic ${TOKEN}` }],
  ['a cookie that was made up', { cookie: 'orsync_codec=99999999999999.c2lnbmF0dXJl' }],
  ['a wrong token beside a page’s origin', { authorization: 'Bearer wrong', origin: UI }],
])('it refuses a request with %s, for encoding and for decoding', async (_what, headers) => {
  for (const path of ['/encode', '/decode']) {
    const response = await send(path, headers);
    expect([response.status, response.headers.get('www-authenticate')]).toEqual([401, 'Bearer']);
    expect(await messageOf(response)).toMatch(/ORSYNC_CODEC_TOKEN/);
  }
});

test('a page of the configured origin may ask, before and with the token', async () => {
  const asked = { origin: UI, 'access-control-request-method': 'POST', 'access-control-request-headers': 'content-type,x-namespace' };
  const preflight = await fetch(`${server.url}/decode`, { method: 'OPTIONS', headers: asked });
  expect(preflight.status).toBe(204);
  expect(Object.fromEntries(preflight.headers)).toMatchObject({
    'access-control-allow-origin': UI,
    'access-control-allow-credentials': 'true',
    'access-control-allow-headers': 'content-type,x-namespace',
    'access-control-allow-methods': 'POST',
    vary: 'Origin',
  });
  const response = await send('/decode', { ...bearer, origin: UI });
  expect([response.status, response.headers.get('access-control-allow-origin')]).toEqual([200, UI]);
});

test.each(['http://127.0.0.1:8234', 'null', 'https://127.0.0.1:8233'])('a page of %s may not, even with the token', async (origin) => {
  const preflight = await fetch(`${server.url}/decode`, {
    method: 'OPTIONS',
    headers: { origin, 'access-control-request-method': 'POST' },
  });
  const response = await send('/decode', { ...bearer, origin });
  for (const { status, headers } of [preflight, response])
    expect([status, headers.get('access-control-allow-origin')]).toEqual([403, null]);
});

test('a browser that has shown the token once may decode by cookie', async () => {
  const signIn = (token: string, headers = {}) =>
    fetch(`${server.url}/sign-in`, { method: 'POST', body: new URLSearchParams({ token }), headers });
  const refused = await signIn('wrong');
  expect([refused.status, refused.headers.get('set-cookie')]).toEqual([401, null]);
  const cookie = (await signIn(TOKEN)).headers.get('set-cookie') ?? '';
  expect(cookie).toMatch(/^orsync_codec=\d+\.[\w-]+; HttpOnly; SameSite=Strict; Path=\/; Max-Age=43200$/);
  expect((await signIn(TOKEN, { 'x-forwarded-proto': 'https' })).headers.get('set-cookie')).toMatch(/; Secure$/);
  const [value = ''] = cookie.split(';');
  expect((await send('/decode', { cookie: `other=1; ${value}`, origin: UI })).status).toBe(200);
  expect((await send('/decode', { cookie: value.replace(/=\d/, '=9'), origin: UI })).status).toBe(401);
});

test('without a sign-in no more than a token is taken', async () => {
  const body = JSON.stringify({ token: 'x'.repeat(5_000) });
  const { status } = await fetch(`${server.url}/sign-in`, { method: 'POST', body, headers: { 'content-type': 'application/json' } });
  expect(status).toBe(413);
});

test('a cookie ends with its hours, and with the process that gave it', () => {
  let now = 1_000_000;
  const access = createCodecAccess(createSecret(TOKEN), () => now);
  const cookie = access.cookie(false).split(';')[0] ?? '';
  expect(createCodecAccess(createSecret(TOKEN), () => now).allows({ cookie })).toBe(false);
  now += 12 * 3_600_000 - 1;
  expect(access.allows({ cookie })).toBe(true);
  now += 1;
  expect(access.allows({ cookie })).toBe(false);
});

test.each<[string, unknown, RegExp]>([
  ['no payloads', {}, /The body must be JSON of the form/],
  ['data that is not base64', { payloads: [{ ...plain, data: 'Ann Lee!' }] }, /The body must be JSON of the form/],
  [
    'a payload of an unknown key',
    {
      payloads: [{ metadata: { encoding: base64('binary/encrypted'), 'encryption-key-id': base64('lost') }, data: base64('x'.repeat(40)) }],
    },
    /the key lost, which is not among these keys/,
  ],
  [
    'an altered payload',
    {
      payloads: [{ metadata: { encoding: base64('binary/encrypted'), 'encryption-key-id': base64('old') }, data: base64('x'.repeat(40)) }],
    },
    /the key old does not open/,
  ],
])('%s is answered with a sentence', async (_what, body, sentence) => {
  const response = await send('/decode', bearer, body);
  expect(response.status).toBe(400);
  const message = await messageOf(response);
  expect(message).toMatch(sentence);
  expect(message).not.toMatch(/Ann Lee/);
});

test('a body that is not JSON, and an unknown path, get one sentence', async () => {
  const garbled = await fetch(`${server.url}/decode`, {
    method: 'POST',
    headers: { ...bearer, 'content-type': 'application/json' },
    body: '{Ann Lee',
  });
  expect([garbled.status, await messageOf(garbled)]).toEqual([400, 'This request cannot be read; it must be JSON of at most 32 MB.']);
  const elsewhere = await send('/elsewhere', bearer);
  expect([elsewhere.status, await messageOf(elsewhere)]).toEqual([
    404,
    'There is nothing here. Use POST /encode, POST /decode, or the page at / to sign in.',
  ]);
});
