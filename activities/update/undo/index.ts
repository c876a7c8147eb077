import { mayExceedBrakes } from '../../../domain/brake';
import type { Counters } from '../../../domain/counters';
import { hasWrites } from '../../../domain/plan-update';
import type { UpdatePlan } from '../../../domain/plan-update';
import type { UpdateInput } from '../../../domain/update-input';
import { isTakeBack } from '../../../domain/undoing';
import { addPlans, noCounts } from '../../../domain/update-brake';
import type { TenantStore } from '../../../store/store';
import { noteUnwritten, planOf } from '../compare';
import type { Judged, Planned } from '../compare';
import { effectsOf, proposeHeld, verdictsOfPhase } from '../held-effects';
import { decideHolds, heldByVerdicts, loadHolds } from '../holds';
import type { Holds } from '../holds';
import type { LinkState } from '../link-state';
import { loadPastFailures } from '../past-failures';
import type { PastFailures } from '../past-failures';
import { writeLinks } from '../write';
import type { Finish, SliceWork, StepResult } from '../../slice/run-slice';
import { erasuresOf } from './erasures';
import { leave, noteTakenBack } from './left';
import { lookAt } from './records';
import { sourceOf } from './source';
import type { Source, Wanted } from './source';

type Step = (work: SliceWork, cursor: string | null) => Promise<StepResult>;

/**
 * X1, D2: takes back values, page by page: looks at both records of each link, plans, and writes as phase 3 does. Then it notes what is left. Make one
 * for each slice.
 *
 * @param journal the tenant's store: a preview's own has no journal of earlier runs
 */
export function createUndoStep(journal: TenantStore): Step {
  let holds: Holds | null = null;
  return async (work, cursor) => {
    const source = sourceOf(work, journal);
    let wouldHold: Counters = {};
    if (cursor === null) ({ holds, wouldHold } = await countErasures(work, source));
    holds ??= await loadHolds(work);
    const { items, next } = await source(cursor);
    await takeBackPage(work, items, holds, journal);
    return { cursor: next, counters: { compared: items.length, ...wouldHold } };
  };
}

/** The held effects of the run become proposals (P1). Where a taking back is undone as a whole, its values may be taken back once more (D2). */
export async function finishUndo(work: SliceWork, journal: TenantStore): Promise<Finish> {
  const { mode, undoes } = work.run;
  if (mode !== 'preview' && undoes !== undefined && !isTakeBack(undoes) && undoes.id === undefined && undoes.field === undefined) {
    const undone = (await journal.runs.get(undoes.run))?.undoes;
    if (undone !== undefined && isTakeBack(undone)) await journal.conflicts.noteTakenBack(undone.conflicts, null);
  }
  return { counters: await proposeHeld(work) };
}

/**
 * M6: counts the values that would be cleared, before the first write. It counts what the run has filled, by the journal: perhaps more than
 * there is left to clear.
 */
async function countErasures(work: SliceWork, source: Source): Promise<{ readonly holds: Holds; readonly wouldHold: Counters }> {
  let counts = noCounts;
  let links = 0;
  for (let after: string | null = null; ;) {
    const { items, next }: Awaited<ReturnType<Source>> = await source(after);
    links += items.length;
    counts = addPlans(
      counts,
      items.map((wanted) => ({ braked: erasuresOf(work, wanted), isFirstMerge: false })),
    );
    if (next === null) break;
    after = next;
  }
  const verdicts = await verdictsOfPhase(work);
  if (!mayExceedBrakes(links, work.mapping.brakes)) return { holds: await heldByVerdicts(work, verdicts), wouldHold: {} };
  const holds = await decideHolds(work, counts, verdicts);
  return { holds, wouldHold: work.run.mode === 'preview' ? effectsOf(counts, holds.lists()) : {} };
}

async function takeBackPage(work: SliceWork, page: readonly Wanted[], holds: Holds, journal: TenantStore): Promise<void> {
  const { states, missing } = await lookAt(work, page);
  const wantedOf = new Map(page.map((wanted) => [wanted.linkId, wanted]));
  const planner = (input: UpdateInput): UpdatePlan => {
    const wanted = wantedOf.get(input.link.id);
    if (wanted === undefined) throw new Error('A link is planned that nothing is taken back of.');
    return wanted.plan(input).plan;
  };
  const { plans, past } = await planAll(work, states, { holds, planner });
  holds.trust(plans.map(({ plan }) => plan));
  await holds.note(plans.map(({ plan }) => plan));
  // An attempt may have died between its write and its note. Without the note, nobody could undo this run.
  await noteUnwritten(work, { plans, past, takesBack: true });
  await writeLinks(
    work,
    plans.filter(({ plan }) => hasWrites(plan)),
    holds,
    { planner },
  );
  const after = await lookAt(work, page, { isAgain: true });
  const judged = { holds, planner };
  const { plans: left } = await planAll(work, after.states, judged);
  await leave(work, { page, missing, left });
  await noteTakenBack(work, { page, left, missing }, journal);
}

async function planAll(
  work: SliceWork,
  states: readonly LinkState[],
  { holds, planner }: Pick<Judged, 'holds' | 'planner'>,
): Promise<{ readonly plans: readonly Planned[]; readonly past: PastFailures }> {
  const past = await loadPastFailures(
    work,
    states.map(({ link }) => link.id),
  );
  const judged: Judged = { past, holds, ...(planner !== undefined && { planner }) };
  return { plans: states.map((state) => ({ state, plan: planOf(work, state, judged) })), past };
}
