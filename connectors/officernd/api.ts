import type { z } from 'zod';
import type { AccessTokens } from '../access-tokens';
import { VendorError } from '../errors';
import type { CallFacts, OfficerndAnswer } from './errors';
import type { Http } from './http';
import type { CallOptions } from '../call-options';
import { parseAnswer } from './parse-answer';
import { isWrite, methodOf, mostOf, routeOf, scopeOf, urlOf, type ApiCall } from './routes';

/** One organisation's API. Every answer is checked against a schema. */
export interface Api {
  /** Sends a call with a token, and once more with a new token after a 401. Returns the answer as `schema` reads it. */
  readonly send: <T>(schema: z.ZodType<T>, call: ApiCall, options: CallOptions | undefined) => Promise<T>;
}

export interface ApiDeps {
  readonly config: { readonly apiUrl: string; readonly organization: string };
  readonly http: Http;
  readonly tokens: AccessTokens;
}

/** The facts of a call that are known before its answer, for errors and the call ledger. */
export const factsOf = (call: ApiCall): CallFacts => ({
  route: routeOf(call),
  writes: isWrite(call),
  scope: scopeOf(call),
  urlSetting: 'officernd.apiUrl',
});

export function createApi({ config, http, tokens }: ApiDeps): Api {
  const attempt = async (call: ApiCall, token: string, options: CallOptions | undefined): Promise<OfficerndAnswer> => {
    const body = 'body' in call ? JSON.stringify(call.body) : undefined;
    const headers = {
      accept: 'application/json',
      'user-agent': 'orsync',
      authorization: `Bearer ${token}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    };
    const rateClass = isWrite(call) ? 'write' : 'read';
    return http({ method: methodOf(call), url: urlOf(call, config), headers, body, rateClass, facts: factsOf(call) }, options);
  };

  return {
    send: async (schema, call, options) => {
      const token = await tokens.current(options?.signal);
      const answer = await attempt(call, token, options).catch(async (error: unknown) => {
        if (!(error instanceof VendorError) || error.kind !== 'unauthorized') throw error;
        // OfficeRnD answers an expired token like a wrong one. Only a new token shows which it was.
        tokens.forget(token);
        return attempt(call, await tokens.current(options?.signal), options);
      });
      return parseAnswer(schema, answer, factsOf(call), mostOf(call));
    },
  };
}
