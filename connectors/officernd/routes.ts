import { withoutTrailingSlashes } from '../../domain/trailing-slashes';
import type { OfficerndResource } from '../../domain/entity';
import type { OfficerndId } from '../../domain/ids';

/** Lists that this program only reads. */
export type DefinitionResource = 'locations' | 'opportunity-statuses' | 'custom-properties';

/** Lists of the organisation's settings that this program writes to, when a person asks for it. */
export type SettingsResource = 'webhooks';

/** One call of the API, before it has an address. */
export type ApiCall =
  | { readonly kind: 'list'; readonly resource: Resource; readonly query: Readonly<Record<string, string>> }
  | { readonly kind: 'read'; readonly resource: OfficerndResource; readonly id: OfficerndId }
  | { readonly kind: 'create'; readonly resource: OfficerndResource | SettingsResource; readonly body: unknown }
  | { readonly kind: 'update'; readonly resource: OfficerndResource | SettingsResource; readonly id: OfficerndId; readonly body: unknown };

type Resource = OfficerndResource | DefinitionResource | SettingsResource;

/** The token endpoint's route in the call ledger and in errors. */
export const TOKEN_ROUTE = 'POST /oauth/token';

const moduleOf: Readonly<Record<Resource, string>> = {
  companies: 'community.companies',
  members: 'community.members',
  opportunities: 'community.opportunities',
  'opportunity-statuses': 'community.opportunityStatuses',
  locations: 'space.locations',
  'custom-properties': 'settings.customProperties',
  webhooks: 'settings.webhooks',
};

const WRITTEN: readonly OfficerndResource[] = ['companies', 'members', 'opportunities'];
const READ_ONLY: readonly DefinitionResource[] = ['opportunity-statuses', 'locations', 'custom-properties'];

/** The scopes of calls about webhooks. They are asked for with a token of their own, because most apps need not have them. */
export const WEBHOOK_SCOPES: readonly string[] = ['read', 'create', 'update'].map((action) => `flex.${moduleOf.webhooks}.${action}`);

/** The scopes of all calls of this connector, and no others: OfficeRnD gives no token if the app lacks one of the requested scopes. */
export const REQUIRED_SCOPES: readonly string[] = [
  ...WRITTEN.flatMap((resource) => ['read', 'create', 'update'].map((action) => `flex.${moduleOf[resource]}.${action}`)),
  ...READ_ONLY.map((resource) => `flex.${moduleOf[resource]}.read`),
];

/** The scope that a call needs. OfficeRnD's 401 does not name it. */
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

/** The HTTP method of a call; every update in this API is a PUT. */
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

/** Method and path without organisation and ids: `GET /organizations/{org}/members/{id}`. */
export const routeOf = (call: ApiCall): string => `${methodOf(call)} /organizations/{org}/${call.resource}${'id' in call ? '/{id}' : ''}`;

/** The records that a call asks for at most; undefined where it sets no limit. */
export function mostOf(call: ApiCall): number | undefined {
  const limit = call.kind === 'list' ? call.query['$limit'] : undefined;
  return limit === undefined ? undefined : Number(limit);
}

/** The complete address of a call. */
export function urlOf(call: ApiCall, { apiUrl, organization }: { readonly apiUrl: string; readonly organization: string }): string {
  const collection = `${withoutTrailingSlashes(apiUrl)}/organizations/${encodeURIComponent(organization)}/${call.resource}`;
  if ('id' in call) return `${collection}/${encodeURIComponent(call.id)}`;
  const query = call.kind === 'list' ? new URLSearchParams(call.query).toString() : '';
  return query === '' ? collection : `${collection}?${query}`;
}
