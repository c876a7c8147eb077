import { z } from 'zod';
import { createRenewedTokens } from '../access-tokens';
import type { AccessTokens, GrantedToken } from '../access-tokens';
import { clocksWith } from '../clocks';
import type { VendorError } from '../errors';
import { errorOfAnswer, failing, type CallFacts, type OfficerndAnswer } from './errors';
import type { Http } from './http';
import { parseAnswer } from './parse-answer';
import { TOKEN_ROUTE } from './routes';

export interface AccessTokensDeps {
  readonly config: {
    readonly tokenUrl: string;
    readonly clientId: string;
    readonly clientSecret: string;
    readonly scopes: readonly string[];
  };
  readonly http: Http;
  readonly now: () => number;
}

/** The access tokens of one OfficeRnD app, which it gets with its client credentials. */
export function createAccessTokens({ config, http, now }: AccessTokensDeps): AccessTokens {
  const { tokenUrl, clientId, clientSecret, scopes } = config;
  const facts: CallFacts = { route: TOKEN_ROUTE, writes: false, scope: scopes.join(' '), urlSetting: 'officernd.tokenUrl' };
  const form = { grant_type: 'client_credentials', client_id: clientId, client_secret: clientSecret, scope: facts.scope };
  const grant = async (): Promise<GrantedToken> => {
    const headers = { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json', 'user-agent': 'orsync' };
    const body = new URLSearchParams(form).toString();
    const answer = await http({ method: 'POST', url: tokenUrl, headers, body, rateClass: 'token', facts }, { toError: errorOfToken });
    const granted = parseAnswer(grantedSchema, answer, facts);
    return { value: granted.access_token, lifetimeMs: granted.expires_in * 1_000 };
  };
  return createRenewedTokens({ grant, clocks: clocksWith(now) });
}

const grantedSchema = z.object({ access_token: z.string().min(1), expires_in: z.number().positive() });

/** The error of a refused token, by OAuth's error codes. Other statuses mean the same as in any answer. */
function errorOfToken(answer: OfficerndAnswer, facts: CallFacts, nowMs: number): VendorError {
  const fail = failing(answer, facts.route);
  if (answer.status !== 400 && answer.status !== 401 && answer.status !== 403) return errorOfAnswer(answer, facts, nowMs);
  const code = codeOf(answer.text);
  // Not OAuth's own form: OfficeRnD's API has its own, and anything else is a page of somebody between.
  if (code === '') return errorOfAnswer(answer, facts, nowMs);
  const setting = 'officernd.clientId';
  switch (code) {
    case 'invalid_scope':
      return fail(
        'forbidden',
        `the app of ${setting} lacks at least one of the scopes ${facts.scope}. Grant them all in OfficeRnD's Developer Tools.`,
        { setting },
      );
    case 'invalid_request':
    case 'unsupported_grant_type':
      return fail('configuration', `this address does not accept client credentials. Check ${facts.urlSetting}.`, {
        setting: facts.urlSetting,
      });
    default:
      return fail('unauthorized', `it does not accept this app. Check ${setting} and officernd.clientSecret.`, {
        setting: 'officernd.clientSecret',
      });
  }
}

const refusalSchema = z.object({ error: z.string() });

/** The OAuth error code of a body; empty when the body has another form. */
function codeOf(text: string): string {
  try {
    return refusalSchema.parse(JSON.parse(text)).error;
  } catch {
    return '';
  }
}
