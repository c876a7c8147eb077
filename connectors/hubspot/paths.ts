/** The version of all HubSpot paths: the dated one, or the older form as a fallback. */
export type HubSpotVersion = '2026-09' | 'v3';

/** The limiter's classes. Search has its own limit and does not count for the ten-second one. */
export type HubSpotRateClass = 'general' | 'search';

export const accountDetailsPath = (version: HubSpotVersion): string => `/account-info/${version}/details`;

export const tokenPath = (version: HubSpotVersion): string => `/oauth/${version}/token`;

/**
 * Changes a path of the official client to the dated version. The client only knows `/crm/v3/objects/…` and `/crm/v4/associations/…`; in
 * the dated form the version stands after the area: `/crm/objects/2026-09/…`. Bodies are the same. Other paths stay as they are.
 */
export const versionedPath = (path: string, version: HubSpotVersion): string =>
  version === 'v3' ? path : path.replace(/^\/crm\/v[34]\/(objects|properties|pipelines|associations)(?=\/)/, `/crm/$1/${version}`);

/** The parts of all paths that this connector calls. Any other part is an id. */
const WORDS = new Set(
  (
    'crm v3 v4 2026-09 objects properties pipelines associations companies contacts deals batch read update search ' +
    'account-info details oauth v2 token private-apps get access-token-info ' +
    'webhooks-journal journal earliest latest offset next subscriptions'
  ).split(' '),
);

/** The route for the call ledger and for messages: without query and ids. No part of it can come from a record (A6). */
export const routeOf = (method: string, path: string): string =>
  `${method} ${pathnameOf(path)
    .split('/')
    .map((part) => (part === '' || WORDS.has(part) ? part : '{id}'))
    .join('/')}`;

export const rateClassOf = (path: string): HubSpotRateClass => (pathnameOf(path).endsWith('/search') ? 'search' : 'general');

/** Whether a call may change data. HubSpot reads with POST in four places. */
export const isWrite = (method: string, path: string): boolean =>
  method !== 'GET' && !/\/(batch\/read|search|token|access-token-info)$/.test(pathnameOf(path));

const pathnameOf = (path: string): string => path.split('?', 1)[0] ?? path;
