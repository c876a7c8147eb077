import { z } from 'zod';
import { VendorError } from '../errors';
import type { HubSpotAuth } from './connector-config';
import { detailsOf, errorOfAnswer, malformed, parseBody, type CallFacts, type HubSpotAnswer } from './errors';
import type { Http } from './http';
import { jsonOf } from './json-body';
import { routeOf, tokenPath, type HubSpotVersion } from './paths';

/** Where the bearer token comes from. */
export interface AccessTokens {
  /** A token that is good for the next minute. Callers at the same time share one refresh; an abort ends the wait, not the refresh. */
  readonly current: (signal?: AbortSignal) => Promise<string>;
  /** HubSpot refused this token: the next call gets a new one if there can be one. */
  readonly forget: (token: string) => void;
}

export interface AccessTokensDeps {
  readonly auth: HubSpotAuth;
  readonly version: HubSpotVersion;
  readonly http: Http;
  readonly now: () => number;
}

/** A 401 does not tell that a token is old, so it is renewed by its lifetime, this much before the end. */
const RENEW_BEFORE_MS = 60_000;

/** A fixed token stays as it is; OAuth tokens are renewed by lifetime. */
export function createAccessTokens({ auth, version, http, now }: AccessTokensDeps): AccessTokens {
  if (auth.kind === 'token') return { current: async () => auth.accessToken, forget: () => undefined };

  let refreshToken = auth.refreshToken;
  let token: { readonly value: string; readonly goodUntil: number } | undefined;
  let refreshing: Promise<string> | undefined;

  const refresh = async (): Promise<string> => {
    const askedAt = now();
    const path = tokenPath(version);
    const form = { grant_type: 'refresh_token', client_id: auth.clientId, client_secret: auth.clientSecret, refresh_token: refreshToken };
    const headers = { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' };
    const body = new URLSearchParams(form).toString();
    const answer = await http({ method: 'POST', path, headers, body }, { toError: errorOfToken });
    const granted = parseToken(answer.text, routeOf('POST', path));
    token = { value: granted.access_token, goodUntil: askedAt + granted.expires_in * 1_000 - RENEW_BEFORE_MS };
    refreshToken = granted.refresh_token ?? refreshToken;
    return token.value;
  };

  return {
    current: async (signal) => {
      // First of all: a refresh that nobody waits for would fail unheard.
      signal?.throwIfAborted();
      if (token !== undefined && now() < token.goodUntil) return token.value;
      refreshing ??= refresh().finally(() => {
        refreshing = undefined;
      });
      return untilAborted(refreshing, signal);
    },
    forget: (refused) => {
      if (token?.value === refused) token = undefined;
    },
  };
}

const grantedSchema = z.object({
  access_token: z.string().min(1),
  expires_in: z.number().positive(),
  refresh_token: z.string().min(1).optional(),
});

function parseToken(text: string, route: string): z.infer<typeof grantedSchema> {
  const facts: CallFacts = { route, writes: false, credential: 'hubspot.oauth' };
  const granted = grantedSchema.safeParse(jsonOf(text, facts));
  if (granted.success) return granted.data;
  throw malformed(facts, granted.error.issues[0]?.path.join('.') ?? '');
}

/** Which setting each refusal of the token endpoint points to; any other 400 has been seen to pass by itself. */
const settingOfRefusal: ReadonlyMap<string, readonly ['unauthorized' | 'configuration', string]> = new Map([
  ['BAD_REFRESH_TOKEN', ['unauthorized', 'hubspot.oauth.refreshToken']],
  ['BAD_HUB', ['unauthorized', 'hubspot.oauth.refreshToken']],
  ['BAD_CLIENT_ID', ['configuration', 'hubspot.oauth.clientId']],
  ['BAD_CLIENT_SECRET', ['configuration', 'hubspot.oauth.clientSecret']],
]);

/** Revoked, misconfigured, or worth another try. */
function errorOfToken(answer: HubSpotAnswer, facts: CallFacts, nowMs: number): VendorError {
  if (answer.status !== 400 && answer.status !== 401) return errorOfAnswer(answer, facts, nowMs);
  const body = parseBody(answer.text);
  const details = { ...detailsOf(answer, body), route: facts.route };
  const [kind, setting] = settingOfRefusal.get(body?.status ?? '') ?? (answer.status === 401 ? ['configuration', 'hubspot.oauth'] : []);
  if (setting === undefined || (kind !== 'unauthorized' && kind !== 'configuration')) {
    return new VendorError('unavailable', `HubSpot gave no access token this time (${answer.status}). Try again later.`, details);
  }
  const what =
    kind === 'unauthorized'
      ? 'the app was uninstalled or its refresh token revoked. Connect it again and change'
      : 'it does not know this app. Check';
  return new VendorError(kind, `HubSpot gives no access token: ${what} ${setting}.`, { ...details, setting });
}

async function untilAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return promise;
  return new Promise<T>((resolve, reject) => {
    const abort = (): void => reject(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
