import { PAGE_SIZE } from '../../connectors/hubspot/records';
import { chunksOf } from '../../domain/chunks';
import type { Side } from '../../domain/entity';
import { writesTo } from '../../domain/plan-update';
import type { Compared } from '../../store/comparisons';
import type { HubSpotActivities } from '../api';
import { settleable, compareLinks, noteUnwritten } from './compare';
import type { Planned } from './compare';
import { nextPart, readPart, startOf } from '../slice/cursor';
import type { ActivityDeps } from '../deps';
import type { PastFailures } from './past-failures';
import { areBothSeen, seenLinks } from '../observe/seen-links';
import { tryHeldElsewhere } from './held-elsewhere';
import { countSettled, noteSettled } from './settled';
import { runSlice } from '../slice/run-slice';
import type { Finish, SliceWork, StepResult } from '../slice/run-slice';
import { writeLinks } from './write';

/**
 * HubSpot takes a hundred records a call. OfficeRnD takes one, and often few calls a minute. So HubSpot's turn comes first, in full
 * batches, and OfficeRnD's after it. The parts of the cursor:
 *
 * | part            | writes the links that change               | then comes                                  |
 * | --------------- | ------------------------------------------ | ------------------------------------------- |
 * | `hubspot`       | HubSpot; OfficeRnD first where both change | the end, if no link changes OfficeRnD alone |
 * | `hubspot-first` | the same, once there is such a link        | `officernd`                                 |
 * | `officernd`     | OfficeRnD alone                            | the end                                     |
 *
 * Where another record holds a value, the end is `again`: such values are tried once more (M10).
 */
const parts = ['hubspot', 'hubspot-first', 'officernd', 'again'] as const;

/** Links that are written in one step. OfficeRnD's are few enough that a slice ends in time even where few writes a minute are allowed. */
const BATCH: Readonly<Record<Side, number>> = { officernd: 120, hubspot: PAGE_SIZE };
/** Links that are not settled and are compared at once. */
const COMPARED = 500;
/** Most comparisons in one step, even if the batch is not full, so that another attempt repeats little. */
const PAGES = 20;
/** Where not every link is written, the next batch compares this many links more than the last, to become full. */
const SPREAD = 50;

/** The activity of phase 3: update. */
export const createUpdateActivities = (deps: ActivityDeps): Pick<HubSpotActivities, 'updateLinks'> => ({
  updateLinks: (input) => runSlice(deps, 'update', input, createUpdateStep(), countCompared),
});

type Step = (work: SliceWork, cursor: string | null) => Promise<StepResult>;

/** Merges links that are not settled until a batch of them has something to write. Make one for each slice. */
function createUpdateStep(): Step {
  let enough = COMPARED;
  let areHeldElsewhere: boolean | null = null;
  const endOf = (cursor: string | null): string | null => cursor ?? (areHeldElsewhere === false ? null : startOf('again'));
  return async (work, cursor) => {
    const { part, after } = readPart(cursor, parts);
    if (part === 'again') return { cursor: nextPart('again', await tryHeldElsewhere(work, after), ['again']), counters: {} };
    // A slice that goes on after another does not know what that one has seen.
    areHeldElsewhere ??= cursor !== null;
    const side = part === 'officernd' ? 'officernd' : 'hubspot';
    // A settled link has both its records, since phase 1 reopens the others. So it counts as compared.
    const settled = cursor === null ? await countSettled(work) : 0;
    const gathered = await gather(work, side, { after, enough });
    enough = gathered.enough;
    const isRefused = await writeLinks(work, gathered.batch);
    areHeldElsewhere ||= gathered.areHeldElsewhere || isRefused;
    // Noted last: another attempt counts settled links only at the beginning, and after that only the links that it compares.
    for (const compared of chunksOf(gathered.toSettle, COMPARED)) await noteSettled(work, compared);
    // Links that wait for OfficeRnD's turn are compared in it once more. They were counted in HubSpot's.
    if (side === 'officernd') return { cursor: endOf(nextPart('officernd', gathered.next, ['officernd'])), counters: {} };
    const counters = { compared: settled + gathered.compared };
    return part === 'hubspot-first' || gathered.leaves
      ? { cursor: nextPart('hubspot-first', gathered.next, ['hubspot-first', 'officernd']), counters }
      : { cursor: endOf(nextPart('hubspot', gathered.next, ['hubspot'])), counters };
  };
}

