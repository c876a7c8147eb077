import type { Side } from '../../domain/entity';
import { linkIdOf, parseLinkId } from '../../domain/ids';
import type { HubSpotId } from '../../domain/ids';
import { matchByKey, usesKey } from '../../domain/match';
import type { MatchInput, MatchKey } from '../../domain/match';
import type { Observation } from '../../domain/observation';
import { reviewOf } from '../../domain/review';
import type { Rulings } from '../../domain/rulings';
import type { Review } from '../../domain/review';
import { hubSpotCandidates, officerndCandidates, pageOfUnlinked, sharingKey, unlinkedHubSpot, unlinkedOfficernd } from './candidates';
import { nextPart, readPart } from '../slice/cursor';
import { importStep } from './imported';
import { joinCandidates } from './join-candidates';
import { linkDecided } from './link-decided';
import { noteLinksLeft } from './make-links';
import { linkIfStillThere } from './look-again';
import { namesakesOf } from './namesakes';
import type { Namesakes } from './namesakes';
import { isEverythingLinked } from '../observe/shortcuts';
import type { Pair } from './make-links';
import type { SliceSteps, SliceWork } from '../slice/run-slice';

const PAGE = 500;
/** Strongest first (D1, L2, P2, L3). A key is tried after the stronger ones were tried for all records. */
const parts = ['decided', 'adopt', 'import', 'email', 'name'] as const;

/**
 * Phase 2, linking: what people have decided, adoption, approved imports, then one key after the other. At the end it closes reviews whose case
 * no longer exists. Make one for each slice.
 */
export function createMatching(): SliceSteps {
  let nothingWasLeft = false;
  return {
    step: async (work, cursor) => {
      const { part, after } = readPart(cursor, parts);
      if (cursor === null && work.run.hints !== undefined) await joinCandidates(work);
      if (cursor === null && (await isEverythingLinked(work))) {
        nothingWasLeft = true;
        await closeReviews(work);
        return { cursor: null, counters: {} };
      }
      const following = await pageStep(work, part, after);
      if (following === null) await closeReviews(work);
      return { cursor: following, counters: {} };
    },
    // Where everything is linked, and no creation of this run is unfinished, the rest of the phase has nothing to do.
    finish: async (work) => {
      await noteLinksLeft(work);
      const isAllLinked = nothingWasLeft || (await isEverythingLinked(work));
      const counters = { candidates: (await countMade(work)) + (isAllLinked ? 0 : await countUnlinked(work)) };
      if (!isAllLinked) return { counters };
      const creates = { phase: 'link', entity: work.input.entity, kinds: ['create'], states: ['planned', 'calling', 'held'] } as const;
      return (await work.store.operations.count(work.run.id, creates)) > 0 ? { counters } : { counters, planned: 0 };
    },
  };
}

/** Works on one page. Returns the cursor of the following one. */
async function pageStep(work: SliceWork, part: (typeof parts)[number], after: string | null): Promise<string | null> {
  const rulings = await work.rulings();
  switch (part) {
    case 'decided':
      if (rulings.links.length === 0) return pageStep(work, 'adopt', null);
      return nextPart(part, await linkDecided(work, rulings, after), parts);
    case 'adopt':
      return nextPart(part, await adoptStep(work, rulings, after), parts);
    case 'import':
      return nextPart(part, await importStep(work, rulings, after), parts);
    case 'email':
    case 'name':
      return nextPart(part, await matchStep(work, rulings, part, after), parts);
  }
}

const closeReviews = ({ store, run, input, now }: SliceWork): Promise<unknown> =>
  store.reviews.closeUnseen(run.id, input.entity, ['ambiguous', 'same-name', 'emails-differ', 'link-taken', 'other-portal'], now());

/**
 * L2: links OfficeRnD records that carry the id of a live HubSpot record to exactly that one. Returns the cursor of the next page, null at
 * the end.
 */
