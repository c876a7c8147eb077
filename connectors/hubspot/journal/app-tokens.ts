import { createRenewedTokens } from '../../access-tokens';
import type { AccessTokens, GrantedToken } from '../../access-tokens';
import { clocksWith } from '../../clocks';
import { VendorError } from '../../errors';
import { askForToken } from '../access-token';
import type { Http } from '../http';

/** The credentials of a HubSpot app. */
export interface AppCredentials {
  readonly clientId: string;
  readonly clientSecret: string;
}

/** HubSpot has the journal in its dated versions only. */
export const JOURNAL_VERSION = '2026-09';

const PREFIX = 'developer.webhooks_journal';
/** The scopes without which there is no journal. */
export const journalScopes: readonly string[] = [`${PREFIX}.read`, `${PREFIX}.subscriptions.read`, `${PREFIX}.subscriptions.write`];

export interface AppTokensDeps {
  readonly app: AppCredentials;
  /** The scopes of the objects that are told of. HubSpot asks for them, and does not say whether the token must have them. */
  readonly objectScopes: readonly string[];
  readonly http: Http;
  readonly now: () => number;
}

/** The tokens of an app itself, which no account has given. There is no refresh token: each is asked for anew. */
export function createAppTokens({ app, objectScopes, http, now }: AppTokensDeps): AccessTokens {
  const grant = async (): Promise<GrantedToken> => {
    const granted = await grantWith(app, [...journalScopes, ...objectScopes], http).catch((error: unknown) => {
      if (lacksScope(error)) return grantWith(app, journalScopes, http);
      throw error;
    });
    return { value: granted.access_token, lifetimeMs: granted.expires_in * 1_000 };
  };
  return createRenewedTokens({ grant, clocks: clocksWith(now) });
}

/** The scopes of the journal that an app lacks: HubSpot gives a token for each of the others. */
export async function lackingScopes(app: AppCredentials, http: Http): Promise<readonly string[]> {
  const lacking: string[] = [];
  for (const scope of journalScopes) {
    await grantWith(app, [scope], http).catch((error: unknown) => {
      if (!lacksScope(error)) throw error;
      lacking.push(scope);
    });
  }
  return lacking;
}

const lacksScope = (error: unknown): boolean => error instanceof VendorError && error.kind === 'forbidden';

const grantWith = ({ clientId, clientSecret }: AppCredentials, scopes: readonly string[], http: Http) =>
  askForToken(
    { grant_type: 'client_credentials', client_id: clientId, client_secret: clientSecret, scope: scopes.join(' ') },
    { version: JOURNAL_VERSION, http, credential: 'hubspot.app' },
  );
