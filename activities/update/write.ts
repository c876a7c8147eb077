import { PAGE_SIZE } from '../../connectors/hubspot/records';
import type { Side } from '../../domain/entity';
import { hasWrites, writesTo } from '../../domain/plan-update';
import type { Failure } from '../../store/failures';
import { noteUnwritten, planOf, settleTouched } from './compare';
import type { Planned } from './compare';
import type { Holds } from './holds';
import { loadPastFailures } from './past-failures';
import type { PastFailures, TriedAgain } from './past-failures';
import { isOfOther } from './refusal';
import { readTargets, takePlaces } from './targets';
import type { WriteTools } from './targets';
import { createRecordCalls } from '../slice/calls-per-record';
import { writeRound } from './write-round';
import type { LinkState, Written } from './link-state';
import type { SliceWork } from '../slice/run-slice';
import { createRounds } from '../slice/short-pause';

/**
 * Most rounds for one batch. A write may have side effects on other mapped fields (M11), which the next round merges. They settle in two
 * rounds. If they need more, both sides keep rewriting each other's values, and the record is reported.
 */
const ROUNDS = 4;

interface WriteOptions extends Pick<WriteTools, 'planner'> {
  /** Names the refused values that are tried once more (M10). */
  readonly again?: TriedAgain;
}

/**
 * Writes what a batch of links needs, round after round, until nothing is left to write or the records have failed. Returns whether a value
 * was refused because another record holds it (M10).
 */
export async function writeLinks(
  work: SliceWork,
  batch: readonly Planned[],
  holds: Holds,
  { again, planner }: WriteOptions = {},
): Promise<boolean> {
  if (batch.length === 0) return false;
  const ids = batch.map(({ state }) => state.link.id);
  const past = await loadPastFailures(work, ids, again);
  const tools: WriteTools = { past, holds, calls: createRecordCalls(work.signal), ...(planner !== undefined && { planner }) };
  let wanted = batch;
  for (let round = 1; wanted.length > 0; round += 1) {
    if (round > ROUNDS) {
      await past.note(wanted.map(({ state }) => past.ofRecord(state, 'does-not-settle')));
      break;
    }
    const pending = await finishSearches(work, await writeWanted(work, wanted, tools), tools);
    const plans = pending.map((state) => ({ state, plan: planOf(work, state, tools) }));
    await holds.note(plans.map(({ plan }) => plan));
    await noteUnwritten(work, { plans, past, takesBack: planner !== undefined });
    wanted = plans.filter(({ state, plan }) => hasWrites(plan) && !past.isParked(state));
  }
  // Only a sync's plan tells whether a link needs no comparison.
  if (planner === undefined) await settleTouched(work, ids, tools);
  return past.areHeldElsewhere();
}

/** Most rounds of searches for one batch. Each search ends by itself; this ends one whose writes are never accounted for. */
const SEARCH_ROUNDS = 60;

/**
 * M10: finds fields that a vendor refuses without naming them. Accepted fields stay written, and the searches of a batch share their
 * rounds. Returns the links to be planned again.
 */
async function finishSearches(work: SliceWork, pending: readonly LinkState[], tools: WriteTools): Promise<readonly LinkState[]> {
  const { past } = tools;
  const newest = new Map(pending.map((state) => [state.link.id, state]));
  for (let round = 1; ; round += 1) {
    const searching = [...newest.values()].filter(({ link }) => past.searches.isUnderWay(link.id));
    if (searching.length === 0) return [...newest.values()];
    if (round > SEARCH_ROUNDS) {
      for (const { link } of searching) past.searches.end(link.id);
      continue;
    }
    const wanted = searching.map((state) => ({ state, plan: planOf(work, state, tools) })).filter(({ plan }) => hasWrites(plan));
    for (const { state } of wanted) newest.delete(state.link.id);
    for (const state of await writeWanted(work, wanted, tools)) newest.set(state.link.id, state);
  }
}

/** Most records that are read again and then written together: OfficeRnD takes one record a call, HubSpot a hundred. */
const CHUNK: Readonly<Record<Side, number>> = { officernd: 12, hubspot: PAGE_SIZE };
/** For OfficeRnD after a round that met a refusal: each round costs a pause, so there are to be fewer of them. The limits give out fewer places. */
const CHUNK_BETWEEN_PAUSES = PAGE_SIZE;

