import { createSeededRandom, type SeededRandom } from '../shared/random';
import type { HubSpotSettings } from './settings';

/** The state of a bearer token. */
type TokenState =
  | { readonly kind: 'valid'; readonly app: 'private' | 'oauth' }
  /** The token of an app itself, for calls that concern no account's records. */
  | { readonly kind: 'app'; readonly scopes: readonly string[] }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'expired'; readonly expiredAtMs: number };

export interface HubSpotTokens {
  readonly staticToken: string;
  readonly check: (token: string | undefined) => TokenState;
  /** A new OAuth access token. The settings give its lifetime, measured by the virtual clock. */
  readonly issue: () => string;
  /** A new token of the app itself, with these scopes. */
  readonly issueToApp: (scopes: readonly string[]) => string;
  readonly expiryOf: (token: string) => number | undefined;
  /** A revoked refresh token gets no new access tokens. Access tokens given before stay valid. */
  readonly revokeRefreshToken: () => void;
  readonly isRefreshTokenRevoked: () => boolean;
}

/** The private app's token for a seed. It is `pat-na1-` and a UUID. */
export function staticTokenOf(seed: number): string {
  return staticToken(createSeededRandom(seed, 'static token'));
}

/** Takes the token from a sequence labelled `static token`. */
const staticToken = (random: SeededRandom): string => `pat-na1-${uuid(random)}`;

const uuid = (random: SeededRandom): string => `${random.hex(8)}-${random.hex(4)}-4${random.hex(3)}-a${random.hex(3)}-${random.hex(12)}`;

export function createHubSpotTokens(
  random: (label: string) => SeededRandom,
  now: () => number,
  settings: () => HubSpotSettings,
): HubSpotTokens {
  const own = staticToken(random('static token'));
  const sequence = random('oauth tokens');
  const expiries = new Map<string, number>();
  const ofApps = new Map<string, readonly string[]>();
  let refreshRevoked = false;
  const issue = (): string => {
    const token = `CN${sequence.hex(120)}`;
    expiries.set(token, now() + settings().oauth.expiresInS * 1000);
    return token;
  };
  return {
    staticToken: own,
    check: (token) => {
      if (token === undefined || settings().revoked) return { kind: 'unknown' };
      if (token === own) return { kind: 'valid', app: 'private' };
      const expiresAtMs = expiries.get(token);
      if (expiresAtMs === undefined) return { kind: 'unknown' };
      if (expiresAtMs <= now()) return { kind: 'expired', expiredAtMs: expiresAtMs };
      const scopes = ofApps.get(token);
      return scopes === undefined ? { kind: 'valid', app: 'oauth' } : { kind: 'app', scopes };
    },
    issue,
    issueToApp: (scopes) => {
      const token = issue();
      ofApps.set(token, scopes);
      return token;
    },
    expiryOf: (token) => expiries.get(token),
    revokeRefreshToken: () => {
      refreshRevoked = true;
    },
    isRefreshTokenRevoked: () => refreshRevoked,
  };
}
