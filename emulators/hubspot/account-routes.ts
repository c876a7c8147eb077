import type { VendorResponse } from '../shared/vendor';
import { invalid, recordNotFound } from './api-error';
import { datedVersions, type ApiVersion } from './api-path';
import { flagQuery, nextLink, noScopes, ok, param, type HubSpotCall, type RequiredScopes, type HubSpotRoute } from './call';
import { viewOwner } from './view-definitions';

const versions: readonly ApiVersion[] = ['v3', ...datedVersions];
const ownerScopes: RequiredScopes = () => [['crm.objects.owners.read']];
const shared = { limit: 'standard', method: 'GET' } as const;

/** The owners, the account's details, and the custom object types. Custom object types do not exist here. */
export const accountRoutes: readonly HubSpotRoute[] = [
  { ...shared, versions, scopes: ownerScopes, pattern: 'owners', handle: listOwners },
  { ...shared, versions, scopes: ownerScopes, pattern: 'owners/{id}', handle: getOwner },
  { ...shared, versions, scopes: noScopes, pattern: 'account-info/details', handle: details },
  { ...shared, versions, scopes: noScopes, pattern: 'account-info/api-usage/daily/private-apps', handle: () => ok({ results: [] }) },
  { ...shared, versions: ['v1'], scopes: noScopes, pattern: 'integrations/me', handle: details },
  { ...shared, versions, scopes: noScopes, pattern: 'schemas', handle: () => ok({ results: [] }) },
];

const MAX_OWNERS = 500;

function listOwners(call: HubSpotCall): VendorResponse {
  const { portal, request } = call;
  const limit = Number(request.query.get('limit') || 100);
  if (!Number.isInteger(limit) || limit < 1 || limit > MAX_OWNERS) throw invalid(`Invalid limit: must be between 1 and ${MAX_OWNERS}`);
  const email = request.query.get('email')?.toLowerCase() || undefined;
  const after = Number(request.query.get('after') || 0);
  const all = portal.owners
    .filter(
      (owner) =>
        owner.archived === flagQuery(call, 'archived') &&
        (email === undefined || owner.email.toLowerCase() === email) &&
        Number(owner.id) > after,
    )
    .toSorted((a, b) => Number(a.id) - Number(b.id));
  const page = all.slice(0, limit);
  const last = page.at(-1);
  const paging = all.length > limit && last !== undefined ? { paging: { next: { after: last.id, link: nextLink(call, last.id) } } } : {};
  return ok({ results: page.map((owner) => viewOwner(owner, portal.settings().dropZeroMs)), ...paging });
}

function getOwner(call: HubSpotCall): VendorResponse {
  const key = call.request.query.get('idProperty') === 'userId' ? 'userId' : 'id';
  const owner = call.portal.owners.find(
    (candidate) => String(candidate[key]) === param(call, 'id') && candidate.archived === flagQuery(call, 'archived'),
  );
  if (owner === undefined) throw recordNotFound();
  return ok(viewOwner(owner, call.portal.settings().dropZeroMs));
}

function details({ portal }: HubSpotCall): VendorResponse {
  const { timeZone, companyCurrency, additionalCurrencies } = portal.settings().account;
  const offset = utcOffset(timeZone, portal.now());
  return ok({
    portalId: Number(portal.portalId),
    accountType: 'STANDARD',
    timeZone,
    companyCurrency,
    additionalCurrencies,
    utcOffset: offset.text,
    utcOffsetMilliseconds: offset.ms,
    uiDomain: 'app.hubspot.com',
    dataHostingLocation: 'na1',
  });
}

/** The offset of a time zone at a moment, as `+01:00` and in milliseconds. */
function utcOffset(timeZone: string, atMs: number): { readonly text: string; readonly ms: number } {
  const parts = new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' }).formatToParts(atMs);
  const text = (parts.find(({ type }) => type === 'timeZoneName')?.value ?? 'GMT').replace('GMT', '') || '+00:00';
  const [hours = 0, minutes = 0] = text.slice(1).split(':').map(Number);
  return { text, ms: (text.startsWith('-') ? -1 : 1) * (hours * 60 + minutes) * 60_000 };
}
