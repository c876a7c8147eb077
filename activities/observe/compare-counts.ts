import { PAGE_SIZE } from '../../connectors/hubspot/records';
import { inParallel } from '../../connectors/in-parallel';
import { chunksOf } from '../../domain/chunks';
import { differences, expectedCalls, halvesThatDiffer, openRange, questionAbout } from '../../domain/count-tree';
import type { CountedRange, KnownIds } from '../../domain/count-tree';
import { hubSpotObjectOf } from '../../domain/entity';
import type { HubSpotId } from '../../domain/ids';
import { forEachItem } from '../../store/paging';
import type { SliceWork } from '../slice/run-slice';
import { askParents } from './parents';
import { lookUpHubSpot } from './records';
import { lookupsOf, storeLookups } from './store-lookups';

interface Compared {
  /** The id from which the next step goes on; null when both sides agree from the first id to the last. */
  readonly next: string | null;
  /** There are so many differences that reading all linked records costs fewer calls. */
  readonly isReadingCheaper: boolean;
  /** Records that were asked for by their ids. */
  readonly lookedUp: number;
}

const AGREED: Compared = { next: null, isReadingCheaper: false, lookedUp: 0 };
const TOO_MANY: Compared = { ...AGREED, isReadingCheaper: true };

/** HubSpot allows five searches a second. More at once would only wait. */
const ASKED_AT_ONCE = 4;
/** Calls after which a step ends: half a minute of searches. No range is divided so often before its first part is settled. */
const CALLS_IN_STEP = 100;
/** Records that are looked up together, and held in memory. */
const LOOKED_UP_AT_ONCE = 500;

/**
 * Compares the records that this run knows with what HubSpot counts, from an id on, and goes down into ranges that differ. Records in which
 * they differ are asked for by their ids and stored, or forgotten. That is only knowledge: phase 1 proves each end of a link (U2).
 */
export async function compareCounts(work: SliceWork, after: string | null): Promise<Compared> {
  const { store, run, input, hubspot, signal } = work;
  const from = Number(after ?? 0);
  const total = await hubspot.countIds(hubSpotObjectOf[input.entity], { from, to: null }, { signal });
  // Mostly the first number agrees. Then no id is loaded.
  if (after === null && (await store.observations.countLive(run.generation, 'hubspot', input.entity)) === total) return AGREED;
  const ids = await loadKnownIds(work);
  if (ids === null) return TOO_MANY;
  const whole = openRange(ids, from, total);
  if (whole === null) return AGREED;
  if (await isReadingCheaper(work, whole)) return TOO_MANY;
  const { open, strange } = await narrow(work, ids, whole);
  await lookUp(work, strange);
  const next = open[0] === undefined ? null : String(open[0].from);
  return { next, isReadingCheaper: false, lookedUp: strange.missing.length + strange.unknown.length };
}

/** The ids of live records in numeric order: eight bytes each. Null where one is too large for an exact number. */
async function loadKnownIds({ store, run, input }: SliceWork): Promise<KnownIds | null> {
  const ids: number[] = [];
  await forEachItem(
    (request) => store.observations.pageIds(run.generation, 'hubspot', input.entity, request),
    (id) => ids.push(Number(id)),
  );
  return ids.every((id) => Number.isSafeInteger(id)) ? Float64Array.from(ids).sort() : null;
}

async function isReadingCheaper({ store, input }: SliceWork, { begin, end, total }: CountedRange): Promise<boolean> {
  const known = end - begin;
  const difference = Math.abs(known - total);
  const links = await store.links.countActive(input.entity);
  return expectedCalls({ known, difference }) + Math.ceil(difference / PAGE_SIZE) > Math.ceil(links / PAGE_SIZE);
}

interface Strange {
  readonly missing: readonly HubSpotId[];
  readonly unknown: readonly HubSpotId[];
}

interface Narrowed {
  /** Ranges that still differ, in order. Everything before the first of them is settled. */
  readonly open: readonly CountedRange[];
  readonly strange: Strange;
}

const NOTHING: Strange = { missing: [], unknown: [] };

/** Goes down from the lowest range that differs, until all are settled or the step has asked enough. */
async function narrow(work: SliceWork, ids: KnownIds, whole: CountedRange): Promise<Narrowed> {
  let open: readonly CountedRange[] = [whole];
  let strange = NOTHING;
  for (let asked = 1; open.length > 0 && asked < CALLS_IN_STEP;) {
    const lowest = open.slice(0, ASKED_AT_ONCE);
    const answers = await inParallel(lowest, (range) => ask(work, ids, range));
    open = [...answers.flatMap((answer) => answer.open), ...open.slice(lowest.length)];
    strange = answers.reduce((all, answer) => joined(all, answer.strange), strange);
    asked += lowest.length;
  }
  return { open, strange };
}

const joined = (one: Strange, other: Strange): Strange => ({
  missing: [...one.missing, ...other.missing],
  unknown: [...one.unknown, ...other.unknown],
});

async function ask({ hubspot, input, signal }: SliceWork, ids: KnownIds, counted: CountedRange): Promise<Narrowed> {
  const object = hubSpotObjectOf[input.entity];
  const { kind, range } = questionAbout(ids, counted);
  switch (kind) {
    case 'count':
      return { open: halvesThatDiffer(ids, counted, await hubspot.countIds(object, range, { signal })), strange: NOTHING };
    case 'list': {
      const listed = await hubspot.listIds(object, range, { signal });
      const { missing, unknown } = differences(ids, counted, listed.map(Number));
      return { open: [], strange: { missing: missing.map(String), unknown: unknown.map(String) } };
    }
  }
}

/** A linked record that a batch does not show need not be read alone here: phase 1 does that, and decides (U1, U3). */
async function lookUp(work: SliceWork, { missing, unknown }: Strange): Promise<void> {
  const { store, input } = work;
  const parents = await askParents(work, input.entity, unknown);
  const knownGone = (gone: readonly HubSpotId[]) => store.links.linkedAmong('hubspot', input.entity, gone);
  for (const ids of chunksOf([...missing, ...unknown], LOOKED_UP_AT_ONCE)) {
    const found = await lookUpHubSpot(work, input.entity, ids, parents, { knownGone });
    await storeLookups(work, lookupsOf(ids, found), { linked: 'known' });
  }
}
