import { randomBytes } from 'node:crypto';
import { defaultPayloadConverter } from '@temporalio/common';
import type { Payload } from '@temporalio/common';
import { createPayloadCodec, ENCRYPTED, isEncrypted, KEY_ID } from '../../client/payload-codec';
import { payloadKeys } from '../../config/payload-keys';

const text = (bytes: Uint8Array | null | undefined) => Buffer.from(bytes ?? []).toString('utf8');
const key = (id: string) => `${id}:${randomBytes(32).toString('base64')}`;
const [older, newer, stranger] = [key('older'), key('newer'), key('stranger')];
const codecOf = (...keys: readonly string[]) => createPayloadCodec(payloadKeys.parse(keys.join()));
const plain = (value: unknown): Payload => defaultPayloadConverter.toPayload(value);
const valueOf = (payload: Payload | undefined): unknown =>
  payload === undefined ? 'nothing' : defaultPayloadConverter.fromPayload(payload);
const seal = async (value: unknown, ...keys: readonly string[]): Promise<Payload> => {
  const [sealed] = await codecOf(...keys).encode([plain(value)]);
  if (sealed === undefined) throw new Error('The codec gave no payload.');
  return sealed;
};
const open = async (payload: Payload, ...keys: readonly string[]): Promise<unknown> =>
  valueOf((await codecOf(...keys).decode([payload]))[0]);

test.each([
  ['an object', { tenant: 'acme', entities: null, counts: [1, 2, 3] }],
  ['a long text', 'ü'.repeat(2_000)],
  ['an empty text', ''],
  ['null', null],
  ['nothing', undefined],
  ['bytes', new Uint8Array([0, 255, 1])],
])('%s comes back unchanged, and cannot be read in between', async (_what, value) => {
  const sealed = await seal(value, older);
  expect(Object.fromEntries(Object.entries(sealed.metadata ?? {}).map(([name, bytes]) => [name, text(bytes)]))).toEqual({
    encoding: ENCRYPTED,
    [KEY_ID]: 'older',
  });
  expect(text(sealed.data)).not.toMatch(/acme|json|üü/);
  expect(await open(sealed, older)).toEqual(value);
});

test('the same value never looks the same twice', async () => {
  const sealed = await codecOf(older).encode(Array.from({ length: 100 }, () => plain('acme')));
  expect(new Set(sealed.map(({ data }) => text(data?.subarray(0, 12)))).size).toBe(100);
  expect(new Set(sealed.map(({ data }) => text(data?.subarray(12)))).size).toBe(100);
});

test('rotation: the first key encrypts, all decrypt, and the order of payloads stays', async () => {
  const before = await seal('before', older);
  const after = await seal('after', newer, older);
  expect(text(after.metadata?.[KEY_ID])).toBe('newer');
  expect((await codecOf(newer, older).decode([after, before])).map(valueOf)).toEqual(['after', 'before']);
  // The step before a change of keys: every program knows the new key, and the old one still encrypts.
  expect(await open(after, older, newer)).toBe('after');
});

test('switching on: payloads from before pass through, and without keys nothing is encrypted', async () => {
  const value = plain({ tenant: 'acme' });
  const none = createPayloadCodec([]);
  expect((await codecOf(older).decode([value])).map(valueOf)).toEqual([{ tenant: 'acme' }]);
  expect(await none.encode([value])).toEqual([value]);
  expect(await none.decode([value])).toEqual([value]);
  expect(isEncrypted(value)).toBe(false);
});

const changed = (bytes: Uint8Array | null | undefined, at: number): Uint8Array => {
  const copy = Buffer.from(bytes ?? []);
  const index = at < 0 ? copy.length + at : at;
  copy[index] = (copy[index] ?? 0) ^ 1;
  return copy;
};

test.each<[string, (payload: Payload) => Payload]>([
  ['its nonce', (payload) => ({ ...payload, data: changed(payload.data, 0) })],
  ['its ciphertext', (payload) => ({ ...payload, data: changed(payload.data, 20) })],
  ['its tag', (payload) => ({ ...payload, data: changed(payload.data, -1) })],
  ['its end, cut off', (payload) => ({ ...payload, data: payload.data?.subarray(0, -1) ?? null })],
  ['all but a few bytes, cut off', (payload) => ({ ...payload, data: payload.data?.subarray(0, 20) ?? null })],
  ['all of its data, taken away', (payload) => ({ ...payload, data: null })],
  [
    'the key’s id, to another that is known',
    (payload) => ({ ...payload, metadata: { ...payload.metadata, [KEY_ID]: Buffer.from('newer') } }),
  ],
  ['its metadata, by something added', (payload) => ({ ...payload, metadata: { ...payload.metadata, messageType: Buffer.from('x') } })],
])('tampering is noticed: %s', async (_what, tamper) => {
  const opened = open(tamper(await seal('secret', older)), older, newer);
  await expect(opened).rejects.toThrow(
    /^A payload encrypted with the key (older|newer) does not open: it was altered on its way, or .*\.$/,
  );
});

test('a key that was exchanged under the same id does not open', async () => {
  await expect(open(await seal('secret', older), key('older'))).rejects.toThrow(/the key older does not open/);
});

test.each([
  ['another key', [older]],
  ['no keys at all', []],
])('an unknown key is named, with what to do: %s', async (_what, keys) => {
  const sealed = await seal('secret', stranger);
  const opened = createPayloadCodec(keys.length === 0 ? [] : payloadKeys.parse(keys.join())).decode([sealed]);
  await expect(opened).rejects.toThrow(
    'ORSYNC_PAYLOAD_KEYS: a payload was encrypted with the key stranger, which is not among these keys; add it at the end (in the environment).',
  );
  await expect(opened).rejects.toMatchObject({ kind: 'configuration', setting: 'ORSYNC_PAYLOAD_KEYS' });
});

test.each([
  ['is missing', {}],
  ['is not one of ours', { [KEY_ID]: Buffer.from('Ann Lee <ann@example.com>') }],
])('A6 a key id that %s is not repeated', async (_what, id) => {
  const forged = { metadata: { encoding: Buffer.from(ENCRYPTED), ...id }, data: Buffer.alloc(40) };
  await expect(open(forged, older)).rejects.toThrow(/encrypted with a key without a readable id, /);
});