/**
 * Writes one side after the other. Returns the links to be planned again. Places in the limits come first, then reading the records again,
 * then writing them (M8).
 */
async function writeWanted(work: SliceWork, wanted: readonly Planned[], tools: WriteTools): Promise<readonly LinkState[]> {
  const newest = new Map(wanted.map(({ state }) => [state.link.id, state]));
  const again = new Set<string>();
  const closed = new Set<string>();
  for (const side of ['officernd', 'hubspot'] as const) {
    const targets = wanted.filter(({ plan }) => writesTo(plan, side)).map(({ state }) => state.link.id);
    let left = targets.flatMap((id) => (closed.has(id) ? [] : (newest.get(id) ?? [])));
    const rounds = createRounds();
    while (left.length > 0) {
      const chunk = side === 'officernd' && rounds.wasRefused() ? CHUNK_BETWEEN_PAUSES : CHUNK[side];
      // S2: the first write goes alone.
      const most = side === 'hubspot' || (await work.guard.isProven()) ? chunk : 1;
      const places = await takePlaces(work, side, Math.min(most, left.length));
      const states = left.slice(0, side === 'officernd' ? places.length : CHUNK[side]);
      left = left.slice(states.length);
      const { ready, toReplan, failed, gone, postponed: unread } = await readTargets(work, side, { states, places }, tools);
      await tools.past.note(failed);
      const { written, postponed: unwritten } = await writeRound(work, ready, tools.calls);
      const failedWhole = await noteOutcomes(written, tools.past);
      await work.guard.check(written.flatMap(({ answer }) => answer ?? []));
      // They come last, when the pause is over: taking their places waits for its end.
      const postponed = [...unread, ...unwritten];
      left = [...left, ...postponed.map(({ state }) => state)];
      rounds.note({ hasDone: postponed.length < states.length, refusal: postponed[0]?.refusal ?? null });
      for (const state of toReplan) newest.set(state.link.id, state);
      for (const { after } of written) newest.set(after.link.id, after);
      for (const { link } of toReplan) again.add(link.id);
      for (const one of written) (isToBePlannedAgain(one) ? again : closed).add(one.after.link.id);
      for (const id of [...gone, ...failedWhole, ...failed.map(({ subject }) => subject)]) closed.add(id);
    }
  }
  for (const id of closed) tools.past.searches.end(id);
  return [...again].flatMap((id) => (closed.has(id) ? [] : (newest.get(id) ?? [])));
}

/** M10: remembers what was refused by its value. Forgets the failures of records that were written. Returns the links that have failed. */
async function noteOutcomes(written: readonly Written[], past: PastFailures): Promise<readonly string[]> {
  const failures: Failure[] = [];
  for (const { before, after, outcomes } of written) {
    for (const side of ['officernd', 'hubspot'] as const) {
      const outcome = outcomes[side];
      if (outcome?.kind === 'written') past.searches.afterAcceptance(after.link.id, side);
      if (outcome?.kind === 'refused') failures.push(...past.ofRefusal(before, after, side, outcome));
    }
  }
  await past.note(failures);
  await past.forgive(written.filter(({ outcomes }) => Object.values(outcomes).every(({ kind }) => kind === 'written')));
  const failed = failures.filter(({ field }) => field === null).map(({ subject }) => subject);
  await past.noteSearches(
    written.map(({ after }) => after),
    failed,
  );
  return failures.filter((failure) => failure.field === null && !isOfOther(failure)).map(({ subject }) => subject);
}

/**
 * Whether a link has to be planned again. Reasons, by outcome of a side:
 *
 * | outcome       | reason                                            |
 * | ------------- | ------------------------------------------------- |
 * | `written`     | side effects of the write have to be merged (M11) |
 * | `refused`     | the other fields have to be sent (M10)            |
 * | `unaccounted` | the same may have to be sent again                |
 * | `vanished`    | none: the next run deals with it                  |
 */
const isToBePlannedAgain = ({ outcomes }: Written): boolean => Object.values(outcomes).every(({ kind }) => kind !== 'vanished');
