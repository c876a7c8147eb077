import { z } from 'zod';
import { isLoopbackUrl } from '../../../config/urls';
import { parsedJson } from '../../../domain/json';
import { hasTooManyParts } from '../../answer-size';
import { VendorError } from '../../errors';
import type { VendorErrorKind } from '../../errors';
import { MEGABYTE, NoAnswer, sendOnce } from '../../send-once';

/** HubSpot's files have at most 5 MB. */
const MOST_BYTES = 16 * MEGABYTE;
const TIMEOUT_MS = 60_000;
const LONGEST_ADDRESS = 8_000;
const ROUTE = 'GET the file of the journal';

export interface DownloadOptions {
  /** Where HubSpot's API is. A file may lie on this machine only if the API does. */
  readonly apiUrl: string;
  readonly signal: AbortSignal;
  /** @default a minute */
  readonly timeoutMs?: number;
}

/**
 * Fetches the events of a file. This is the one call to an address that an answer names. So it must be https, or on this machine.
 * No redirect is followed, no header of ours is sent, and size and time are bounded. Returns 'expired' when the address is no longer good.
 * Throws `VendorError`.
 */
export async function downloadEvents(url: string, options: DownloadOptions): Promise<readonly unknown[] | 'expired'> {
  const { apiUrl, signal, timeoutMs = TIMEOUT_MS } = options;
  if (!isFileAddress(url, apiUrl)) throw refusal('unexpected', 'its address is not one that may be called; nothing was sent to it');
  const request = { method: 'GET', url, headers: {}, urlSetting: 'the firewall' };
  const answer = await sendOnce(request, { timeoutMs, signal, mostBytes: MOST_BYTES }).catch((error: unknown) => {
    if (error instanceof NoAnswer) throw refusal('unavailable', error.message.replace(/\.$/, ''));
    throw error;
  });
  const { status, text } = answer;
  if (EXPIRED.has(status)) return 'expired';
  if (status >= 300 && status < 400) throw refusal('unexpected', 'its address answers with a redirect, which is not followed');
  if (status !== 200) throw refusal('unavailable', `its address answered ${status}`);
  const file = hasTooManyParts(text) ? undefined : fileSchema.safeParse(parsedJson(text)).data;
  if (file === undefined) throw refusal('unavailable', 'its content is cut off or not of the expected form');
  return file.journalEvents;
}

/** The answers of file stores to an address that has expired, or whose file is gone. */
const EXPIRED: ReadonlySet<number> = new Set([400, 401, 403, 404, 410]);

const fileSchema = z.object({ journalEvents: z.array(z.unknown()) });

/** Whether a file may be fetched from an address: a name in the DNS, by https; this machine only if HubSpot's API is here. */
export function isFileAddress(url: string, apiUrl: string): boolean {
  if (url.length > LONGEST_ADDRESS || !URL.canParse(url)) return false;
  const { protocol, username, password, hostname } = new URL(url);
  if (username !== '' || password !== '') return false;
  if (isLoopbackUrl(url)) return isLoopbackUrl(apiUrl) && (protocol === 'https:' || protocol === 'http:');
  return protocol === 'https:' && /\.[a-z][a-z0-9-]*\.?$/i.test(hostname);
}

const refusal = (kind: VendorErrorKind, what: string): VendorError =>
  new VendorError(kind, `A file of HubSpot's journal can't be read: ${what}. It is tried again by itself.`, {
    vendor: 'hubspot',
    route: ROUTE,
  });
