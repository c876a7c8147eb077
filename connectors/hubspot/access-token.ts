import { z } from 'zod';
import { createRenewedTokens } from '../access-tokens';
import type { AccessTokens, GrantedToken } from '../access-tokens';
import { clocksWith } from '../clocks';
import { VendorError } from '../errors';
import type { HubSpotAuth } from './connector-config';
import { detailsOf, errorOfAnswer, parseBody, type CallFacts, type HubSpotAnswer } from './errors';
import type { Http } from './http';
import { parseAnswer } from './parse-answer';
import { routeOf, tokenPath, type HubSpotVersion } from './paths';

export interface AccessTokensDeps {
  readonly auth: HubSpotAuth;
  readonly version: HubSpotVersion;
  readonly http: Http;
  readonly now: () => number;
}

/** HubSpot's access tokens: a private app's token stays the same, an OAuth app's tokens are renewed with its refresh token. */
export function createAccessTokens({ auth, version, http, now }: AccessTokensDeps): AccessTokens {
  if (auth.kind === 'token') return { current: async () => auth.accessToken, forget: () => undefined };

  let refreshToken = auth.refreshToken;
  const grant = async (): Promise<GrantedToken> => {
    const form = { grant_type: 'refresh_token', client_id: auth.clientId, client_secret: auth.clientSecret, refresh_token: refreshToken };
    const granted = await askForToken(form, { version, http, credential: 'hubspot.oauth' });
    refreshToken = granted.refresh_token ?? refreshToken;
    return { value: granted.access_token, lifetimeMs: granted.expires_in * 1_000 };
  };
  return createRenewedTokens({ grant, clocks: clocksWith(now) });
}

export interface TokenRequest {
  readonly version: HubSpotVersion;
  readonly http: Http;
  /** The section of the tenant file that holds the app's credentials. */
  readonly credential: 'hubspot.oauth' | 'hubspot.app';
}

/** Asks HubSpot for a token. Throws a `VendorError` that names the setting to check. */
export async function askForToken(
  form: Readonly<Record<string, string>>,
  { version, http, credential }: TokenRequest,
): Promise<z.output<typeof grantedSchema>> {
  const path = tokenPath(version);
  const headers = { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' };
  const body = new URLSearchParams(form).toString();
  const answer = await http({ method: 'POST', path, headers, body }, { toError: errorOfToken(credential) });
  return parseAnswer(grantedSchema, answer.text, { route: routeOf('POST', path), writes: false, credential });
}

const grantedSchema = z.object({
  access_token: z.string().min(1),
  expires_in: z.number().positive(),
  refresh_token: z.string().min(1).optional(),
});

/** The setting to check for each refusal of the token endpoint. Any other 400 has been observed to go away by itself. */
const settingOfRefusal: ReadonlyMap<string, readonly ['unauthorized' | 'configuration', string]> = new Map([
  ['BAD_REFRESH_TOKEN', ['unauthorized', 'refreshToken']],
  ['BAD_HUB', ['unauthorized', 'refreshToken']],
  ['BAD_CLIENT_ID', ['configuration', 'clientId']],
  ['BAD_CLIENT_SECRET', ['configuration', 'clientSecret']],
]);

/** The error of a refused token: the app was revoked, the configuration is wrong, or another try makes sense. */
const errorOfToken = (credential: TokenRequest['credential']) => (answer: HubSpotAnswer, facts: CallFacts, nowMs: number) => {
  const body = parseBody(answer.text);
  if ((answer.status !== 400 && answer.status !== 401) || body === undefined) return errorOfAnswer(answer, facts, nowMs);
  const details = { ...detailsOf(answer, body), route: facts.route };
  if (body.status === BAD_SCOPES && credential === 'hubspot.app')
    return new VendorError('forbidden', `HubSpot gives no access token: the app of ${credential} lacks a scope that is asked for.`, {
      ...details,
      setting: credential,
    });
  const refusal = settingOfRefusal.get(body.status ?? '');
  if (refusal === undefined && answer.status !== 401) {
    return new VendorError('unavailable', `HubSpot gave no access token this time (${answer.status}). Try again later.`, details);
  }
  const [kind, name] = refusal ?? ['configuration', null];
  const setting = name === null ? credential : `${credential}.${name}`;
  const what =
    kind === 'unauthorized'
      ? 'the app was uninstalled or its refresh token revoked. Connect it again and change'
      : 'it does not know this app. Check';
  return new VendorError(kind, `HubSpot gives no access token: ${what} ${setting}.`, { ...details, setting });
};

const BAD_SCOPES = 'BAD_SCOPES';
