import { createSecretKey } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { z } from 'zod';

/** A key for the data that Temporal stores. */
export interface PayloadKey {
  /** Stored unencrypted beside all data that this key encrypts. */
  readonly id: string;
  /** 256 bits, as a key object: no log, message or JSON shows it. */
  readonly key: KeyObject;
}

/** The first key encrypts, all keys decrypt. Without keys, nothing is encrypted. */
export type PayloadKeys = readonly PayloadKey[];

const FILE = 'file:';
const KEY_BYTES = 32;
/** An id is shorter than a key in base64, so a key in the place of an id is refused and not shown. */
export const payloadKeyId = /^[\w.-]{1,40}$/;
const base64Key = /^[A-Za-z0-9+/]{43}=?$/;

/**
 * The value of `ORSYNC_PAYLOAD_KEYS`: `id1:base64key,id2:base64key`, or `file:PATH` for a file with the same list, separated by commas or
 * line breaks. A message names a key by its place in the list. It never shows the key, nor the text in the place of its id (A6).
 */
export const payloadKeys = z.string().transform((text, context): PayloadKeys => {
  try {
    return keysIn(listIn(text));
  } catch (error) {
    if (!(error instanceof KeysProblem)) throw error;
    context.addIssue({ code: 'custom', message: error.message });
    return z.NEVER;
  }
});

/** Something is wrong with the keys; the message is a clause. */
class KeysProblem extends Error {}

function listIn(text: string): string {
  if (!text.startsWith(FILE)) return text;
  try {
    return readFileSync(text.slice(FILE.length), 'utf8');
  } catch {
    throw new KeysProblem('the file that it names cannot be read; it must exist and be readable for this process');
  }
}

function keysIn(list: string): PayloadKeys {
  const entries = list.split(/[,\r\n]/).flatMap((entry) => (entry.trim() === '' ? [] : [entry.trim()]));
  // If the file was emptied by mistake, the program must not continue without encryption.
  if (entries.length === 0) throw new KeysProblem('there is no key in it; unset it to continue without encryption');
  const keys = entries.map(keyIn);
  const twice = keys.findIndex(({ id }, index) => keys.slice(0, index).some((earlier) => earlier.id === id));
  if (twice >= 0) throw new KeysProblem(`the id of key ${twice + 1} is given twice; each key needs its own`);
  return keys;
}

function keyIn(entry: string, index: number): PayloadKey {
  const colon = entry.indexOf(':');
  const [id, text] = [entry.slice(0, colon).trim(), entry.slice(colon + 1).trim()];
  const which = `key ${index + 1}`;
  if (colon < 0) throw new KeysProblem(`${which} must have the form id:key`);
  if (!payloadKeyId.test(id)) throw new KeysProblem(`the id of ${which} must be 1 to 40 letters, digits, ".", "-" or "_"`);
  if (id === 'file') throw new KeysProblem(`the id of ${which} must not be "file"; a file is named by itself, as file:PATH`);
  const bytes = Buffer.from(text, 'base64');
  if (!base64Key.test(text) || bytes.length !== KEY_BYTES) {
    throw new KeysProblem(`${which} must be ${KEY_BYTES} bytes in base64, as "openssl rand -base64 ${KEY_BYTES}" prints them`);
  }
  return { id, key: createSecretKey(bytes) };
}
