import type { Counters } from '../domain/counters';
import type { HubSpotId, OfficerndId } from '../domain/ids';
import type { Link } from '../domain/link';
import { isOutlived } from '../domain/link';
import type { Observation } from '../domain/observation';
import type { Operation } from '../domain/operation';
import { decideUnlink } from '../domain/plan-unlink';
import type { UnlinkDecision } from '../domain/plan-unlink';
import { reviewOf } from '../domain/review';
import type { Review } from '../domain/review';
import { nextPart, readPart, startOf } from './cursor';
import { createLookAhead } from './look-ahead';
import { carriedLinkIds, createPlanStrays } from './plan-strays';
import type { CarriedLinkId } from './plan-strays';
import type { ListedPage } from './read-ahead';
import { readHubSpot, readOfficernd } from './read-records';
import { countIfSeen, seenLinks } from './seen-links';
import type { SeenLink } from './seen-links';
import { noteBroken, noteWhole } from './whole-links';
import type { SliceWork, StepResult } from './work';

/** `carried` comes first where it may show that `links` and `strays` would find nothing. */
const parts = ['carried', 'links', 'strays', 'restored'] as const;
const PAGE = 500;

/**
 * Phase 1, planning: what is missing from the complete listings is asked for by its id, and only what that proves is planned (U2). Make one
 * for each slice.
 */
export function createPlanUnlinksStep(): (work: SliceWork, cursor: string | null) => Promise<StepResult> {
  const links = createLookAhead(seenLinks);
  const carried = createLookAhead(carriedLinkIds);
  const planStrays = createPlanStrays();
  return async (work, cursor) => {
    if (cursor === null) return begin(work);
    const { part, after } = readPart(cursor, parts);
    switch (part) {
      case 'carried':
        return checkCarried(work, await carried.take(work, after));
      case 'links':
        return planLinks(work, await links.take(work, after));
      case 'strays': {
        const { cursor: next, counters } = await planStrays(work, after);
        return { cursor: nextPart('strays', next, parts), counters };
      }
      case 'restored':
        return planRestores(work, after);
    }
  };
}

/** Links that the readings have seen in order need not be gone through again. */
async function begin(work: SliceWork): Promise<StepResult> {
  await noteWhole(work);
  const seen = await countIfSeen(work);
  if (seen === null) return goOnWith('links');
  return seen.areCarriersLinked ? goOnWith('restored', { checked: seen.links }) : goOnWith('carried');
}

/** With as many live records that carry a link id as there are links, each of them linked, no link is without its OfficeRnD record. */
async function checkCarried(work: SliceWork, { records, next }: ListedPage<CarriedLinkId>): Promise<StepResult> {
  if (records.some(({ isLinked }) => !isLinked)) return goOnWith('links');
  if (next !== null) return { cursor: nextPart('carried', next, parts), counters: {} };
  const seen = await countIfSeen(work);
  return seen === null ? goOnWith('links') : goOnWith('restored', { checked: seen.links });
}

const goOnWith = (part: (typeof parts)[number], counters: Counters = {}): StepResult => ({ cursor: startOf(part), counters });

/** U1, U3, U5: active links of which one side was not seen. */
async function planLinks(work: SliceWork, { records: seen, next }: ListedPage<SeenLink>): Promise<StepResult> {
  const { store, run, input } = work;
  const done = { cursor: nextPart('links', next, parts), counters: { checked: seen.length } };
  const broken = seen.filter(({ isHubSpotSeen, isOfficerndSeen }) => !(isHubSpotSeen && isOfficerndSeen));
  if (broken.length === 0) return done;
  await noteBroken(work);
  await store.comparisons.reopen(broken.map(({ id }) => id));
  const links = await store.links.activeByHubSpotIds(
    input.entity,
    broken.map(({ hubspotId }) => hubspotId),
  );
  const unseen = {
    hubspot: broken.flatMap(({ isHubSpotSeen, hubspotId }) => (isHubSpotSeen ? [] : [hubspotId])),
    officernd: broken.flatMap(({ isOfficerndSeen, officerndId }) => (isOfficerndSeen ? [] : [officerndId])),
  };
  const [hubspot, missing] = await Promise.all([sightings(work, unseen.hubspot), goneFromOfficernd(work, unseen.officernd)]);
  const rivals = await linksOfSurvivors(work, hubspot);
  const operations: Operation[] = [];
  const reviews: Review[] = [];
  for (const link of links.values()) {
    const found = hubspot.get(link.hubspotId);
    const decision = decideUnlink({
      link,
      hubspot:
        found === undefined
          ? { kind: 'there' }
          : found === null
            ? { kind: 'gone' }
            : found.id === link.hubspotId
              ? { kind: 'there' }
              : { kind: 'became', id: found.id },
      officernd: { kind: missing.has(link.officerndId) ? 'gone' : 'there' },
      survivorLinks: found === undefined || found === null ? [] : (rivals.get(found.id) ?? []).filter(({ id }) => id !== link.id),
    });
    operations.push(...operationsOf(link, decision));
    if (decision.kind === 'merge') reviews.push(...mergeReviews(decision));
  }
  await store.operations.plan(run.id, operations);
  await store.reviews.open(run.id, reviews, work.now());
  return done;
}

