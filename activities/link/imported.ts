import type { Effect } from '../../domain/proposal';
import { parseLinkId } from '../../domain/ids';
import type { HubSpotId, OfficerndId } from '../../domain/ids';
import type { Observation } from '../../domain/observation';
import type { Rulings } from '../../domain/rulings';
import { approvedProposals } from '../brakes';
import { readHubSpot, readOfficernd } from '../observe/records';
import { createRecordCalls } from '../slice/calls-per-record';
import type { SliceWork } from '../slice/run-slice';
import { unlinkedOfficernd } from './candidates';
import { linkIfStillThere } from './look-again';
import { noteNotLinked } from './make-links';
import type { Pair } from './make-links';

/** OfficeRnD records that no listing has shown are read one by one, so a small limit must allow this many. */
const PAGE = 20;

/** Why a pair of an imported list is not linked. It stands with its operation, and holds no data of a record. */
const reasons = ['decided-otherwise', 'link-taken', 'other-link-id', 'not-found', 'unread'] as const;
type WhyNot = (typeof reasons)[number];

interface ImportedPair {
  readonly officerndId: OfficerndId;
  readonly hubspotId: HubSpotId;
}

/**
 * P2: links the pairs of imported lists that a person has approved, where they still hold. Both records must be there, and no decision may keep them apart (D1). Neither may have a
 * link (L13), or show another HubSpot record's id (L2). The others are noted with the reason. Returns the cursor of the next page, null at the
 * end.
 */
export async function importStep(work: SliceWork, rulings: Rulings, cursor: string | null): Promise<string | null> {
  // A preview holds no proposals, and none can be approved while it runs. A run that applies a preview does nothing else.
  // An approval starts a run of its own, so none for hints need ask (T3).
  if (work.run.mode === 'preview' || work.run.applies !== undefined || work.run.hints !== undefined) return null;
  const proposals = await approvedProposals(work, 'import');
  const [asked, after = ''] = cursor?.split('/') ?? [];
  const proposal = proposals.find((id) => asked === undefined || id >= asked);
  if (proposal === undefined) return null;
  const request = { after: proposal === asked && after !== '' ? after : null, limit: PAGE };
  const { items, next } = await work.store.proposals.effects.page(proposal, request);
  if (!(await linkPairs(work, rulings, items.flatMap(pairOf)))) return importStep(work, rulings, cursor);
  if (next !== null) return `${proposal}/${next}`;
  const following = proposals.find((id) => id > proposal);
  return following === undefined ? null : `${following}/`;
}

const pairOf = ({ officerndId, hubspotId }: Effect): readonly ImportedPair[] =>
  officerndId === null || hubspotId === null ? [] : [{ officerndId, hubspotId }];

/** False when a record has gone meanwhile: then the pairs have to be looked at again. */
async function linkPairs(work: SliceWork, rulings: Rulings, pairs: readonly ImportedPair[]): Promise<boolean> {
  const { store, input, mapping } = work;
  const active = await store.links.activeByOfficerndIds(
    input.entity,
    pairs.map(({ officerndId }) => officerndId),
  );
  const open = pairs.filter(({ officerndId, hubspotId }) => active.get(officerndId)?.hubspotId !== hubspotId);
  const { officernd, hubspot, unread } = await recordsOf(work, open);
  const [free, linked] = await Promise.all([
    unlinkedOfficernd(work, [...officernd.values()]),
    store.links.linkedAmong('hubspot', input.entity, [...hubspot]),
  ]);
  const freeIds = new Set(free.map(({ id }) => id));
  const whyNot = ({ officerndId, hubspotId }: ImportedPair): WhyNot | null => {
    const record = officernd.get(officerndId);
    if (!rulings.mayPair(officerndId, hubspotId)) return 'decided-otherwise';
    if (unread.has(officerndId)) return 'unread';
    if (record === undefined || !hubspot.has(hubspotId)) return 'not-found';
    if (!freeIds.has(officerndId) || linked.has(hubspotId)) return 'link-taken';
    return showsAnother(record, hubspotId, mapping.portalId) ? 'other-link-id' : null;
  };
  const judged = open.map((pair) => ({ pair: asImported(pair), why: whyNot(pair) }));
  for (const why of reasons) {
    const refused = judged.filter((one) => one.why === why).map(({ pair }) => pair);
    await noteNotLinked(work, refused, why);
  }
  return linkIfStillThere(
    work,
    judged.flatMap(({ pair, why }) => (why === null ? [pair] : [])),
  );
}

/** A link that another tool has made is taken over, as one that OfficeRnD shows is. */
const asImported = (pair: ImportedPair): Pair => ({ ...pair, origin: 'adopted', reason: 'P2 import' });

const showsAnother = ({ linkId }: Observation, hubspotId: HubSpotId, portalId: string): boolean => {
  if (linkId === null) return false;
  const shown = parseLinkId(linkId, portalId);
  return shown.kind === 'ours' && shown.hubspotId !== hubspotId;
};

interface FoundRecords {
  readonly officernd: ReadonlyMap<OfficerndId, Observation>;
  readonly hubspot: ReadonlySet<HubSpotId>;
  /** OfficeRnD records that could not be read. That proves nothing about them (U2). */
  readonly unread: ReadonlySet<OfficerndId>;
}

/** The records of these pairs. Those that no reading has shown are asked for by their ids, so that none is taken for missing. */
async function recordsOf(work: SliceWork, pairs: readonly ImportedPair[]): Promise<FoundRecords> {
  const { store, run, input } = work;
  const { entity } = input;
  const officerndIds = pairs.map(({ officerndId }) => officerndId);
  const hubspotIds = pairs.map(({ hubspotId }) => hubspotId);
  const stored = () => store.observations.byIds(run.generation, 'officernd', entity, officerndIds);
  const [known, live] = await Promise.all([stored(), store.observations.liveAmong(run.generation, 'hubspot', entity, hubspotIds)]);
  const missing = officerndIds.filter((id) => !known.has(id));
  const missingInHubSpot = hubspotIds.filter((id) => !live.has(id));
  if (missing.length + missingInHubSpot.length === 0) return { officernd: known, hubspot: live, unread: new Set() };
  const found = await readHubSpot(work, entity, missingInHubSpot);
  const { unread } = await readOfficernd(work, entity, missing, createRecordCalls(work.signal));
  return {
    officernd: missing.length === 0 ? known : await stored(),
    // An id that was merged into another record is not that record's.
    hubspot: new Set([...live, ...missingInHubSpot.filter((id) => found.get(id)?.id === id)]),
    unread: new Set(unread.keys()),
  };
}
