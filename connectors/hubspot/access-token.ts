import { z } from 'zod';
import { createRenewedTokens } from '../access-tokens';
import type { AccessTokens, GrantedToken } from '../access-tokens';
import { realClocks } from '../clocks';
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
    const path = tokenPath(version);
    const form = { grant_type: 'refresh_token', client_id: auth.clientId, client_secret: auth.clientSecret, refresh_token: refreshToken };
    const headers = { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' };
    const body = new URLSearchParams(form).toString();
    const answer = await http({ method: 'POST', path, headers, body }, { toError: errorOfToken });
    const facts: CallFacts = { route: routeOf('POST', path), writes: false, credential: 'hubspot.oauth' };
    const granted = parseAnswer(grantedSchema, answer.text, facts);
    refreshToken = granted.refresh_token ?? refreshToken;
    return { value: granted.access_token, lifetimeMs: granted.expires_in * 1_000 };
  };
  return createRenewedTokens({ grant, clocks: () => ({ ...realClocks(), wallMs: now() }) });
}

const grantedSchema = z.object({
  access_token: z.string().min(1),
  expires_in: z.number().positive(),
  refresh_token: z.string().min(1).optional(),
});

/** The setting to check for each refusal of the token endpoint. Any other 400 has been observed to go away by itself. */
const settingOfRefusal: ReadonlyMap<string, readonly ['unauthorized' | 'configuration', string]> = new Map([
  ['BAD_REFRESH_TOKEN', ['unauthorized', 'hubspot.oauth.refreshToken']],
  ['BAD_HUB', ['unauthorized', 'hubspot.oauth.refreshToken']],
  ['BAD_CLIENT_ID', ['configuration', 'hubspot.oauth.clientId']],
  ['BAD_CLIENT_SECRET', ['configuration', 'hubspot.oauth.clientSecret']],
]);

/** The error of a refused token: the app was revoked, the configuration is wrong, or another try makes sense. */
function errorOfToken(answer: HubSpotAnswer, facts: CallFacts, nowMs: number): VendorError {
  const body = parseBody(answer.text);
  if ((answer.status !== 400 && answer.status !== 401) || body === undefined) return errorOfAnswer(answer, facts, nowMs);
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
