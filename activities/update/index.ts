import { PAGE_SIZE } from '../../connectors/hubspot/records';
import { mayExceedBrakes } from '../../domain/brake';
import { chunksOf } from '../../domain/chunks';
import type { Counters } from '../../domain/counters';
import type { Side } from '../../domain/entity';
import { writesTo } from '../../domain/plan-update';
import { addPlans, noCounts } from '../../domain/update-brake';
import type { Compared } from '../../store/comparisons';
import type { HubSpotActivities } from '../api';
import { loadOpenPage, noteUnwritten, plansOf, settleable } from './compare';
import type { OpenPage, Planned } from './compare';
import { effectsOf, proposeHeld, verdictsOfPhase } from './held-effects';
import { decideHolds, heldByVerdicts, loadHolds, onlyRejected } from './holds';
import type { Holds } from './holds';
import { nextPart, readPart, startOf } from '../slice/cursor';
import type { ActivityDeps } from '../deps';
import type { PastFailures } from './past-failures';
import { areBothSeen, seenLinks } from '../observe/seen-links';
import { tryHeldElsewhere } from './held-elsewhere';
import { countSettled, noteSettled } from './settled';
import { runSlice } from '../slice/run-slice';
import type { Finish, SliceWork, StepResult } from '../slice/run-slice';
import { createUndoStep, finishUndo } from './undo';
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

/** The activity of phase 3: update. In a run that takes something back, it takes back values (X1, D2). */
export const createUpdateActivities = (deps: ActivityDeps): Pick<HubSpotActivities, 'updateLinks'> => ({
  updateLinks: (input) => {
    const update = createUpdateStep();
    const journal = deps.store.forTenant(input.tenant);
    const takeBack = createUndoStep(journal);
    const isSync = ({ run }: SliceWork): boolean => run.undoes === undefined;
    const step: Step = (work, cursor) => (isSync(work) ? update : takeBack)(work, cursor);
    return runSlice(deps, 'update', input, step, (work) => (isSync(work) ? countCompared(work) : finishUndo(work, journal)));
  },
});

type Step = (work: SliceWork, cursor: string | null) => Promise<StepResult>;

/** Merges links that are not settled until a batch of them has something to write. Make one for each slice. */
function createUpdateStep(): Step {
  let enough = COMPARED;
  let holds: Holds | null = null;
  let areHeldElsewhere: boolean | null = null;
  const endOf = (cursor: string | null): string | null => cursor ?? (areHeldElsewhere === false ? null : startOf('again'));
  return async (work, cursor) => {
    const { part, after } = readPart(cursor, parts);
    if (part === 'again') {
      holds ??= await loadHolds(work);
      return { cursor: nextPart('again', await tryHeldElsewhere(work, holds, after), ['again']), counters: {} };
    }
    // A slice that goes on after another does not know what that one has seen.
    areHeldElsewhere ??= cursor !== null;
    const side = part === 'officernd' ? 'officernd' : 'hubspot';
    // A settled link has both its records, since phase 1 reopens the others. So it counts as compared.
    const settled = cursor === null ? await countSettled(work) : 0;
    const counted = cursor === null ? await countBraked(work) : null;
    if (counted !== null) ({ holds } = counted);
    const gathered = await gather(work, side, {
      after,
      enough,
      first: counted?.first,
      holdsOf: async () => (holds ??= await loadHolds(work)),
    });
    enough = gathered.enough;
    const isRefused = holds !== null && (await writeLinks(work, gathered.batch, holds));
    areHeldElsewhere ||= gathered.areHeldElsewhere || isRefused;
    // Noted last: another attempt counts settled links only at the beginning, and after that only the links that it compares.
    for (const compared of chunksOf(gathered.toSettle, COMPARED)) await noteSettled(work, compared);
    // Links that wait for OfficeRnD's turn are compared in it once more. They were counted in HubSpot's.
    if (side === 'officernd') return { cursor: endOf(nextPart('officernd', gathered.next, ['officernd'])), counters: {} };
    const counters = { compared: settled + gathered.compared, ...counted?.wouldHold };
    return part === 'hubspot-first' || gathered.leaves
      ? { cursor: nextPart('hubspot-first', gathered.next, ['hubspot-first', 'officernd']), counters }
      : { cursor: endOf(nextPart('hubspot', gathered.next, ['hubspot'])), counters };
  };
}

interface CountedEffects {
  readonly holds: Holds;
  /** The first page, so that it need not be loaded again. Null if no link is open. */
  readonly first: OpenPage | null;
  /** Only in a preview: the effects that a run would hold. */
  readonly wouldHold: Counters;
}

