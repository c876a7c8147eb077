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
import { parsedJson } from '../../domain/json';
import { asList } from '../../domain/printable';
import type { HowUnanswered } from '../send-once';
import { retryAfterMsOf } from '../retry-after';
import { codeOr, hubSpotErrorSchema, refusedFieldsOf, type HubSpotError } from './refused-fields';

/** HubSpot's answer over HTTP. */
export interface HubSpotAnswer {
  readonly status: number;
  readonly text: string;
  readonly contentType: string;
  readonly retryAfter: string | null;
  readonly correlationId: string | null;
}

/** The facts of a call that are known before its answer. */
export interface CallFacts {
  readonly route: string;
  readonly writes: boolean;
  /** The setting of the tenant file that holds the credential. */
  readonly credential: string;
}

/** The setting of the tenant file that holds the address. */
export const API_URL = 'hubspot.apiUrl';
const SECOND_MS = 1_000;
/** A daily limit ends at midnight in the account's time zone. One call each quarter of an hour finds that out soon and costs little. */
export const DAILY_WAIT_MS = 15 * 60 * SECOND_MS;
/** A locked batch write stays locked for two seconds. */
const LOCK_WAIT_MS = 2 * SECOND_MS;
/** HubSpot documents `Retry-After` for a migration (477); this is for an answer without it. */
const MIGRATION_WAIT_MS = 60 * SECOND_MS;

/** Turns an answer outside 2xx into a `VendorError`. */
export function errorOfAnswer(answer: HubSpotAnswer, facts: CallFacts, nowMs: number): VendorError {
  const { status } = answer;
  const { route, writes, credential } = facts;
  const body = parseBody(answer.text);
  const details: VendorErrorDetails = { ...detailsOf(answer, body), route };
  const fail = (kind: VendorErrorKind, what: string, more: Partial<VendorErrorDetails> = {}): VendorError =>
    new VendorError(kind, `HubSpot answered ${status} to ${route}: ${what}`, { ...details, ...more });

  if (status >= 300 && status < 400) {
    return fail('configuration', `a redirect, which is not followed. Check the address in ${API_URL}.`, { setting: API_URL });
  }
  if (status >= 500) {
    return fail('unavailable', 'it is not available at the moment. Try again later.', { mayHaveHappened: writes });
  }
  if (!isOwnForm(body) && VERDICTS.has(status))
    return fail('unavailable', foreignAnswer(API_URL), { mayHaveHappened: writes, setting: API_URL });
  switch (status) {
    case 400:
    case 413:
    case 414:
    case 422:
      return refusal(fail, body);
    case 401:
      return fail('unauthorized', `the credential is not accepted. Check ${credential}.`, { setting: credential });
    case 403:
      return fail('forbidden', `${whyForbidden(body)} Change its scopes or ${credential}.`, { setting: credential });
    case 404:
      return notFound(fail, route, body);
    case 408:
      return fail('unavailable', 'it took too long. Try again later.', { mayHaveHappened: writes });
    case 409:
      return fail('conflict', `${TAKEN}.`, { refusedFields: fieldsOf(body), ...wordsOf(body, fieldsOf(body)) });
    case 423:
    case 429:
    case 477: {
      const retryAfterMs = retryAfterMsOf(answer.retryAfter, nowMs) ?? defaultWaitMs(status, route, body);
      return fail('rate-limited', `it asks for a pause of ${Math.ceil(retryAfterMs / SECOND_MS)} seconds.`, { retryAfterMs });
    }
    default:
      return fail('unexpected', 'the program does not know what this status means here.');
  }
}

/** The error of a call without a complete answer. `wasSent` says whether HubSpot may have received the call. */
export const noAnswer = (facts: CallFacts, what: string, { wasSent, broke }: HowUnanswered): VendorError =>
  new VendorError('unavailable', `HubSpot gave no usable answer to ${facts.route}: ${what}`, {
    vendor: 'hubspot',
    route: facts.route,
    mayHaveHappened: wasSent && facts.writes,
    ...(broke && { broke }),
    ...(wasSent ? {} : { setting: API_URL }),
  });

