import { entities, officerndResourceOf } from '../../domain/entity';
import { linkIdOf } from '../../domain/ids';
import { PORTAL } from './catalogue';
import { creationsIn, isWrite } from './story';
import type { Story } from './story';
import type { SeenRequest } from './vendors';

/** The calls to the vendors: none that is forbidden (L7), each creation once (L12), and no write without a look (M8). */
export const checkRequests = (story: Story): readonly string[] => [
  ...story.log.flatMap(forbidden),
  ...writtenUnread(story),
  ...createdTwice(story),
  ...createdAfterDeletion(story),
  ...createdAfterRemoval(story),
];

/** Creations, deletions and merges in HubSpot are forbidden, and so are deletions in OfficeRnD. */
function forbidden(request: SeenRequest): readonly string[] {
  if (!isWrite(request)) return [];
  const { side, method, route } = request;
  const allowed =
    side === 'officernd'
      ? /^(POST \/organizations\/\{org\}\/|PUT \/organizations\/\{org\}\/\w+\/\{id\}$)/
      : /^POST \/crm\/.*\/batch\/update$/;
  return allowed.test(route) && method !== 'DELETE' ? [] : [`L7 ${side} was asked for ${route}`];
}

/**
 * M8: the last request about a record before its write reads that record. Without this law, a program that never reads before writing would
 * have all overwritten edits excused as unseen.
 */
function writtenUnread({ log }: Story): readonly string[] {
  const last = new Map<string, SeenRequest>();
  return log.flatMap((request) => {
    const { side, ids, route, status } = request;
    const unread = isUpdate(request) ? ids.filter((id) => !isLook(last.get(`${side} ${id}`))) : [];
    // A refused call has changed nothing, and may be sent again in parts.
    if (!isWrite(request) || status < 400 || status >= 500) for (const id of ids) last.set(`${side} ${id}`, request);
    return unread.map((id) => `M8 ${side} ${id} was written by ${route} without a look at it`);
  });
}

const isUpdate = (request: SeenRequest): boolean =>
  isWrite(request) && (request.method === 'PUT' || request.route.endsWith('/batch/update'));

/** True for reading records by id, but not for a list. */
const isLook = (request: SeenRequest | undefined): boolean =>
  request !== undefined && (request.route.endsWith('/batch/read') || (request.method === 'GET' && request.route.endsWith('{id}')));

/** Two OfficeRnD records were created for one HubSpot record, though nobody had deleted the first. */
function createdTwice(story: Story): readonly string[] {
  const { people, before } = story;
  const byHubSpotId = new Map<string, { readonly id: string; readonly hubspotId: string; readonly request: SeenRequest }[]>();
  for (const [id, request] of creationsIn(story.log)) {
    const hubspotId = madeFor(story, id);
    if (hubspotId === null) continue;
    const key = `${request.route.split('/').at(-1) ?? ''} ${hubspotId}`;
    byHubSpotId.set(key, [...(byHubSpotId.get(key) ?? []), { id, hubspotId, request }]);
  }
  return [...byHubSpotId].flatMap(([key, made]) => {
    const inOrder = made.toSorted((one, other) => one.request.atMs - other.request.atMs);
    return inOrder.slice(1).flatMap((second, index) => {
      const first = inOrder[index];
      // Earlier ones were looked at before, by what the tenant knew then.
      if (first === undefined || second.request.atMs < before.atMs) return [];
      const gone = people.passings.find(({ side, id, atMs }) => side === 'officernd' && id === first.id && atMs < second.request.atMs);
      const suppressed = story.facts.retired.some(({ officerndId, reason }) => officerndId === first.id && reason === 'officernd-deleted');
      if (gone === undefined && lostToAnother(story, first.id, first.hubspotId, second.request.atMs)) return [];
      if (gone === undefined) return [`L12 ${key} was created twice: ${first.id} and ${second.id}`];
      return suppressed ? [`U5 ${key} was created again as ${second.id} after ${first.id} had been deleted`] : [];
    });
  });
}

/** U6: while a HubSpot record was archived, its OfficeRnD record was linked to another one. Restored, it has none, and one is created (L6). */
const lostToAnother = ({ people, facts }: Story, officerndId: string, hubspotId: string, beforeMs: number): boolean =>
  facts.active.some((link) => link.officerndId === officerndId && link.hubspotId !== hubspotId) &&
  people.passings.some(({ side, id, how, atMs }) => side === 'hubspot' && id === hubspotId && how === 'archived' && atMs < beforeMs);

/** U5: a record that a person has deleted in OfficeRnD is not created again, even if the program had created it. */
function createdAfterDeletion(story: Story): readonly string[] {
  const { facts, people, before } = story;
  return [...creationsIn(story.log)].flatMap(([id, request]) => {
    if (request.atMs < before.atMs) return [];
    const hubspotId = madeFor(story, id);
    const links = [...facts.active, ...facts.retired].filter((link) => link.hubspotId === hubspotId && link.officerndId !== id);
    const deleted = links.filter(({ officerndId, reason }) => {
      const passing = people.passings.find((one) => one.side === 'officernd' && one.id === officerndId);
      return reason === 'officernd-deleted' && passing !== undefined && passing.atMs < request.atMs;
    });
    // A later link ends the suppression (U5).
    const [only] = deleted;
    return only === undefined || links.length > deleted.length
      ? []
      : [`U5 ${id} was created for ${String(hubspotId)}, though ${only.officerndId} had been deleted`];
  });
}

/** D3: what was suppressed when the tenant was removed is not created again after it has come back. */
const createdAfterRemoval = (story: Story): readonly string[] =>
  [...creationsIn(story.log)].flatMap(([id, { atMs, route }]) => {
    const entity = entities.find((one) => route.endsWith(`/${officerndResourceOf[one]}`));
    const key = `${entity ?? ''} ${madeFor(story, id) ?? ''}`;
    return atMs > story.before.atMs && story.suppressedBefore.has(key)
      ? [`D3 ${id} was created for ${key}, which was suppressed before the removal`]
      : [];
  });

/** The HubSpot record for which an OfficeRnD record was created, by its first link, else by its link id. */
function madeFor({ facts, now }: Story, officerndId: string): string | null {
  const links = [...facts.active, ...facts.retired].filter((link) => link.officerndId === officerndId && link.origin !== 'relinked');
  const [first] = links.toSorted((one, other) => (one.linkedAt < other.linkedAt ? -1 : 1));
  if (first !== undefined) return first.hubspotId;
  const shown = now.live.find(({ side, id }) => side === 'officernd' && id === officerndId)?.linkId ?? null;
  const prefix = linkIdOf(PORTAL, '');
  return shown?.startsWith(prefix) === true ? shown.slice(prefix.length) : null;
}

/** The number of records that were created twice, for the table. */
export const countDuplicates = (violations: readonly string[]): number =>
  violations.filter((violation) => violation.startsWith('L12')).length;