/** HubSpot ids that the listing did not show, with the record that answers to them now, or null when none does. */
async function sightings(work: SliceWork, unseen: readonly HubSpotId[]): Promise<ReadonlyMap<HubSpotId, Observation | null>> {
  const found = await readHubSpot(work, work.input.entity, unseen);
  return new Map(unseen.map((id) => [id, found.get(id) ?? null]));
}

/** All active links that meet in one surviving record: its own, and those of every record merged into it (U3). */
async function linksOfSurvivors(
  work: SliceWork,
  sighted: ReadonlyMap<HubSpotId, Observation | null>,
): Promise<ReadonlyMap<HubSpotId, readonly Link[]>> {
  const { store, input } = work;
  const meeting = new Map<HubSpotId, Set<HubSpotId>>();
  for (const [id, observation] of sighted) {
    if (observation === null || observation.id === id) continue;
    const ids = meeting.get(observation.id) ?? new Set([observation.id, ...observation.mergedIds]);
    meeting.set(observation.id, ids.add(id));
  }
  const links = await store.links.activeByHubSpotIds(
    input.entity,
    [...meeting.values()].flatMap((ids) => [...ids]),
  );
  // A link whose OfficeRnD record is gone ends itself (U5): it wins against nobody.
  const gone = await unseenOfficernd(work, [...links.values()]);
  const rivalsAmong = (ids: ReadonlySet<HubSpotId>) =>
    [...ids].flatMap((id) => links.get(id) ?? []).filter(({ officerndId }) => !gone.has(officerndId));
  return new Map([...meeting].map(([survivor, ids]) => [survivor, rivalsAmong(ids)]));
}

async function unseenOfficernd(work: SliceWork, links: readonly Link[]): Promise<ReadonlySet<string>> {
  const { store, run, input } = work;
  const ids = links.map(({ officerndId }) => officerndId);
  const live = await store.observations.liveAmong(run.generation, 'officernd', input.entity, ids);
  return goneFromOfficernd(
    work,
    ids.filter((id) => !live.has(id)),
  );
}

/** Those of the ids that no OfficeRnD record answers to. */
async function goneFromOfficernd(work: SliceWork, unseen: readonly OfficerndId[]): Promise<ReadonlySet<OfficerndId>> {
  const found = await readOfficernd(work, work.input.entity, unseen);
  return new Set(unseen.filter((id) => !found.has(id)));
}

function operationsOf(link: Link, decision: UnlinkDecision): readonly Operation[] {
  const base = { phase: 'unlink', entity: link.entity, officerndId: link.officerndId, fields: [] } as const;
  switch (decision.kind) {
    case 'keep':
      return [];
    case 'unlink':
    case 'retire':
      return [{ ...base, id: `unlink/${link.id}`, kind: 'unlink', hubspotId: link.hubspotId, reason: decision.rule }];
    case 'relink':
      return [{ ...base, id: `relink/${link.id}`, kind: 'relink', hubspotId: decision.hubspotId, reason: decision.rule }];
    case 'merge': {
      const { losers, winner, survivorId } = decision;
      const retire = losers.map(({ id, officerndId, hubspotId }): Operation => ({
        ...base,
        id: `unlink/${id}`,
        kind: 'unlink',
        officerndId,
        hubspotId,
        reason: 'U3',
      }));
      const follow: Operation = {
        ...base,
        id: `relink/${winner.id}`,
        kind: 'relink',
        officerndId: winner.officerndId,
        hubspotId: survivorId,
        reason: 'U3',
      };
      return winner.hubspotId === survivorId ? retire : [...retire, follow];
    }
  }
}

const mergeReviews = ({ losers, winner, survivorId }: Extract<UnlinkDecision, { kind: 'merge' }>): readonly Review[] =>
  losers.map(({ entity, officerndId }) =>
    reviewOf({ entity, kind: 'merged', rule: 'U3', officerndIds: [officerndId, winner.officerndId], hubspotIds: [survivorId] }),
  );

/** U6: a deleted HubSpot record is back, and neither side has been linked since. */
async function planRestores(work: SliceWork, after: string | null): Promise<StepResult> {
  const { store, run, input } = work;
  const { entity } = input;
  const { items, next } = await store.links.pageRetired(entity, 'hubspot-deleted', { after, limit: PAGE });
  const hubspotIds = items.map(({ hubspotId }) => hubspotId);
  const officerndIds = items.map(({ officerndId }) => officerndId);
  const [hubspot, officernd, byHubSpot, byOfficernd, retired] = await Promise.all([
    store.observations.byIds(run.generation, 'hubspot', entity, hubspotIds),
    store.observations.byIds(run.generation, 'officernd', entity, officerndIds),
    store.links.activeByHubSpotIds(entity, hubspotIds),
    store.links.activeByOfficerndIds(entity, officerndIds),
    store.links.retiredOf(entity, { officerndIds, hubspotIds }),
  ]);
  const back = items.filter(
    (link) =>
      hubspot.has(link.hubspotId) &&
      officernd.has(link.officerndId) &&
      !byHubSpot.has(link.hubspotId) &&
      !byOfficernd.has(link.officerndId) &&
      !isOutlived(link, retired),
  );
  if (back.length > 0) await noteBroken(work);
  await store.operations.plan(
    run.id,
    back.map((link) => ({
      id: `restore/${link.id}`,
      phase: 'unlink',
      entity,
      kind: 'link',
      officerndId: link.officerndId,
      hubspotId: link.hubspotId,
      fields: [],
      reason: 'U6',
    })),
  );
  return { cursor: nextPart('restored', next, parts), counters: {} };
}