/** M2, M6: counts erasures and values that give way over all open links, before the first of them is written. */
async function countBraked(work: SliceWork): Promise<CountedEffects> {
  const { mapping, run } = work;
  const first = await loadOpenPage(work, { after: null, limit: COMPARED });
  if (run.applies !== undefined) return { holds: await loadHolds(work), first, wouldHold: {} };
  const verdicts = await verdictsOfPhase(work);
  // T4: what runs for hints did before counts, too, however few the links of this one are.
  const isFew = first?.next === null && run.hints === undefined && !mayExceedBrakes(first.size, mapping.brakes);
  if (first === null || isFew) return { holds: await heldByVerdicts(work, verdicts), first, wouldHold: {} };
  const rejecting = onlyRejected(verdicts);
  let counts = noCounts;
  for (let page: OpenPage | null = first; page !== null;) {
    work.signal.throwIfAborted();
    const { past } = page;
    const planned = plansOf(work, page, rejecting).filter(({ state }) => !past.isParked(state));
    counts = addPlans(
      counts,
      planned.map(({ plan }) => plan),
    );
    page = page.next === null ? null : await loadOpenPage(work, { after: page.next, limit: COMPARED });
  }
  const holds = await decideHolds(work, counts, verdicts);
  return { holds, first, wouldHold: run.mode === 'preview' ? effectsOf(counts, holds.lists()) : {} };
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

interface Gathering {
  readonly after: string | null;
  readonly enough: number;
  /** The first page, if it is loaded already; null if no link is open. */
  readonly first: OpenPage | null | undefined;
  readonly holdsOf: () => Promise<Holds>;
}

/** Compares links in order until there is a batch for one side. */
async function gather(work: SliceWork, side: Side, { after, enough, first, holdsOf }: Gathering): Promise<Gathered> {
  const batch: Planned[] = [];
  const toSettle: Compared[] = [];
  let compared = 0;
  let leaves = false;
  let areHeldElsewhere = false;
  let next = after;
  for (let count = 0; count < PAGES && batch.length < BATCH[side]; count += 1) {
    const isFirst = count === 0 && first !== undefined;
    const page = isFirst ? first : await loadOpenPage(work, { after: next, limit: count === 0 ? enough : COMPARED });
    // Nothing is open, as in most runs.
    if (page === null) return { batch, toSettle, compared, leaves, areHeldElsewhere, next: null, enough: COMPARED };
    const holds = await holdsOf();
    const { past } = page;
    areHeldElsewhere ||= past.areHeldElsewhere();
    const plans = plansOf(work, page, holds);
    const isWanted = (one: Planned) => isTurnOf(side, one, past);
    const taken = firstOf(plans, BATCH[side] - batch.length, isWanted);
    await noteCounted(holds, taken, past);
    await noteUnwritten(work, { plans: taken, past });
    toSettle.push(...settleable({ plans: taken, past }));
    batch.push(...taken.filter(isWanted));
    compared += taken.length;
    leaves ||= taken.some((one) => !isWanted(one) && isTurnOf('officernd', one, past));
    next = taken.length < plans.length ? (taken.at(-1)?.state.link.id ?? null) : page.next;
    if (next === null) break;
  }
  const isFull = batch.length === BATCH[side];
  const spread = compared > batch.length ? SPREAD : 0;
  return { batch, toSettle, compared, leaves, areHeldElsewhere, next, enough: isFull ? Math.min(COMPARED, compared + spread) : COMPARED };
}

/** The effects of these plans have been counted. Those that are held are stored, for a person to see. */
async function noteCounted(holds: Holds, taken: readonly Planned[], past: PastFailures): Promise<void> {
  holds.trust(taken.map(({ plan }) => plan));
  await holds.note(taken.filter(({ state }) => !past.isParked(state)).map(({ plan }) => plan));
}

/**
 * Counts the links with both records at the end, the settled ones among them. An attempt that died has settled links that no later attempt
 * compares.
 */
async function countCompared(work: SliceWork): Promise<Finish> {
  const { store, input } = work;
  let compared = await store.comparisons.countSettled(input.entity);
  let held: Counters = {};
  for (let after: string | null = null; ;) {
    const { items, next } = await store.comparisons.pageOpen(input.entity, { after, limit: COMPARED });
    // A link with a held field is never settled.
    if (after === null && items.length > 0) held = await proposeHeld(work);
    const seen = await seenLinks.lookUp(work, items);
    compared += seen.filter(areBothSeen).length;
    if (next === null) return { counters: held, applied: { compared } };
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
