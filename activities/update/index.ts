import { PAGE_SIZE } from '../../connectors/hubspot/records';
import { chunksOf } from '../../domain/chunks';
import type { Side } from '../../domain/entity';
import { writesTo } from '../../domain/plan-update';
import type { Compared } from '../../store/comparisons';
import type { HubSpotActivities } from '../api';
import { comparedInOrder, compareLinks, noteUnwritten } from './compare';
import type { Planned } from './compare';
import { nextPart, readPart } from '../slice/cursor';
import type { ActivityDeps } from '../deps';
import type { PastFailures } from './past-failures';
import { areBothSeen, seenLinks } from '../observe/seen-links';
import { countSettled, noteSettled } from './settled';
import { runSlice } from '../slice/run-slice';
import type { Finish, SliceWork, StepResult } from '../slice/run-slice';
import { writeLinks } from './write';

/**
 * HubSpot takes a hundred records a call, and OfficeRnD one, often few a minute. So the links that are written to HubSpot come first, in
 * full batches however far apart they are within a step, and the others, which are written to OfficeRnD alone, after them. `hubspot` turns
 * into `hubspot-first` when there is one of these.
 */
const parts = ['hubspot', 'hubspot-first', 'officernd'] as const;

/** So many links are written in one step. OfficeRnD's are few enough that a slice ends in time where few writes a minute are allowed. */
const BATCH: Readonly<Record<Side, number>> = { officernd: 120, hubspot: PAGE_SIZE };
/** So many links that are not settled are compared at once. */
const COMPARED = 500;
/** A step compares so many times at the most, full batch or not, so that another attempt repeats little. */
const PAGES = 20;
/** Where not every link is written, the next batch may take so many links more than the last to be full. */
const SPREAD = 50;

/** Phase 3. */
export const createUpdateActivities = (deps: ActivityDeps): Pick<HubSpotActivities, 'updateLinks'> => ({
  updateLinks: (input) => runSlice(deps, 'update', input, createUpdateStep(), countCompared),
});

type Step = (work: SliceWork, cursor: string | null) => Promise<StepResult>;

/** Merges links that are not settled until there are as many to write as make a batch. Make one for each slice. */
function createUpdateStep(): Step {
  let enough = COMPARED;
  return async (work, cursor) => {
    const { part, after } = readPart(cursor, parts);
    const side = part === 'officernd' ? 'officernd' : 'hubspot';
    // A link that is settled has both its records: phase 1 reopens the others.
    const settled = cursor === null ? await countSettled(work) : 0;
    const gathered = await gather(work, side, { after, enough });
    enough = gathered.enough;
    await writeLinks(work, gathered.batch);
    // Last, since another attempt counts only the links that it compares, and those that are settled only at the beginning.
    for (const compared of chunksOf(gathered.inOrder, COMPARED)) await noteSettled(work, compared);
    // Links that wait for OfficeRnD's turn are compared once more then, and counted once.
    if (side === 'officernd') return { cursor: nextPart('officernd', gathered.next, ['officernd']), counters: {} };
    const counters = { compared: settled + gathered.compared };
    return part === 'hubspot-first' || gathered.leaves
      ? { cursor: nextPart('hubspot-first', gathered.next, ['hubspot-first', 'officernd']), counters }
      : { cursor: nextPart('hubspot', gathered.next, ['hubspot']), counters };
  };
}

interface Gathered {
  readonly batch: readonly Planned[];
  /** Links that may be noted as settled. */
  readonly inOrder: readonly Compared[];
  /** How many links with both records have been compared. */
  readonly compared: number;
  /** Whether links are left that are written to OfficeRnD alone. */
  readonly leaves: boolean;
  /** The last link that was compared, null at the end. */
  readonly next: string | null;
  /** So many links are likely to make the next batch; comparing more would be in vain. */
  readonly enough: number;
}

/** Compares links in order until there is a batch for one side. */
async function gather(
  work: SliceWork,
  side: Side,
  { after, enough }: { readonly after: string | null; readonly enough: number },
): Promise<Gathered> {
  const batch: Planned[] = [];
  const inOrder: Compared[] = [];
  let compared = 0;
  let leaves = false;
  let next = after;
  for (let page = 0; page < PAGES && batch.length < BATCH[side]; page += 1) {
    const open = await work.store.comparisons.pageOpen(work.input.entity, { after: next, limit: page === 0 ? enough : COMPARED });
    // Most runs have changed nothing.
    if (open.items.length === 0) return { batch, inOrder, compared, leaves, next: null, enough: COMPARED };
    const { plans, past } = await compareLinks(work, open.items);
    const isWanted = (one: Planned) => isTurnOf(side, one, past);
    const taken = firstOf(plans, BATCH[side] - batch.length, isWanted);
    await noteUnwritten(work, { plans: taken, past });
    inOrder.push(...comparedInOrder({ plans: taken, past }));
    batch.push(...taken.filter(isWanted));
    compared += taken.length;
    leaves ||= taken.some((one) => !isWanted(one) && isTurnOf('officernd', one, past));
    next = taken.length < plans.length ? (taken.at(-1)?.state.link.id ?? null) : open.next;
    if (next === null) break;
  }
  const isFull = batch.length === BATCH[side];
  const spread = compared > batch.length ? SPREAD : 0;
  return { batch, inOrder, compared, leaves, next, enough: isFull ? Math.min(COMPARED, compared + spread) : COMPARED };
}

/**
 * An attempt that ended has settled links which none after it compares. So all are counted that have both their records, as what is settled
 * has.
 */
async function countCompared(work: SliceWork): Promise<Finish> {
  const { store, input } = work;
  let compared = await store.comparisons.countSettled(input.entity);
  for (let after: string | null = null; ;) {
    const { items, next } = await store.comparisons.pageOpen(input.entity, { after, limit: COMPARED });
    const seen = await seenLinks.lookUp(work, items);
    compared += seen.filter(areBothSeen).length;
    if (next === null) return { counters: {}, applied: { compared } };
    after = next;
  }
}

/**
 * What is written to both sides is written in HubSpot's turn, to OfficeRnD first. A record that has failed then is not tried again in
 * OfficeRnD's turn; one that was left for that is written whatever else has come to be written meanwhile.
 */
function isTurnOf(side: Side, { state, plan }: Planned, past: PastFailures): boolean {
  if (past.isParked(state)) return false;
  if (side === 'hubspot') return writesTo(plan, 'hubspot');
  return writesTo(plan, 'officernd') && !past.hasFailedNow(state.link);
}

/** The items up to the one that is the `count`th wanted. */
function firstOf<T>(items: readonly T[], count: number, isWanted: (item: T) => boolean): readonly T[] {
  let found = 0;
  const last = items.findIndex((item) => isWanted(item) && ++found === count);
  return last === -1 ? items : items.slice(0, last + 1);
}
