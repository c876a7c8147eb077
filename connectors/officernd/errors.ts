import { z } from 'zod';
import {
  foreignAnswer,
  keptWords,
  refusedInWords,
  TAKEN,
  VendorError,
  type RefusedField,
  type VendorErrorDetails,
  type VendorErrorKind,
} from '../errors';
import type { HowUnanswered } from '../send-once';
import { retryAfterMsOf } from '../retry-after';
import { brokenRuleOf, refusedByValidator, takenValueOf } from './refused-fields';

/** OfficeRnD's answer over HTTP. */
export interface OfficerndAnswer {
  readonly status: number;
  readonly text: string;
  readonly contentType: string;
  readonly retryAfter: string | null;
  readonly location: string | null;
  /** Cloudflare's id of the request. */
  readonly correlationId: string | null;
}

/** The facts of a call that are known before its answer. */
export interface CallFacts {
  readonly route: string;
  readonly writes: boolean;
  /** The scope that the route needs. */
  readonly scope: string;
  /** The setting of the tenant file that holds the address. */
  readonly urlSetting: 'officernd.apiUrl' | 'officernd.tokenUrl';
}

const ORGANIZATION = 'officernd.organization';
const CLIENT_ID = 'officernd.clientId';
const SECOND_MS = 1_000;
/** For a 429 without `Retry-After`. OfficeRnD counts calls by the minute, so a few such waits reach the end of any window. */
const DEFAULT_WAIT_MS = 10 * SECOND_MS;

/** Turns an answer outside 2xx into a `VendorError`, by status and message: OfficeRnD also refuses values with a 500. */
export function errorOfAnswer(answer: OfficerndAnswer, facts: CallFacts, nowMs: number): VendorError {
  const { status } = answer;
  const { route, writes, urlSetting } = facts;
  const messages = messagesOf(answer.text);
  const fail = failing(answer, route, messages);

  if (status >= 300 && status < 400) {
    const setting = /\/login\b/.test(answer.location ?? '') ? ORGANIZATION : urlSetting;
    return fail('configuration', `a redirect, which is not followed. Check ${ORGANIZATION} and ${urlSetting}.`, { setting });
  }
  if (status >= 500) return errorOf500(messages, facts, status, fail);
  if (messages === undefined && VERDICTS.has(status))
    return fail('unavailable', foreignAnswer(urlSetting), { mayHaveHappened: writes, setting: urlSetting });
  switch (status) {
    case 400:
    case 413:
    case 414:
    case 415:
    case 422: {
      const taken = takenValues(messages);
      const refusedFields = [...taken, ...refusedByValidator(messages ?? []).filter(({ property }) => property !== taken[0]?.property)];
      const named = refusedInWords(refusedFields);
      return fail('invalid', named === '' ? 'the request was refused.' : `it refused ${named}.`, { refusedFields });
    }
    case 401:
      return fail('unauthorized', unauthorized(facts), { setting: CLIENT_ID });
    case 403:
      return fail('forbidden', `the app may not do this. Grant it the scope ${facts.scope}, or check ${CLIENT_ID}.`, {
        setting: CLIENT_ID,
      });
    case 404:
      return isGone(messages, route)
        ? fail('not-found', 'there is no such record.')
        : fail('configuration', `this address is not part of OfficeRnD's API. Check ${urlSetting}.`, { setting: urlSetting });
    case 405:
      return fail('configuration', `this address is not part of OfficeRnD's API. Check ${urlSetting}.`, { setting: urlSetting });
    case 408:
      return fail('unavailable', 'it took too long. Try again later.', { mayHaveHappened: writes });
    case 409:
      return fail('conflict', `${TAKEN}.`, { refusedFields: takenValues(messages) });
    case 429: {
      const retryAfterMs = retryAfterMsOf(answer.retryAfter, nowMs) ?? DEFAULT_WAIT_MS;
      return fail('rate-limited', `it asks for a pause of ${Math.ceil(retryAfterMs / SECOND_MS)} seconds.`, { retryAfterMs });
    }
    default:
      return fail('unexpected', 'the program does not know what this status means here.', { mayHaveHappened: writes });
  }
}

/** Statuses that would end, block or blame something, so that only OfficeRnD itself may say them (V4). */
const VERDICTS: ReadonlySet<number> = new Set([400, 401, 403, 404, 405, 409, 410, 422]);

/** The error of a call without a complete answer. `wasSent` says whether OfficeRnD may have received the call. */
export const noAnswer = ({ route, writes, urlSetting }: CallFacts, what: string, { wasSent, broke }: HowUnanswered): VendorError =>
  new VendorError('unavailable', `OfficeRnD gave no usable answer to ${route}: ${what}`, {
    vendor: 'officernd',
    route,
    mayHaveHappened: wasSent && writes,
    ...(broke && { broke }),
    ...(wasSent ? {} : { setting: urlSetting }),
  });

