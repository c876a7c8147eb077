import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import type { DataConverter, Payload, PayloadCodec } from '@temporalio/common';
import { temporal } from '@temporalio/proto';
import { ConfigurationError } from '../config/configuration-error';
import { readEnvironment } from '../config/environment';
import { payloadKeyId } from '../config/payload-keys';
import type { PayloadKeys } from '../config/payload-keys';

/** The value of `metadata.encoding` in an encrypted payload, as in Temporal's own samples. */
export const ENCRYPTED = 'binary/encrypted';
/** The metadata entry that holds the key's id. */
export const KEY_ID = 'encryption-key-id';

const CIPHER = 'aes-256-gcm';
/** Random for each payload: safe for 2³² payloads with one key (NIST SP 800-38D, section 8.3). */
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const options = { authTagLength: TAG_BYTES };

const { Payload: PayloadMessage } = temporal.api.common.v1;

/**
 * Converts arguments, results, summaries and details on their way to Temporal and back. Workers and clients of one installation need the
 * same keys.
 */
export const dataConverterFor = (keys: PayloadKeys): DataConverter => ({ payloadCodecs: [createPayloadCodec(keys)] });

/** Reads keys in the form of `ORSYNC_PAYLOAD_KEYS`; no text means no keys. Throws a `ConfigurationError` for keys that are not right. */
export const readPayloadKeys = (text: string | undefined): PayloadKeys => readEnvironment({ ORSYNC_PAYLOAD_KEYS: text }).payloadKeys;

/**
 * Encrypts whole payloads, their own metadata included, with the first key (AES-256-GCM: nonce, ciphertext, tag). Without keys it leaves
 * them as they are. Decoding accepts every key, and payloads from before encryption was switched on. It throws a `ConfigurationError` that
 * names a missing key. It throws an `Error` for a payload that was altered, in its data or in its metadata.
 */
export function createPayloadCodec(keys: PayloadKeys): PayloadCodec {
  const byId = new Map(keys.map(({ id, key }) => [id, key]));
  const [first] = keys;
  return {
    encode: async (payloads) => (first === undefined ? payloads : payloads.map((payload) => encrypted(payload, first.id, first.key))),
    decode: async (payloads) => payloads.map((payload) => (isEncrypted(payload) ? decrypted(payload, byId) : payload)),
  };
}

/** Whether a payload is one of ours in encrypted form. */
export const isEncrypted = (payload: Payload): boolean => textOf(payload.metadata?.['encoding']) === ENCRYPTED;

function encrypted(payload: Payload, id: string, key: KeyObject): Payload {
  const metadata = { encoding: Buffer.from(ENCRYPTED), [KEY_ID]: Buffer.from(id) };
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(CIPHER, key, nonce, options).setAAD(boundTo(metadata));
  const data = Buffer.concat([nonce, cipher.update(PayloadMessage.encode(payload).finish()), cipher.final(), cipher.getAuthTag()]);
  return { metadata, data };
}

function decrypted({ metadata, data }: Payload, keys: ReadonlyMap<string, KeyObject>): Payload {
  const id = textOf(metadata?.[KEY_ID]);
  const key = keys.get(id);
  if (key === undefined) throw unknownKey(id);
  const bytes = data ?? new Uint8Array();
  try {
    const decipher = createDecipheriv(CIPHER, key, bytes.subarray(0, NONCE_BYTES), options)
      .setAAD(boundTo(metadata ?? {}))
      .setAuthTag(bytes.subarray(-TAG_BYTES));
    return PayloadMessage.decode(Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES)), decipher.final()]));
  } catch {
    throw new Error(`A payload encrypted with the key ${id} does not open: it was altered on its way, or that id now names another key.`);
  }
}

/** All metadata beside the ciphertext, sorted by name. It is authenticated, so adding, changing or removing any of it is noticed. */
const boundTo = (metadata: Readonly<Record<string, Uint8Array>>): Buffer =>
  Buffer.from(
    JSON.stringify(
      Object.keys(metadata)
        .sort()
        .map((name) => [name, base64(metadata[name])]),
    ),
  );

const base64 = (bytes: Uint8Array | undefined): string => Buffer.from(bytes ?? []).toString('base64');
const textOf = (bytes: Uint8Array | null | undefined): string => Buffer.from(bytes ?? []).toString('utf8');

/** Anyone who can write to Temporal can put any text into an id. So the message repeats an id only if it has the form of one. */
function unknownKey(id: string): ConfigurationError {
  const which = payloadKeyId.test(id) ? `the key ${id}` : 'a key without a readable id';
  const message = `a payload was encrypted with ${which}, which is not among these keys; add it at the end`;
  return new ConfigurationError([{ setting: 'ORSYNC_PAYLOAD_KEYS', message }], 'the environment');
}
