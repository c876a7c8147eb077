import { z } from 'zod';
import type { VendorError } from '../errors';
import { errorOfAnswer, failing, type CallFacts, type OfficerndAnswer } from './errors';
import type { Http } from './http';
import { parseAnswer } from './parse-answer';
import { TOKEN_ROUTE } from './routes';

/** Where the bearer token comes from. */
export interface AccessTokens {
  /** A token that is good for a while. Callers at the same time share one refresh; an abort ends the wait, not the refresh. */
  readonly current: (signal?: AbortSignal) => Promise<string>;
  /** OfficeRnD refused this token: the next call gets another one. */
  readonly forget: (token: string) => void;
}

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

/** Renewed this much before the end, since an expired token is answered as a wrong one is. */
const RENEW_BEFORE_MS = 60_000;

/** The tokens of one app, by client credentials. */
export function createAccessTokens({ config, http, now }: AccessTokensDeps): AccessTokens {
  const { tokenUrl, clientId, clientSecret, scopes } = config;
  const facts: CallFacts = { route: TOKEN_ROUTE, writes: false, scope: scopes.join(' '), urlSetting: 'officernd.tokenUrl' };
  const form = { grant_type: 'client_credentials', client_id: clientId, client_secret: clientSecret, scope: facts.scope };
  let token: { readonly value: string; readonly goodUntilMs: number } | undefined;
  let refreshing: Promise<string> | undefined;

  const refresh = async (): Promise<string> => {
    const askedAtMs = now();
    const headers = { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json', 'user-agent': 'orsync' };
    const request = {
      method: 'POST',
      url: tokenUrl,
      headers,
      body: new URLSearchParams(form).toString(),
      rateClass: 'token',
      facts,
    } as const;
    const granted = parseAnswer(grantedSchema, await http(request, { toError: errorOfToken }), facts);
    const lifetimeMs = granted.expires_in * 1_000;
    token = { value: granted.access_token, goodUntilMs: askedAtMs + lifetimeMs - Math.min(RENEW_BEFORE_MS, lifetimeMs / 2) };
    return token.value;
  };

  return {
    current: async (signal) => {
      // First of all: a refresh that nobody waits for would fail unheard.
      signal?.throwIfAborted();
      if (token !== undefined && now() < token.goodUntilMs) return token.value;
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

const grantedSchema = z.object({ access_token: z.string().min(1), expires_in: z.number().positive() });

/** OAuth's own error codes; anything else is judged as any answer is. */
function errorOfToken(answer: OfficerndAnswer, facts: CallFacts, nowMs: number): VendorError {
  const fail = failing(answer, facts.route);
  if (answer.status !== 400 && answer.status !== 401 && answer.status !== 403) return errorOfAnswer(answer, facts, nowMs);
  const setting = 'officernd.clientId';
  switch (codeOf(answer.text)) {
    case 'invalid_scope':
      return fail(
        'forbidden',
        `the app of ${setting} was not granted all the scopes asked for: ${facts.scope}. Grant it those in OfficeRnD's Developer Tools.`,
        { setting },
      );
    case 'invalid_request':
    case 'unsupported_grant_type':
      return fail('configuration', `it does not take client credentials here. Check ${facts.urlSetting}.`, { setting: facts.urlSetting });
    default:
      return fail('unauthorized', `it does not accept this app. Check ${setting} and officernd.clientSecret.`, {
        setting: 'officernd.clientSecret',
      });
  }
}

const refusalSchema = z.object({ error: z.string() });

/** Empty when the body is of another form. */
function codeOf(text: string): string {
  try {
    return refusalSchema.parse(JSON.parse(text)).error;
  } catch {
    return '';
  }
}

async function untilAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return promise;
  return new Promise<T>((resolve, reject) => {
    const abort = (): void => reject(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
    void promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