/** The error of an answer whose JSON has another shape than documented. `field` is the path to the difference, never its content. */
export const malformed = ({ route, writes }: CallFacts, field: string): VendorError =>
  new VendorError('unexpected', `HubSpot's answer to ${route} is not of the expected form at '${field}'.`, {
    vendor: 'hubspot',
    route,
    mayHaveHappened: writes,
  });

/** The error of an address that is not a web address. */
export const badApiUrl = (route: string): VendorError =>
  new VendorError('configuration', `${API_URL} is not a web address, so ${route} can't be called. Write it as https://api.hubapi.com.`, {
    vendor: 'hubspot',
    route,
    setting: API_URL,
  });

/** Statuses that would end, block or blame something, so that only HubSpot itself may say them (V4). */
const VERDICTS: ReadonlySet<number> = new Set([400, 401, 403, 404, 405, 409, 410, 422]);

/** V4: whether a body is HubSpot's own error, and no page of a proxy or of another server. */
const isOwnForm = (body: HubSpotError | undefined): boolean =>
  body !== undefined && (body.status !== undefined || body.category !== undefined || body.correlationId !== undefined);

type Fail = (kind: VendorErrorKind, what: string, more?: Partial<VendorErrorDetails>) => VendorError;

/** Reads HubSpot's error body; undefined when the body has another form, for example a proxy's. */
export const parseBody = (text: string): HubSpotError | undefined => hubSpotErrorSchema.safeParse(parsedJson(text)).data;

/** The details that every error has of its answer. */
export const detailsOf = (
  { status, correlationId }: HubSpotAnswer,
  body: HubSpotError | undefined,
): { readonly vendor: 'hubspot'; readonly status: number; readonly correlationId?: string } => {
  const name = correlationId ?? body?.correlationId;
  return { vendor: 'hubspot', status, ...(name !== undefined && /^[\w-]{1,64}$/.test(name) ? { correlationId: name } : {}) };
};

/** HubSpot's words about a record that it refused without naming a property. They may quote its values (A6). */
export function wordsOf(body: HubSpotError | undefined, refusedFields: readonly RefusedField[]): { readonly said?: string } {
  const said = refusedFields.length > 0 ? undefined : keptWords(body?.message);
  return said === undefined ? {} : { said };
}

const fieldsOf = (body: HubSpotError | undefined): ReturnType<typeof refusedFieldsOf> => (body === undefined ? [] : refusedFieldsOf(body));

function refusal(fail: Fail, body: HubSpotError | undefined): VendorError {
  const refusedFields = fieldsOf(body);
  const named = refusedInWords(refusedFields);
  const what = named === '' ? `the request was refused as ${codeOr(body?.category, 'invalid')}.` : `it refused the values of ${named}.`;
  return fail('invalid', what, { refusedFields, ...wordsOf(body, refusedFields) });
}

/** Only HubSpot itself can say that a record is gone (U2). A 404 from a proxy or from a wrong address proves nothing. */
function notFound(fail: Fail, route: string, body: HubSpotError | undefined): VendorError {
  if (isOwnForm(body) && route.includes('{id}')) return fail('not-found', 'there is no such record.');
  return fail('configuration', `this address is not part of HubSpot's API. Check ${API_URL}.`, { setting: API_URL });
}

function whyForbidden(body: HubSpotError | undefined): string {
  const contexts = [body?.context, ...(body?.errors ?? []).map(({ context }) => context)];
  const scopes = contexts.flatMap((context) => [...(context?.['requiredGranularScopes'] ?? []), ...(context?.['requiredScopes'] ?? [])]);
  const clean = [...new Set(scopes)].filter((scope) => /^[a-z0-9_.-]{1,100}$/i.test(scope));
  return clean.length === 0 ? 'the credential does not allow this.' : `the credential lacks one of the scopes ${asList(clean)}.`;
}

function defaultWaitMs(status: number, route: string, body: HubSpotError | undefined): number {
  if (status === 423) return LOCK_WAIT_MS;
  if (status === 477) return MIGRATION_WAIT_MS;
  const policy = body?.policyName ?? '';
  if (policy.includes('DAILY')) return DAILY_WAIT_MS;
  if (policy.startsWith('SECONDLY') || route.endsWith('/search')) return SECOND_MS;
  return 10 * SECOND_MS;
}