interface Gathered {
  readonly batch: readonly Planned[];
  /** Links that may be noted as settled. */
  readonly toSettle: readonly Compared[];
  /** How many links with both records have been compared. */
  readonly compared: number;
  /** Whether links are left for OfficeRnD's turn. */
  readonly leaves: boolean;
  /** Whether a value of any link was refused before because another record holds it. */
  readonly areHeldElsewhere: boolean;
  /** The last link that was compared, null at the end. */
  readonly next: string | null;
  /** How many links are likely to make the next batch. Comparing more would be in vain. */
  readonly enough: number;
}

/** Compares links in order until there is a batch for one side. */
async function gather(
  work: SliceWork,
  side: Side,
  { after, enough }: { readonly after: string | null; readonly enough: number },
): Promise<Gathered> {
  const batch: Planned[] = [];
  const toSettle: Compared[] = [];
  let compared = 0;
  let leaves = false;
  let areHeldElsewhere = false;
  let next = after;
  for (let page = 0; page < PAGES && batch.length < BATCH[side]; page += 1) {
    const open = await work.store.comparisons.pageOpen(work.input.entity, { after: next, limit: page === 0 ? enough : COMPARED });
    // Nothing is open, as in most runs.
    if (open.items.length === 0) return { batch, toSettle, compared, leaves, areHeldElsewhere, next: null, enough: COMPARED };
    const { plans, past } = await compareLinks(work, open.items);
    areHeldElsewhere ||= past.areHeldElsewhere();
    const isWanted = (one: Planned) => isTurnOf(side, one, past);
    const taken = firstOf(plans, BATCH[side] - batch.length, isWanted);
    await noteUnwritten(work, { plans: taken, past });
    toSettle.push(...settleable({ plans: taken, past }));
    batch.push(...taken.filter(isWanted));
    compared += taken.length;
    leaves ||= taken.some((one) => !isWanted(one) && isTurnOf('officernd', one, past));
    next = taken.length < plans.length ? (taken.at(-1)?.state.link.id ?? null) : open.next;
    if (next === null) break;
  }
  const isFull = batch.length === BATCH[side];
  const spread = compared > batch.length ? SPREAD : 0;
  return { batch, toSettle, compared, leaves, areHeldElsewhere, next, enough: isFull ? Math.min(COMPARED, compared + spread) : COMPARED };
}

/**
 * Counts the links with both records at the end, the settled ones among them. An attempt that died has settled links that no later attempt
 * compares.
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
 * Whether a link is written in a side's turn. A link that changes on both sides is written in HubSpot's turn, OfficeRnD first. If it fails
 * then, OfficeRnD's turn does not try it again. A link that is left for OfficeRnD's turn is written in it, even if it has come to change
 * HubSpot too.
 */
function isTurnOf(side: Side, { state, plan }: Planned, past: PastFailures): boolean {
  if (past.isParked(state)) return false;
  if (side === 'hubspot') return writesTo(plan, 'hubspot');
  return writesTo(plan, 'officernd') && !past.hasFailedNow(state.link);
}

/** The items up to and including the `count`th wanted one. */
function firstOf<T>(items: readonly T[], count: number, isWanted: (item: T) => boolean): readonly T[] {
  let found = 0;
  const last = items.findIndex((item) => isWanted(item) && ++found === count);
  return last === -1 ? items : items.slice(0, last + 1);
}
