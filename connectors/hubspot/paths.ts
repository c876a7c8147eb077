/** The dated version of HubSpot's paths, or the older form as a fallback; all of it hangs on this one choice. */
export type HubSpotVersion = '2026-09' | 'v3';

/** The limiter's classes: search has a limit of its own and is exempt from the ten-second one. */
export type HubSpotRateClass = 'general' | 'search';

export const accountDetailsPath = (version: HubSpotVersion): string => `/account-info/${version}/details`;

export const tokenPath = (version: HubSpotVersion): string => `/oauth/${version}/token`;

/**
 * The official client only knows `/crm/v3/objects/…` and `/crm/v4/associations/…`; a dated version moves behind the area's name:
 * `/crm/objects/2026-09/…`. Bodies are the same. Paths of any other form are left as they are.
 */
export const versionedPath = (path: string, version: HubSpotVersion): string =>
  version === 'v3' ? path : path.replace(/^\/crm\/v[34]\/(objects|properties|pipelines|associations)(?=\/)/, `/crm/$1/${version}`);

/** The route for the ledger and for messages: no query, ids left out. */
export const routeOf = (method: string, path: string): string => `${method} ${pathnameOf(path).replace(/\/\d+(?=\/|$)/g, '/{id}')}`;

export const rateClassOf = (path: string): HubSpotRateClass => (pathnameOf(path).endsWith('/search') ? 'search' : 'general');

/** Whether a call may change anything: HubSpot reads with POST in four places. */
export const isWrite = (method: string, path: string): boolean =>
  method !== 'GET' && !/\/(batch\/read|search|token|access-token-info)$/.test(pathnameOf(path));

const pathnameOf = (path: string): string => path.split('?', 1)[0] ?? path;
