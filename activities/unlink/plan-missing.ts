import type { VendorError } from '../../connectors/errors';
import type { Entity } from '../../domain/entity';
import type { HubSpotId, OfficerndId } from '../../domain/ids';
import type { Link } from '../../domain/link';
import type { Observation } from '../../domain/observation';
import type { Operation } from '../../domain/operation';
import { decideUnlink } from '../../domain/plan-unlink';
import type { UnlinkDecision, UnlinkInput } from '../../domain/plan-unlink';
import { reviewOf } from '../../domain/review';
import type { Review } from '../../domain/review';
import type { Failure } from '../../store/failures';
import { hashOf } from '../../store/content-hash';
import { createLookupPrefetcher } from '../observe/prefetch-lookups';
import type { ListedPage } from '../observe/prefetch-pages';
import { readHubSpot, readOfficernd } from '../observe/records';
import { createRecordCalls, reasonOf } from '../slice/calls-per-record';
import type { RecordCalls } from '../slice/calls-per-record';
import { areBothSeen, seenLinks } from '../observe/seen-links';
import type { SeenLink } from '../observe/seen-links';
import { requireLinkPhase } from '../observe/shortcuts';
import type { SliceWork, StepResult } from '../slice/run-slice';
import { holdAgain } from './still-held';

/** U1, U3, U5: decides on active links of which one side was not seen. Make one for each slice. */
export function createPlanMissingStep(): (work: SliceWork, after: string | null) => Promise<StepResult> {
  const { take } = createLookupPrefetcher(seenLinks);
  /** The part of a page that a step has left over. It need not be looked up again. */
  let rest: (ListedPage<SeenLink> & { readonly after: string }) | null = null;
  let calls: RecordCalls | null = null;
  return async (work, after) => {
    const { records, next } = rest?.after === after ? rest : await take(work, after);
    calls ??= createRecordCalls(work.signal);
    const decided = await planFirst(work, records, calls);
    const last = records[decided - 1];
    rest = last === undefined || decided === records.length ? null : { records: records.slice(decided), next, after: last.id };
    return { cursor: rest === null ? next : rest.after, counters: { checked: decided } };
  };
}

/**
 * Most OfficeRnD records that one step asks for, each in a call of its own. A long wait for a limit of thirty calls or more is handed back
 * (workers/limits/shared-limiter.ts). The next attempt then begins with the same step. So the limit must have room for a whole step, with
 * the further tries of records that fail.
 */
const MOST_ASKED = 20;

/** Decides on the first of these links, as many as one step can. Returns how many they are. */
async function planFirst(work: SliceWork, seen: readonly SeenLink[], calls: RecordCalls): Promise<number> {
  const { store, run, input } = work;
  const unseenOf = ({ isOfficerndSeen, officerndId }: SeenLink) => (isOfficerndSeen ? [] : [officerndId]);
  const near = firstWithin(MOST_ASKED, seen, unseenOf).items;
  if (near.every(areBothSeen)) return near.length;
  await requireLinkPhase(work);
  const held = await holdMissingAgain(work, near);
  const hubspot = await readUnseen(
    work,
    near.flatMap(({ id, isHubSpotSeen, hubspotId }) => (isHubSpotSeen || held.has(id) ? [] : [hubspotId])),
  );
  const rivals = await linksOfSurvivors(work, hubspot);
  const rivalsOf = (id: HubSpotId) => rivals.get(hubspot.get(id)?.id ?? '') ?? [];
  const unseen = await unseenOfficernd(work, [...rivals.values()].flat());
  const { items: decided, ids } = firstWithin(MOST_ASKED, near, (one) => [
    ...(held.has(one.id) ? [] : unseenOf(one)),
    ...rivalsOf(one.hubspotId).flatMap(({ officerndId }) => (unseen.has(officerndId) ? [officerndId] : [])),
  ]);
  const { gone, unread } = await readOfficernd(work, input.entity, ids, calls);
  const broken = decided.filter((one) => !areBothSeen(one));
  await store.comparisons.reopen(broken.map(({ id }) => id));
  const links = await store.links.activeByHubSpotIds(
    input.entity,
    broken.flatMap(({ id, hubspotId }) => (held.has(id) ? [] : [hubspotId])),
  );
  const rulings = await work.rulings();
  const operations: Operation[] = [];
  const reviews: Review[] = [];
  for (const link of links.values()) {
    const survivor = hubspot.get(link.hubspotId) ?? null;
    const decision = decideUnlink({
      link,
      hubspot: presenceOf(link, hubspot.get(link.hubspotId)),
      isParted: ({ officerndId }) => survivor !== null && !idsOf(survivor).every((id) => rulings.mayFollow(officerndId, id)),
      isDecided: ({ officerndId }) => survivor !== null && idsOf(survivor).some((id) => rulings.isLinked(officerndId, id)),
      officernd: { kind: gone.has(link.officerndId) ? 'gone' : 'there' },
      // A link whose OfficeRnD record is gone ends itself (U5), so it wins against none. The same goes for one whose record could not be
      // read.
      survivorLinks: rivalsOf(link.hubspotId).filter(
        ({ id, officerndId }) => id !== link.id && !gone.has(officerndId) && !unread.has(officerndId),
      ),
    });
    if (unread.has(link.officerndId) && !isSafeUnread(decision)) continue;
    operations.push(...unlinkOperations(link, decision));
    if (decision.kind === 'merge') reviews.push(...mergeReviews(decision));
  }
  await store.operations.plan(run.id, operations);
  await store.reviews.open(run.id, reviews, work.now());
  await store.failures.record(
    run.id,
    broken.flatMap(({ officerndId, hubspotId }) => {
      const error = unread.get(officerndId);
      return error === undefined ? [] : [failureOf(input.entity, { officerndId, hubspotId }, error)];
    }),
    work.now(),
  );
  return decided.length;
}