/** The error of an answer whose JSON has another shape than documented. `field` is the path to the difference, never its content. */
export const malformed = ({ route, writes }: CallFacts, field: string): VendorError =>
  new VendorError('unexpected', `OfficeRnD's answer to ${route} is not of the expected form at '${field}'.`, {
    vendor: 'officernd',
    route,
    mayHaveHappened: writes,
  });

/** The error of an address that is not a web address. */
export const badUrl = ({ route, urlSetting }: CallFacts): VendorError =>
  new VendorError('configuration', `${urlSetting} is not a web address, so ${route} can't be called. Write it as https://….`, {
    vendor: 'officernd',
    route,
    setting: urlSetting,
  });

/** Makes the errors of one answer; each message begins with its status and route. */
export type Fail = (kind: VendorErrorKind, what: string, more?: Partial<VendorErrorDetails>) => VendorError;
export function failing({ status, correlationId }: OfficerndAnswer, route: string, messages: readonly string[] = []): Fail {
  const name = correlationId !== null && /^[\w-]{1,64}$/.test(correlationId) ? { correlationId } : {};
  const said = keptWords(messages.join('; '));
  return (kind, what, more = {}) =>
    new VendorError(kind, `OfficeRnD answered ${status} to ${route}: ${what}`, {
      vendor: 'officernd',
      route,
      status,
      ...name,
      ...(REFUSALS.has(kind) && (more.refusedFields ?? []).length === 0 && said !== undefined && { said }),
      ...more,
    });
}

/** Kinds that are about one record, so that the vendor's words are, too. */
const REFUSALS: ReadonlySet<VendorErrorKind> = new Set(['invalid', 'conflict']);

/** The value that another record holds, where OfficeRnD says which one it is. */
function takenValues(messages: readonly string[] | undefined): readonly RefusedField[] {
  const { property, reason } = takenValueOf(messages?.join('; ') ?? '') ?? { reason: '' };
  return property === undefined ? [] : [{ property, reason }];
}

/** A message alone says nothing of its author: gateways answer `{"message": "Forbidden"}`, too (V4). */
const errorSchema = z
  .object({
    message: z.union([z.string(), z.array(z.string())]),
    statusCode: z.unknown().optional(),
    error: z.unknown().optional(),
    timestamp: z.unknown().optional(),
  })
  .refine(({ statusCode, error, timestamp }) => [statusCode, error, timestamp].some((part) => part !== undefined));

/** Reads the messages of OfficeRnD's error body; undefined when the body has another form, for example a proxy's. */
function messagesOf(text: string): readonly string[] | undefined {
  try {
    const { message } = errorSchema.parse(JSON.parse(text));
    return typeof message === 'string' ? [message] : message;
  } catch {
    return undefined;
  }
}

/** A 500 with a known text is a refusal: a repeated call fails again. Any other answer of 500 and above may be different next time. */
function errorOf500(
  messages: readonly string[] | undefined,
  { route, writes, urlSetting }: CallFacts,
  status: number,
  fail: Fail,
): VendorError {
  const message = status === 500 ? messages?.join('; ') : undefined;
  if (message?.startsWith('Organization not found') === true) {
    return fail('configuration', `there is no such organisation, or the app does not belong to it. Check ${ORGANIZATION}.`, {
      setting: ORGANIZATION,
    });
  }
  const broken = message === undefined ? undefined : brokenRuleOf(message);
  if (broken === undefined)
    return fail('unavailable', `it has a problem. Try again later; if this continues, check ${urlSetting}.`, { mayHaveHappened: writes });
  const { property, reason, badId = false } = broken;
  // No record has an id of another form than the vendor's.
  if (route.includes('{id}') && badId && (property === '_id' || !writes)) return fail('not-found', 'there is no such record.');
  return property === undefined
    ? fail('invalid', `${reason}.`)
    : fail('invalid', `it refused ${refusedInWords([{ property, reason }])}.`, { refusedFields: [{ property, reason }] });
}

const unauthorized = ({ scope }: CallFacts): string =>
  `the credentials are wrong or revoked, or the app lacks the scope ${scope}; OfficeRnD doesn't say which. ` +
  `Check ${CLIENT_ID} and its secret, and the app's permissions.`;

/**
 * Whether a 404 says that a record is gone. Only OfficeRnD itself can say so (U2). A proxy's 404, or the framework's `Cannot GET /…` for a
 * wrong address, proves nothing.
 */
const isGone = (messages: readonly string[] | undefined, route: string): boolean =>
  route.includes('{id}') && messages !== undefined && !messages.some((message) => /^Cannot [A-Z]+ \//.test(message));
