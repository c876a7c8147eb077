import type { OfficerndId } from '../../domain/ids';
import { clocksWith } from '../clocks';
import { VendorError } from '../errors';
import type { ConnectorDeps } from '../metered-call';
import { createWritePlaces } from '../write-places';
import { createAccessTokens } from './access-token';
import { createApi, factsOf } from './api';
import type { OfficerndConnectorConfig } from './connector-config';
import { malformed } from './errors';
import { createHttp } from './http';
import type { CallOptions } from '../call-options';
import type { OfficerndConnector, OfficerndRecord } from './connector';
import { createFindByLinkId, createFindMembersByEmail, createListPage, readDefinitions } from './read-lists';
import { REQUIRED_SCOPES, type ApiCall } from './routes';
import { customPropertyPageSchema, locationPageSchema, opportunityStatusPageSchema, recordSchema } from './schemas';

/** The limiter must know the classes of `officerndRateLimits`. */
export interface OfficerndConnectorDeps extends ConnectorDeps {
  readonly config: OfficerndConnectorConfig;
}

const TIMEOUT_MS = 30_000;

/** Makes one tenant's connector. It sends nothing before the first call of a method. */
export function createOfficerndConnector({ config, ledger, limiter, now, patience }: OfficerndConnectorDeps): OfficerndConnector {
  const { timeoutMs = TIMEOUT_MS, scopes = REQUIRED_SCOPES } = config;
  const http = createHttp({ timeoutMs, ledger, limiter, now, patience });
  const tokens = createAccessTokens({ config: { ...config, scopes }, http, now });
  const api = createApi({ config, http, tokens });
  const places = createWritePlaces({ limiter, clocks: clocksWith(now) });

  /** Sends a call for one record. An answer about another record is `malformed`. */
  const sendForId = async (call: Extract<ApiCall, { id: OfficerndId }>, options: CallOptions | undefined): Promise<OfficerndRecord> => {
    if (!isIdLike(call.id)) throw noSuchId(call);
    const record = await api.send(recordSchema, call, options);
    if (record.id.toLowerCase() !== call.id.toLowerCase()) throw malformed(factsOf(call), '_id');
    return record;
  };

  return {
    reserve: async (most, options) => places.inTwoClasses({ look: 'read', write: 'write' }, most, options?.signal),
    listPage: createListPage(api),
    readOne: async (resource, id, options) =>
      sendForId({ kind: 'read', resource, id }, options).catch((error: unknown) => {
        if (error instanceof VendorError && error.kind === 'not-found') return null;
        throw error;
      }),
    findByLinkId: createFindByLinkId(api),
    findMembersByEmail: createFindMembersByEmail(api),
    create: async (resource, body, options) => api.send(recordSchema, { kind: 'create', resource, body }, options),
    update: async (resource, id, body, options) => sendForId({ kind: 'update', resource, id, body }, options),
    locations: async (options) => readDefinitions(api, 'locations', locationPageSchema, options),
    opportunityStatuses: async (options) => readDefinitions(api, 'opportunity-statuses', opportunityStatusPageSchema, options),
    customProperties: async (options) => {
      const definitions = await readDefinitions(api, 'custom-properties', customPropertyPageSchema, options);
      return definitions.map(({ key, title, type, targets, values }) => ({ key, title, type, targets, values }));
    },
  };
}

/** An id of another form could lead to another address, as `..` does. */
const isIdLike = (id: string): boolean => /^[\w-]+$/.test(id);

const noSuchId = (call: ApiCall): VendorError => {
  const { route } = factsOf(call);
  return new VendorError('not-found', `There is no such record for ${route}: that is not the form of an OfficeRnD id.`, {
    vendor: 'officernd',
    route,
  });
};