async function adoptStep(work: SliceWork, rulings: Rulings, cursor: string | null): Promise<string | null> {
  const { store, run, input, mapping } = work;
  const { entity } = input;
  const { items, next } = await store.observations.pageLinkIds(run.generation, entity, { after: cursor, limit: PAGE });
  const carriers = (await unlinkedOfficernd(work, items)).flatMap(({ id, linkId }) => {
    const parsed = parseLinkId(linkId, mapping.portalId);
    return parsed.kind === 'ours' ? [{ officerndId: id, hubspotId: parsed.hubspotId }] : [];
  });
  if (carriers.length === 0) return next;
  const ids = carriers.map(({ hubspotId }) => hubspotId);
  const [live, merged] = await Promise.all([
    store.observations.liveAmong(run.generation, 'hubspot', entity, ids),
    store.observations.byMergedIds(run.generation, entity, ids),
  ]);
  const resolve = (id: HubSpotId): HubSpotId | undefined => (live.has(id) ? id : merged.get(id)?.id);
  const targets = [...new Set(ids.flatMap((id) => resolve(id) ?? []))];
  const [taken, carriersByTarget] = await Promise.all([
    store.links.activeByHubSpotIds(entity, targets),
    carriersOf(work, targets, [...merged.values()]),
  ]);
  const pairs: Pair[] = [];
  const reviews: Review[] = [];
  for (const { officerndId, hubspotId } of carriers) {
    const target = resolve(hubspotId);
    if (target === undefined || !rulings.mayPair(officerndId, target)) continue;
    const sharing = (carriersByTarget.get(target) ?? []).filter((id) => rulings.mayPair(id, target));
    const owner = taken.get(target)?.officerndId;
    if (owner !== undefined) {
      reviews.push(reviewOf({ entity, kind: 'link-taken', rule: 'L2', officerndIds: [officerndId, owner], hubspotIds: [target] }));
    } else if (sharing.length > 1) {
      reviews.push(reviewOf({ entity, kind: 'ambiguous', rule: 'L2', officerndIds: sharing, hubspotIds: [target] }));
    } else {
      pairs.push({ officerndId, hubspotId: target, origin: 'adopted', reason: 'L2' });
    }
  }
  if (!(await linkIfStillThere(work, pairs))) return adoptStep(work, rulings, cursor);
  await store.reviews.open(run.id, reviews, work.now());
  return next;
}

/** Unlinked OfficeRnD records that lead to one HubSpot record, by its own id or by one that was merged into it. */
async function carriersOf(
  work: SliceWork,
  targets: readonly HubSpotId[],
  survivors: readonly Observation[],
): Promise<ReadonlyMap<HubSpotId, readonly string[]>> {
  const { store, run, input, mapping } = work;
  const mergedInto = new Map(survivors.map(({ id, mergedIds }) => [id, mergedIds]));
  const linkIdsOf = (target: HubSpotId) => [target, ...(mergedInto.get(target) ?? [])].map((id) => linkIdOf(mapping.portalId, id));
  const found = await unlinkedOfficernd(work, await store.observations.byLinkIds(run.generation, input.entity, targets.flatMap(linkIdsOf)));
  return new Map(
    targets.map((target) => {
      const linkIds = new Set(linkIdsOf(target));
      return [target, found.filter(({ linkId }) => linkId !== null && linkIds.has(linkId)).map(({ id }) => id)];
    }),
  );
}

/** Counts candidates that this run has linked or created, in attempts that died too. */
const countMade = ({ store, run, input }: SliceWork): Promise<number> =>
  store.operations.count(run.id, { phase: 'link', entity: input.entity, kinds: ['link', 'create'], state: 'applied' });

/** Counts the candidates that are left. */
async function countUnlinked(work: SliceWork): Promise<number> {
  const { store, run, input } = work;
  if (run.hints !== undefined) return countUnlinkedHints(work);
  const [live, linked, withoutHubSpot] = await Promise.all([
    store.observations.countLive(run.generation, 'hubspot', input.entity),
    store.links.countActive(input.entity),
    countLinksWithoutHubSpot(work),
  ]);
  return Math.max(0, live - (linked - withoutHubSpot));
}

/** T3: counts the candidates that are left among the records of a run for hints. */
async function countUnlinkedHints(work: SliceWork): Promise<number> {
  let count = 0;
  for (let after: string | null = null; ;) {
    const { unlinked, next }: Awaited<ReturnType<typeof pageOfUnlinked>> = await pageOfUnlinked(work, { after, limit: PAGE });
    count += unlinked.length;
    if (next === null) return count;
    after = next;
  }
}

/** Counts links that are still active though their HubSpot record is not live: they are held, or could not be ended (U1, U3, A4). */
async function countLinksWithoutHubSpot({ store, run, input: { entity } }: SliceWork): Promise<number> {
  const withoutHubSpot = new Set<string>();
  const filter = { phase: 'unlink', entity, reasons: ['U1', 'U3'], states: ['held', 'failed'] } as const;
  for (let after: string | null = null; ;) {
    const { items, next }: Awaited<ReturnType<typeof store.operations.page>> = await store.operations.page(run.id, filter, {
      after,
      limit: PAGE,
    });
    const officerndIds = items.flatMap(({ officerndId }) => officerndId ?? []);
    const links = [...(await store.links.activeByOfficerndIds(entity, officerndIds)).values()];
    const hubspotIds = links.map(({ hubspotId }) => hubspotId);
    const live = await store.observations.liveAmong(run.generation, 'hubspot', entity, hubspotIds);
    for (const { id, hubspotId } of links) if (!live.has(hubspotId)) withoutHubSpot.add(id);
    if (next === null) return withoutHubSpot.size;
    after = next;
  }
}

