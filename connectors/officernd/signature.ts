import { createHmac, timingSafeEqual } from 'node:crypto';

/** The header `officernd-signature`, read. */
export interface OfficerndSignature {
  /** As it was sent, in seconds since 1970. */
  readonly stamp: string;
  readonly atMs: number;
  /** 64 hexadecimal digits. */
  readonly digest: string;
}

/** OfficeRnD's own sample allows 60 seconds, which a busy sender may exceed. */
export const OFFICERND_TOLERANCE_MS = 300_000;

/** The names before the equals signs differ between senders, so the parts are told apart by their place. */
const HEADER = /^\s*[\w-]{1,32}=(\d{9,12})\s*,\s*[\w-]{1,32}=([0-9a-f]{64})\s*$/i;

/** Reads `t=<seconds>,signature=<hex>`; null when the header has another form. */
export function readOfficerndSignature(header: string): OfficerndSignature | null {
  const [, stamp, digest] = HEADER.exec(header) ?? [];
  return stamp === undefined || digest === undefined ? null : { stamp, atMs: Number(stamp) * 1_000, digest };
}

/**
 * Whether this webhook's secret made the signature: over the body, a dot and the time, in this order. It takes the same time wherever the
 * difference is. It does not look at the time.
 */
export function isSignedByOfficernd(rawBody: Uint8Array, { stamp, digest }: OfficerndSignature, secret: string): boolean {
  const expected = createHmac('sha256', secret).update(rawBody).update(`.${stamp}`).digest();
  return timingSafeEqual(expected, Buffer.from(digest, 'hex'));
}
