import type { AccessTokens } from '../access-tokens';
import { VendorError } from '../errors';
import type { CallFacts, HubSpotAnswer } from './errors';
import type { Http } from './http';
import type { CallOptions } from '../call-options';
import { isWrite, routeOf, versionedPath, type HubSpotVersion } from './paths';

/** A request as the official client makes it, with the client's own paths. */
export interface TransportRequest {
  readonly method: string;
  readonly path: string;
  readonly body?: string | undefined;
}

/** Sends all calls except the token's. */
export interface Transport {
  /** Resolves with a 2xx answer, whose text is not checked. Throws `VendorError`, or the signal's reason. */
  readonly send: (request: TransportRequest, options?: CallOptions) => Promise<HubSpotAnswer>;
  /** The facts of this request in the errors and ledger entries of `send`. */
  readonly factsOf: (request: TransportRequest) => CallFacts;
}

export interface TransportDeps {
  readonly version: HubSpotVersion;
  readonly http: Http;
  readonly tokens: AccessTokens;
  /** The setting of the tenant file that holds the credential, for messages. */
  readonly credential: string;
  /** Whether a refused token can be replaced by a new one. */
  readonly renews: boolean;
}

/** Adds the dated version and the credential to each request. */
export function createTransport({ version, http, tokens, credential, renews }: TransportDeps): Transport {
  let accepted: string | undefined;
  const factsOf = ({ method, path }: TransportRequest): CallFacts => ({
    route: routeOf(method, versionedPath(path, version)),
    writes: isWrite(method, path),
    credential,
  });
  return {
    factsOf,
    send: async (request, options) => {
      const { method, body } = request;
      const path = versionedPath(request.path, version);
      const token = await tokens.current(options?.signal);
      const headers = {
        accept: 'application/json',
        'content-type': 'application/json',
        'user-agent': 'orsync',
        authorization: `Bearer ${token}`,
      };
      const answer = await http({ method, path, headers, body }, options).catch((error: unknown) => {
        if (!(error instanceof VendorError) || error.kind !== 'unauthorized') throw error;
        tokens.forget(token);
        throw renews && token === accepted ? renewable(error) : error;
      });
      accepted = token;
      return answer;
    },
  };
}

/** HubSpot refused a token that it accepted before: the next try gets a new one. If a new token is refused, a person must act. */
const renewable = ({ details }: VendorError): VendorError =>
  new VendorError('unavailable', `HubSpot no longer accepts the access token for ${details.route}. Try again with a new one.`, details);