/** The ids of a record, with those of the records that were merged into it. */
const idsOf = ({ id, mergedIds }: Observation): readonly HubSpotId[] => [id, ...mergedIds];

/** P1: the links whose end the run before has held, and of which the same record is missing. */
function holdMissingAgain(work: SliceWork, links: readonly SeenLink[]): Promise<ReadonlySet<string>> {
  const missing = new Map(links.filter((one) => !areBothSeen(one)).map((one) => [`unlink/${one.id}`, one]));
  const officerndIds = [...missing.values()].map(({ officerndId }) => officerndId);
  return holdAgain(work, officerndIds, ({ id, reason }) => {
    const link = missing.get(id);
    return link !== undefined && ((reason === 'U1' && !link.isHubSpotSeen) || (reason === 'U5' && !link.isOfficerndSeen));
  });
}

/**
 * Whether a decision is safe though the OfficeRnD record could not be read. Such a record counts as there, and its link waits for a later
 * run (U2). It follows a merge all the same where no other link does. Otherwise the surviving record would count as one without a link.
 */
const isSafeUnread = ({ kind }: UnlinkDecision): boolean => kind === 'relink';

/**
 * A parked record is asked for in every run too: nothing else would show when it can be read again. The hash says that it was not read. So
 * an unlink that is due then counts as never tried (activities/unlink/apply.ts).
 */
const failureOf = (
  entity: Entity,
  { officerndId, hubspotId }: Pick<SeenLink, 'officerndId' | 'hubspotId'>,
  error: VendorError,
): Failure => ({
  entity,
  subject: officerndId,
  phase: 'unlink',
  field: null,
  reason: reasonOf(error),
  dataHash: hashOf([hubspotId, 'unread']),
});

/** Returns the first items, at least one, that together need no more than `most` different ids. Returns these ids, too. */
function firstWithin<Item>(
  most: number,
  items: readonly Item[],
  idsOf: (item: Item) => readonly string[],
): { readonly items: readonly Item[]; readonly ids: readonly string[] } {
  let ids: ReadonlySet<string> = new Set();
  for (const [index, item] of items.entries()) {
    const more = new Set([...ids, ...idsOf(item)]);
    if (index > 0 && more.size > most) return { items: items.slice(0, index), ids: [...ids] };
    ids = more;
  }
  return { items, ids: [...ids] };
}

/** `found` is the record that answers to the link's id: null when none does, undefined when the listing showed it. */
function presenceOf({ hubspotId }: Link, found: Observation | null | undefined): UnlinkInput['hubspot'] {
  if (found === null) return { kind: 'gone' };
  return found === undefined || found.id === hubspotId ? { kind: 'there' } : { kind: 'became', id: found.id };
}

/** Reads HubSpot ids that the listing did not show. Returns the record that answers to each, or null when none does. */
async function readUnseen(work: SliceWork, unseen: readonly HubSpotId[]): Promise<ReadonlyMap<HubSpotId, Observation | null>> {
  const found = await readHubSpot(work, work.input.entity, unseen);
  return new Map(unseen.map((id) => [id, found.get(id) ?? null]));
}

/** All active links that meet in one surviving record: its own, and those of every record merged into it (U3). */
async function linksOfSurvivors(
  work: SliceWork,
  found: ReadonlyMap<HubSpotId, Observation | null>,
): Promise<ReadonlyMap<HubSpotId, readonly Link[]>> {
  const { store, input } = work;
  const meeting = new Map<HubSpotId, Set<HubSpotId>>();
  for (const [id, observation] of found) {
    if (observation === null || observation.id === id) continue;
    const ids = meeting.get(observation.id) ?? new Set([observation.id, ...observation.mergedIds]);
    meeting.set(observation.id, ids.add(id));
  }
  const links = await store.links.activeByHubSpotIds(
    input.entity,
    [...meeting.values()].flatMap((ids) => [...ids]),
  );
  return new Map([...meeting].map(([survivor, ids]) => [survivor, [...ids].flatMap((id) => links.get(id) ?? [])]));
}

/** The OfficeRnD ids of those links whose record this run has not seen. */
async function unseenOfficernd({ store, run, input }: SliceWork, links: readonly Link[]): Promise<ReadonlySet<OfficerndId>> {
  if (links.length === 0) return new Set();
  const ids = links.map(({ officerndId }) => officerndId);
  const live = await store.observations.liveAmong(run.generation, 'officernd', input.entity, ids);
  return new Set(ids.filter((id) => !live.has(id)));
}

function unlinkOperations(link: Link, decision: UnlinkDecision): readonly Operation[] {
  const base = { phase: 'unlink', entity: link.entity, officerndId: link.officerndId, fields: [] } as const;
  switch (decision.kind) {
    case 'keep':
      return [];
    case 'unlink':
    case 'part':
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
