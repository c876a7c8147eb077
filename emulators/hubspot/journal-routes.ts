import type { VendorResponse } from '../shared/vendor';
import { HubSpotApiError, invalid } from './api-error';
import { datedVersions, type ApiVersion } from './api-path';
import { bodyOf, linkTo, noContent, noScopes, ok, param, type HubSpotCall, type HubSpotRoute, type RequiredScopes } from './call';
import type { JournalFile } from './journal';
import { subscriptionSchema, type Subscription } from './subscription';

const versions: readonly ApiVersion[] = datedVersions;
const reading = { versions, method: 'GET', limit: 'journal', scopes: scoped('read') } as const;
const knowing = { versions, limit: 'subscriptions', scopes: scoped('subscriptions.read') } as const;
const changing = { versions, limit: 'subscriptions', scopes: scoped('subscriptions.write') } as const;

/** The webhooks journal: what happened to records, to be asked for, and what of it an app wants to hear. */
export const journalRoutes: readonly HubSpotRoute[] = [
  { ...reading, pattern: 'webhooks-journal/journal/earliest', handle: (call) => fileAnswer(call, call.portal.journal.files()[0]) },
  { ...reading, pattern: 'webhooks-journal/journal/latest', handle: (call) => fileAnswer(call, call.portal.journal.files().at(-1)) },
  { ...reading, pattern: 'webhooks-journal/journal/offset/{offset}/next', handle: next },
  { versions, method: 'GET', limit: 'file', scopes: noScopes, pattern: 'webhooks-journal/files/{key}', handle: download },
  { ...knowing, method: 'GET', pattern: 'webhooks-journal/subscriptions', handle: (call) => list(call) },
  { ...changing, method: 'POST', pattern: 'webhooks-journal/subscriptions', handle: create },
  { ...changing, method: 'DELETE', pattern: 'webhooks-journal/subscriptions/portals/{portal}', handle: removeOfPortal },
  { ...knowing, method: 'GET', pattern: 'webhooks-journal/subscriptions/{id}', handle: (call) => ok(view(existing(call))) },
  { ...changing, method: 'DELETE', pattern: 'webhooks-journal/subscriptions/{id}', handle: remove },
];

function scoped(name: string): RequiredScopes {
  return () => [[`developer.webhooks_journal.${name}`]];
}

function next(call: HubSpotCall): VendorResponse {
  const { journal } = call.portal;
  const files = journal.files();
  const offset = Number(param(call, 'offset'));
  if (!Number.isInteger(offset) || offset < 1) throw invalid(`Invalid offset: ${param(call, 'offset')}`);
  const { tooOld } = call.portal.feed().journal;
  if (offset > journal.forgotten() || tooOld === 'earliest')
    return fileAnswer(
      call,
      files.find((file) => file.offset > offset),
    );
  if (tooOld === 204) return noContent;
  throw new HubSpotApiError(tooOld, 'The offset is no longer available.', { category: 'VALIDATION_ERROR' });
}

function fileAnswer(call: HubSpotCall, file: JournalFile | undefined): VendorResponse {
  if (file === undefined) return noContent;
  const { key, expiresAtMs } = call.portal.journal.addressOf(file);
  const { ids } = call.portal.feed().journal;
  return ok({
    url: linkTo(call, `/webhooks-journal/files/${call.version}/${key}?signature=${key.slice(0, 8)}`),
    expiresAt: new Date(expiresAtMs).toISOString(),
    currentOffset: ids === 'number' ? file.offset : String(file.offset),
  });
}

/** A file lies at a store that knows no app. It refuses a request with credentials, as it has those of its address. */
function download(call: HubSpotCall): VendorResponse {
  if (call.request.headers.authorization !== undefined) return { status: 400, body: 'Only one authentication mechanism is allowed' };
  const found = call.portal.journal.at(param(call, 'key'));
  if (found === undefined) return { status: 404, body: 'NoSuchKey' };
  if (found.expiresAtMs <= call.portal.now()) return { status: 403, body: 'Request has expired' };
  const { offset, events, publishedAtMs } = found.file;
  return ok({ offset, journalEvents: [...events], publishedAt: new Date(publishedAtMs).toISOString() });
}

const list = ({ portal }: HubSpotCall): VendorResponse => ok({ results: portal.journal.subscriptions.map(view) });

function create(call: HubSpotCall): VendorResponse {
  const { portal } = call;
  const wanted = bodyOf(call, subscriptionSchema);
  const { subscriptionType, objectTypeId, objectIds, actions } = wanted;
  if (subscriptionType === 'OBJECT' && (objectTypeId === undefined || actions.length === 0))
    throw invalid('objectTypeId and actions are required');
  if (portal.feed().journal.needsObjectIds && objectIds === undefined) throw invalid('Some required fields were not set: [objectIds]');
  if (portal.journal.subscriptions.some((one) => isSame(one, wanted)))
    throw new HubSpotApiError(409, 'The subscription exists already.', { category: 'CONFLICT' });
  return ok(view(portal.journal.subscribe(wanted)));
}

/** HubSpot is taken to allow one subscription of a type for each object type of a portal. */
const isSame = (one: Subscription, other: Omit<Subscription, 'id' | 'createdAtMs'>): boolean =>
  one.subscriptionType === other.subscriptionType && one.portalId === other.portalId && one.objectTypeId === other.objectTypeId;

function existing(call: HubSpotCall): Subscription {
  const found = call.portal.journal.subscriptions.find(({ id }) => id === param(call, 'id'));
  if (found === undefined) throw new HubSpotApiError(404, 'There is no such subscription.', { category: 'OBJECT_NOT_FOUND' });
  return found;
}

function remove(call: HubSpotCall): VendorResponse {
  const { id } = existing(call);
  call.portal.journal.unsubscribe((one) => one.id === id);
  return noContent;
}

function removeOfPortal(call: HubSpotCall): VendorResponse {
  call.portal.journal.unsubscribe(({ portalId }) => portalId === param(call, 'portal'));
  return noContent;
}

const view = ({ id, createdAtMs, portalId, objectIds, objectTypeId, ...rest }: Subscription) => ({
  ...rest,
  id: Number(id),
  portalId: Number(portalId),
  ...(objectTypeId !== undefined && { objectTypeId }),
  ...(objectIds !== undefined && { objectIds }),
  createdAt: new Date(createdAtMs).toISOString(),
  updatedAt: new Date(createdAtMs).toISOString(),
});
