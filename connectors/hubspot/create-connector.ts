import { clocksWith } from '../clocks';
import type { ConnectorDeps } from '../metered-call';
import { createWritePlaces } from '../write-places';
import { createAccessTokens } from './access-token';
import { createAccountDay } from './account-limits';
import { createAssociations } from './associations';
import { createArchivedAmong, createBatchRead, createReadOne } from './batch-read';
import { createBatchUpdate } from './batch-update';
import { createCall } from './client';
import type { HubSpotConnectorConfig } from './connector-config';
import { readAccount, readDealPipelines, readGrantedScopes, readProperties } from './definitions';
import { createHttp } from './http';
import type { HubSpotConnector } from './connector';
import { createListPage } from './list-page';
import { routeOf, versionedPath } from './paths';
import { createSearchModified } from './search-modified';
import { createCountIds, createListIds } from './search-range';
import { createTransport } from './transport';

/** The limiter must know the classes of `hubSpotRateLimits`. */
export interface HubSpotConnectorDeps extends ConnectorDeps {
  readonly config: HubSpotConnectorConfig;
}

const TIMEOUT_MS = 30_000;

/** Makes one tenant's connector. It sends nothing before the first call of a method. */
export function createHubSpotConnector({ config, ledger, limiter, now, patience }: HubSpotConnectorDeps): HubSpotConnector {
  const { apiUrl, version, auth, timeoutMs = TIMEOUT_MS } = config;
  const credential = auth.kind === 'token' ? 'hubspot.accessToken' : 'hubspot.oauth.refreshToken';
  const day = createAccountDay(now);
  const http = createHttp({ apiUrl, credential, day, timeoutMs, ledger, limiter, now, patience });
  const tokens = createAccessTokens({ auth, version, http, now });
  const transport = createTransport({ version, http, tokens, credential, renews: auth.kind === 'oauth' });
  const call = createCall(transport);
  const readOne = createReadOne(call);
  const places = createWritePlaces({ limiter, clocks: clocksWith(now) });
  return {
    reserve: async (options) => places.inOneClass('general', options?.signal),
    batchRoute: (object, action) => routeOf('POST', versionedPath(`/crm/v3/objects/${object}/batch/${action}`, version)),
    callsLeft: () => day.callsLeft(),
    account: async (options) => readAccount(transport, version, options),
    grantedScopes: async (options) => readGrantedScopes(transport, auth, options),
    properties: async (object, options) => readProperties(call, object, options),
    dealPipelines: async (options) => readDealPipelines(call, options),
    listPage: createListPage(call),
    searchModified: createSearchModified(call),
    countIds: createCountIds(call),
    listIds: createListIds(call),
    associations: createAssociations(call),
    batchRead: createBatchRead(call, readOne),
    readOne,
    archivedAmong: createArchivedAmong(call),
    batchUpdate: createBatchUpdate(call),
  };
}