/** L3–L5 by one key: decides a page of HubSpot candidates, with all records on both sides that share the key. */
async function matchStep(work: SliceWork, rulings: Rulings, key: MatchKey, cursor: string | null): Promise<string | null> {
  const { store, run, input, mapping } = work;
  const { entity } = input;
  if (!usesKey(entity, key, mapping.matching)) return null;
  const { unlinked, next } = await pageOfUnlinked(work, { after: cursor, limit: PAGE });
  if (unlinked.length === 0) return next;
  const undecided = unlinked.filter(({ id }) => !rulings.isSetAside('hubspot', id));
  const open = await withoutStrongerReview(work, key, 'hubspotIds', undecided);
  const inOfficernd = await sharing(work, rulings, 'officernd', key, open);
  const officernd = inOfficernd.candidates;
  if (officernd.length > 0) {
    const inHubSpot = await sharing(work, rulings, 'hubspot', key, officernd);
    const matched: MatchInput = {
      entity,
      key,
      decide: open.map(({ id }) => id),
      hubspot: await hubSpotCandidates(work, inHubSpot.candidates),
      officernd: officerndCandidates(officernd),
      policy: mapping.matching,
      ...(!rulings.isEmpty && { isApart: rulings.isApart }),
    };
    const namesakes = await namesakesOfLinks(work, matched, { hubspot: inHubSpot.others, officernd: inOfficernd.others });
    const decisions = matchByKey({ ...matched, ...(namesakes !== null && { namesakes }) });
    const pairs = decisions.flatMap((decision): Pair[] =>
      decision.kind === 'link'
        ? [{ officerndId: decision.officerndId, hubspotId: decision.hubspotId, origin: key, reason: `${decision.rule} ${key}` }]
        : [],
    );
    if (!(await linkIfStillThere(work, pairs))) return matchStep(work, rulings, key, cursor);
    await store.reviews.open(
      run.id,
      decisions.flatMap((decision) => (decision.kind === 'review' ? [decision.review] : [])),
      work.now(),
    );
  }
  return next;
}

/** L3: the namesakes of candidates that would be linked by name. Null where there are none, as mostly: then nothing more is looked up. */
async function namesakesOfLinks(
  work: SliceWork,
  input: MatchInput,
  others: { readonly hubspot: readonly Observation[]; readonly officernd: readonly Observation[] },
): Promise<Namesakes | null> {
  if (input.key !== 'name' || others.hubspot.length + others.officernd.length === 0) return null;
  const linked = new Set(matchByKey(input).flatMap((decision) => (decision.kind === 'unmatched' ? [] : [decision.hubspotId])));
  const names = new Set(input.hubspot.flatMap(({ id, name }) => (linked.has(id) && name !== null ? [name] : [])));
  const bearing = (records: readonly Observation[]) => records.filter(({ keys }) => keys.name !== null && names.has(keys.name));
  const [hubspot, officernd] = [bearing(others.hubspot), bearing(others.officernd)];
  return hubspot.length + officernd.length === 0 ? null : namesakesOf(work, { hubspot, officernd });
}

/** Records of one side that share a key with others. */
interface Sharing {
  readonly candidates: readonly Observation[];
  /** Those that are no candidates: they are linked, wait for a person under a stronger key, or a person has decided about them (D1). */
  readonly others: readonly Observation[];
}

/**
 * Records of one side that have one of the keys of `others`. Records that wait for a person are no candidates, so that weaker keys are not
 * tried for them (L4).
 */
async function sharing(work: SliceWork, rulings: Rulings, side: Side, key: MatchKey, others: readonly Observation[]): Promise<Sharing> {
  const found = await sharingKey(work, side, key, others);
  const undecided = found.filter(({ id }) => !rulings.isSetAside(side, id));
  const candidates =
    side === 'hubspot'
      ? await withoutStrongerReview(work, key, 'hubspotIds', await unlinkedHubSpot(work, undecided))
      : await withoutStrongerReview(work, key, 'officerndIds', await unlinkedOfficernd(work, undecided));
  const ids = new Set(candidates.map(({ id }) => id));
  return { candidates, others: found.filter(({ id }) => !ids.has(id)) };
}

/**
 * Leaves out records for which this run has opened a review under a stronger key (L4). Reviews of the current key do not count. So it does
 * not matter which page is decided first, or twice.
 */
async function withoutStrongerReview(
  { store, run, input }: SliceWork,
  key: MatchKey,
  side: 'hubspotIds' | 'officerndIds',
  observations: readonly Observation[],
): Promise<readonly Observation[]> {
  const ids = observations.map(({ id }) => id);
  const named = { hubspotIds: side === 'hubspotIds' ? ids : [], officerndIds: side === 'officerndIds' ? ids : [] };
  const reviews = await store.reviews.ofRun(run.id, input.entity, named);
  const stronger = key === 'email' ? ['L2'] : ['L2', 'L4 email'];
  const waiting = new Set<string>();
  for (const review of reviews) {
    if (review.kind !== 'ambiguous' || !stronger.includes(review.rule)) continue;
    for (const id of review[side]) waiting.add(id);
  }
  return observations.filter(({ id }) => !waiting.has(id));
}
