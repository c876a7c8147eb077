import * as undici from 'undici';

/** One request as it is sent. */
export interface OutgoingRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
  /** The setting of the tenant file that holds the address, for messages. */
  readonly urlSetting: string;
}

export interface SendLimits {
  /** From sending the request to the answer's last byte. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal | undefined;
  /** A larger answer is refused. @default 64 MB */
  readonly mostBytes?: number;
}

/** An answer of any status. */
export interface IncomingAnswer {
  readonly status: number;
  readonly text: string;
  /** Returns a header by its name in lower case: the first of several, null where there is none. */
  readonly header: (name: string) => string | null;
}

/** How a call has got no usable answer. */
export type HowUnanswered = Pick<NoAnswer, 'wasSent' | 'broke'>;

/** An answer came, but it can't be read. */
export const UNREADABLE: HowUnanswered = { wasSent: true, broke: false };

/** No complete answer came. The message is the end of a sentence about the call, without personal data (A6). */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer';
  constructor(
    message: string,
    /** False if the vendor can't have received the request. */
    readonly wasSent: boolean,
    /** The connection broke, or was never made: another try may succeed at once. */
    readonly broke = false,
  ) {
    super(message);
  }
}

/**
 * Sends one request once and follows no redirect (undici's `request` does not). Throws `NoAnswer`, or the signal's reason after an abort.
 */
export async function sendOnce(
  request: OutgoingRequest,
  { timeoutMs, signal, mostBytes = MOST_BYTES }: SendLimits,
): Promise<IncomingAnswer> {
  const ending = new AbortController();
  const timer = setTimeout(() => ending.abort(), timeoutMs);
  // Not AbortSignal.any: under Node 20 a long-lived signal keeps each use in memory.
  const abort = (): void => ending.abort();
  signal?.addEventListener('abort', abort, { once: true });
  try {
    signal?.throwIfAborted();
    const { url, method, headers, body = null } = request;
    const {
      statusCode: status,
      headers: received,
      body: stream,
    } = await undici.request(url, { method, headers, body, signal: ending.signal });
    const isGood = status >= 200 && status < 300;
    const text = await textOf(stream, isGood ? mostBytes : MOST_BYTES_OF_ERROR);
    if (text === null && isGood) throw new NoAnswer(`it is larger than ${mostBytes / MEGABYTE} MB.`, true);
    return { status, text: text ?? '', header: (name) => firstOf(received[name]) };
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof NoAnswer) throw error;
    if (ending.signal.aborted) throw new NoAnswer(`it took longer than ${timeoutMs / 1_000} seconds.`, true);
    throw connectionError(request.urlSetting, systemCodeOf(error));
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', abort);
  }
}

/** Bytes of a megabyte. */
export const MEGABYTE = 1_048_576;
/** Pages of the vendors have some hundred kilobytes. Many slices read at the same time, so that no answer may fill the memory. */
const MOST_BYTES = 64 * MEGABYTE;
/** An error of the vendors is short; what is longer is a page of something in between, and is read as empty (V4). */
const MOST_BYTES_OF_ERROR = MEGABYTE / 4;

/** Reads a whole answer; null when it is larger than allowed. The rest is then not fetched. */
async function textOf(stream: AsyncIterable<Buffer>, mostBytes: number): Promise<string | null> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of stream) {
    bytes += part.length;
    if (bytes > mostBytes) return null;
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}

const firstOf = (header: string | string[] | undefined): string | null => (Array.isArray(header) ? header[0] : header) ?? null;

/** Codes of connections that were never made. */
const NEVER_SENT =
  /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|UND_ERR_CONNECT_TIMEOUT|ERR_TLS_|ERR_SSL_|.*CERT|.*SIGNATURE)/;

const connectionError = (urlSetting: string, code: string): NoAnswer =>
  NEVER_SENT.test(code)
    ? new NoAnswer(`its address can't be reached (${code}). Check ${urlSetting} and the network.`, false, true)
    : new NoAnswer(`the connection broke (${code}). Try again later.`, true, true);

/** The system's error code. The error's message is not used: it may contain secrets. */
const systemCodeOf = (error: unknown): string =>
  typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string' ? error.code : 'no code';
