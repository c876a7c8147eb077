import type { OfficerndResource } from '../../domain/entity';
import type { OfficerndId } from '../../domain/ids';

/** Lists that are only read. */
export type DefinitionResource = 'locations' | 'opportunity-statuses' | 'custom-properties';

/** One call of the API, before it has an address. */
export type ApiCall =
  | { readonly kind: 'list'; readonly resource: OfficerndResource | DefinitionResource; readonly query: Readonly<Record<string, string>> }
  | { readonly kind: 'read'; readonly resource: OfficerndResource; readonly id: OfficerndId }
  | { readonly kind: 'create'; readonly resource: OfficerndResource; readonly body: unknown }
  | { readonly kind: 'update'; readonly resource: OfficerndResource; readonly id: OfficerndId; readonly body: unknown };

/** Where the token comes from, as the ledger and errors name it. */
export const TOKEN_ROUTE = 'POST /oauth/token';

const moduleOf: Readonly<Record<OfficerndResource | DefinitionResource, string>> = {
  companies: 'community.companies',
  members: 'community.members',
  opportunities: 'community.opportunities',
  'opportunity-statuses': 'community.opportunityStatuses',
  locations: 'space.locations',
  'custom-properties': 'settings.customProperties',
};

const WRITTEN: readonly OfficerndResource[] = ['companies', 'members', 'opportunities'];
const READ_ONLY: readonly DefinitionResource[] = ['opportunity-statuses', 'locations', 'custom-properties'];

/** All that this connector ever calls, and nothing more: an app may be granted less than its owner thinks. */
export const REQUIRED_SCOPES: readonly string[] = [
  ...WRITTEN.flatMap((resource) => ['read', 'create', 'update'].map((action) => `flex.${moduleOf[resource]}.${action}`)),
  ...READ_ONLY.map((resource) => `flex.${moduleOf[resource]}.read`),
];

/** The scope that a call needs; the vendor's 401 never names it. */
export function scopeOf({ kind, resource }: ApiCall): string {
  switch (kind) {
    case 'list':
    case 'read':
      return `flex.${moduleOf[resource]}.read`;
    case 'create':
    case 'update':
      return `flex.${moduleOf[resource]}.${kind}`;
  }
}

/** Updates are PUT everywhere in this API. */
export function methodOf({ kind }: ApiCall): 'GET' | 'POST' | 'PUT' {
  switch (kind) {
    case 'list':
    case 'read':
      return 'GET';
    case 'create':
      return 'POST';
    case 'update':
      return 'PUT';
  }
}

export const isWrite = ({ kind }: ApiCall): boolean => kind === 'create' || kind === 'update';

/** Method and path with organisation and ids left out: `GET /organizations/{org}/members/{id}`. */
export const routeOf = (call: ApiCall): string => `${methodOf(call)} /organizations/{org}/${call.resource}${'id' in call ? '/{id}' : ''}`;

/** The call's whole address. */
export function urlOf(call: ApiCall, { apiUrl, organization }: { readonly apiUrl: string; readonly organization: string }): string {
  const collection = `${apiUrl.replace(/\/+$/, '')}/organizations/${encodeURIComponent(organization)}/${call.resource}`;
  if ('id' in call) return `${collection}/${encodeURIComponent(call.id)}`;
  const query = call.kind === 'list' ? new URLSearchParams(call.query).toString() : '';
  return query === '' ? collection : `${collection}?${query}`;
}
