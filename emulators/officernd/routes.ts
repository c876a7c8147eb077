import { resources, type Resource } from './fields';

/** A path of the API, parsed. */
export type OfficerndRoute =
  | { readonly kind: 'token' }
  | { readonly kind: 'traversal' }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'list' | 'count'; readonly slug: string; readonly resource: Resource }
  | { readonly kind: 'record'; readonly slug: string; readonly resource: Resource; readonly id: string }
  | { readonly kind: 'webhooks'; readonly slug: string; readonly id: string | undefined }
  | { readonly kind: 'member-part'; readonly slug: string; readonly id: string; readonly part: 'status' | 'company' };

export const BASE_PATH = '/api/v2';

/** Parses a path. A path that is not in the API is `unknown`. */
export function parseRoute(path: string): OfficerndRoute {
  if (path === '/oauth/token') return { kind: 'token' };
  if (!path.startsWith(`${BASE_PATH}/organizations/`)) return { kind: 'unknown' };
  const segments = path.slice(`${BASE_PATH}/organizations/`.length).replace(/\/$/, '').split('/').map(decoded);
  if (segments.some((segment) => segment === '.' || segment.includes('..') || /[/\\]/.test(segment))) return { kind: 'traversal' };
  const [slug = '', resourceName, id, part, ...rest] = segments;
  if (slug !== '' && resourceName === 'webhooks' && part === undefined) return { kind: 'webhooks', slug, id };
  const resource = resources.find((name) => name === resourceName);
  if (slug === '' || resource === undefined || rest.length > 0) return { kind: 'unknown' };
  if (id === undefined) return { kind: 'list', slug, resource };
  if (part === undefined) {
    // The API has no companies/count, so it reads `count` there as an id.
    if (id === 'count' && (resource === 'members' || resource === 'opportunities')) return { kind: 'count', slug, resource };
    return { kind: 'record', slug, resource, id };
  }
  if (resource === 'members' && (part === 'status' || part === 'company')) return { kind: 'member-part', slug, id, part };
  return { kind: 'unknown' };
}

/** The path pattern under which a request is counted. */
export function routeName(method: string, path: string): string {
  const route = parseRoute(path);
  switch (route.kind) {
    case 'token':
      return `${method} /oauth/token`;
    case 'traversal':
      return `${method} /organizations/{traversal}`;
    case 'unknown':
      return `${method} {unknown}`;
    case 'list':
      return `${method} /organizations/{org}/${route.resource}`;
    case 'count':
      return `${method} /organizations/{org}/${route.resource}/count`;
    case 'record':
      return `${method} /organizations/{org}/${route.resource}/{id}`;
    case 'webhooks':
      return `${method} /organizations/{org}/webhooks${route.id === undefined ? '' : '/{id}'}`;
    case 'member-part':
      return `${method} /organizations/{org}/members/{id}/${route.part}`;
  }
}

const modules: Readonly<Record<Resource, string>> = {
  companies: 'community.companies',
  members: 'community.members',
  opportunities: 'community.opportunities',
  'opportunity-statuses': 'community.opportunityStatuses',
  locations: 'space.locations',
  'custom-properties': 'settings.customProperties',
};

/** The scope that a call needs, e.g. `flex.community.members.read` (lists, gets and counts alike). */
export const requiredScope = (resource: Resource, action: 'read' | 'create' | 'update' | 'delete'): string =>
  `flex.${modules[resource]}.${action}`;

/** The same for calls about webhooks. */
export const webhookScope = (action: 'read' | 'create' | 'update' | 'delete'): string => `flex.settings.webhooks.${action}`;

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
