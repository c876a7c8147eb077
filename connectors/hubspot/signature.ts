import { createHmac, timingSafeEqual } from 'node:crypto';

/** A request as HubSpot signed it. */
export interface SignedByHubSpot {
  readonly method: string;
  /** The whole address that HubSpot called, with its query. */
  readonly uri: string;
  readonly rawBody: Uint8Array;
  /** `X-HubSpot-Request-Timestamp`, as it was sent. */
  readonly timestamp: string;
  /** `X-HubSpot-Signature-v3`. */
  readonly signature: string;
}

/** HubSpot's own advice: an older request may be one that somebody has recorded. */
export const HUBSPOT_TOLERANCE_MS = 300_000;

/** A digest of 32 bytes in base64. */
const SIGNATURE = /^[A-Za-z0-9+/]{43}=$/;

/** Whether a header can be a signature at all, which is known before the body is read. */
export const looksLikeHubSpotSignature = (signature: string): boolean => SIGNATURE.test(signature);

/** The time of a request in milliseconds since 1970; null when the header has another form. */
export const hubSpotStampMs = (timestamp: string): number | null => (/^\d{10,15}$/.test(timestamp) ? Number(timestamp) : null);

/** Whether this app's secret made the signature, version 3. It takes the same time wherever the difference is. It does not look at the time. */
export function isSignedByHubSpot({ method, uri, rawBody, timestamp, signature }: SignedByHubSpot, clientSecret: string): boolean {
  if (!looksLikeHubSpotSignature(signature)) return false;
  const digest = createHmac('sha256', clientSecret)
    .update(`${method}${decoded(uri)}`)
    .update(rawBody)
    .update(timestamp)
    .digest();
  return timingSafeEqual(digest, Buffer.from(signature, 'base64'));
}

/** HubSpot signs the address with just these characters decoded. */
const DECODED = /%(?:3A|2F|3F|40|21|24|27|28|29|2A|2C|3B)/gi;

const decoded = (uri: string): string => uri.replace(DECODED, (code) => decodeURIComponent(code));
