import type { JsonValue } from '../../domain/json';
import type { EmulatorClock } from '../shared/clock';
import type { SeededRandom } from '../shared/random';
import type { VendorRequest, VendorResponse } from '../shared/vendor';
import type { OfficerndSettings } from './settings';

/** The emulator's one app and its organisation. */
export const CLIENT_ID = 'orsync-emulator-client';
export const CLIENT_SECRET = 'orsync-emulator-secret';
export const ORGANIZATION = 'acme-cowork';

interface OfficerndTokens {
  /** POST /oauth/token with client credentials. */
  readonly issue: (request: VendorRequest) => VendorResponse;
  /** The scopes of a token that is valid now, else undefined. The API gives the same answer for an expired and an unknown token. */
  readonly scopesOf: (request: VendorRequest) => ReadonlySet<string> | undefined;
}

/** The identity service. Tokens stay valid when the world is replaced. */
export function createOfficerndTokens({
  clock,
  random,
  settings,
}: {
  readonly clock: EmulatorClock;
  readonly random: SeededRandom;
  readonly settings: () => OfficerndSettings;
}): OfficerndTokens {
  const issued = new Map<string, { readonly scopes: ReadonlySet<string>; readonly expiresAtMs: number }>();
  return {
    issue: (request) => {
      const form = isForm(request) ? new URLSearchParams(request.rawBody.toString('utf8')) : new URLSearchParams();
      const grantType = form.get('grant_type');
      if (grantType === null) return refusal(400, 'invalid_request', 'Missing parameter: grant_type');
      if (grantType !== 'client_credentials')
        return refusal(400, 'unsupported_grant_type', 'Unsupported grant type: grant_type is invalid');
      if (form.get('client_id') !== CLIENT_ID || form.get('client_secret') !== CLIENT_SECRET) {
        return refusal(401, 'invalid_client', 'Invalid client: client is invalid');
      }
      const scopes = (form.get('scope') ?? '').split(/\s+/).filter((scope) => scope !== '');
      const { grantedScopes, tokenLifetimeSeconds } = settings();
      const excess = scopes.find((scope) => !grantedScopes.includes(scope));
      if (scopes.length === 0 || excess !== undefined)
        return refusal(400, 'invalid_scope', `Invalid scope: Requested scope is invalid${excess === undefined ? '' : ` (${excess})`}`);
      const token = random.hex(40);
      issued.set(token, { scopes: new Set(scopes), expiresAtMs: clock.now() + tokenLifetimeSeconds * 1000 });
      const body = { access_token: token, token_type: 'Bearer', expires_in: tokenLifetimeSeconds - 1, scope: scopes.join(' ') };
      return { status: 200, headers: { 'cache-control': 'no-store' }, body };
    },
    scopesOf: (request) => {
      const token = request.token === undefined || request.tokenExpired ? undefined : issued.get(request.token);
      return token === undefined || token.expiresAtMs <= clock.now() ? undefined : token.scopes;
    },
  };
}

const isForm = ({ headers }: VendorRequest): boolean => /^application\/x-www-form-urlencoded\b/i.test(headers['content-type'] ?? '');

const refusal = (status: number, error: string, description: string): VendorResponse => {
  const body: JsonValue = { error, error_description: description };
  return { status, body };
};
