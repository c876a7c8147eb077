import { PAGE_SIZE } from '../../connectors/hubspot/records';
import { chunksOf } from '../../domain/chunks';
import type { Side } from '../../domain/entity';
import { hasWrites, writesTo } from '../../domain/plan-update';
import type { Failure } from '../../store/failures';
import { noteUnwritten, planOf, settleTouched } from './compare';
import type { Planned } from './compare';
import type { Holds } from './holds';
import { LINK_ID_FIELD, loadPastFailures } from './past-failures';
import type { PastFailures } from './past-failures';
import { readTargets } from './targets';
import type { WriteTools } from './targets';
import { createRecordCalls } from '../slice/calls-per-record';
import { writeRound } from './write-round';
import type { LinkState, ReadyWrite, WriteOutcome, Written } from './link-state';
import type { SliceWork } from '../slice/run-slice';

/**
 * Most rounds for one batch. A write may have side effects on other mapped fields (M11), which the next round merges. They settle in two
 * rounds. If they need more, both sides keep rewriting each other's values, and the record is reported.
 */
const ROUNDS = 4;

/** Writes what a batch of links needs, round after round, until nothing is left to write or the records have failed. */
export async function writeLinks(work: SliceWork, batch: readonly Planned[], holds: Holds): Promise<void> {
  if (batch.length === 0) return;
  const ids = batch.map(({ state }) => state.link.id);
  const past = await loadPastFailures(work, ids);
  const tools = { past, holds, calls: createRecordCalls(work.signal) };
  let wanted = batch;
  for (let round = 1; wanted.length > 0; round += 1) {
    if (round > ROUNDS) {
      await past.note(wanted.map(({ state }) => past.ofRecord(state, 'does-not-settle')));
      break;
    }
    const pending = await writeWanted(work, wanted, tools);
    const plans = pending.map((state) => ({ state, plan: planOf(work, state, tools) }));
    await holds.note(plans.map(({ plan }) => plan));
    await noteUnwritten(work, { plans, past });
    wanted = plans.filter(({ state, plan }) => hasWrites(plan) && !past.isParked(state));
  }
  await settleTouched(work, ids, tools);
}

/** Records that are read again and then written together: OfficeRnD takes one record a call, HubSpot a hundred. */
const CHUNK: Readonly<Record<Side, number>> = { officernd: 12, hubspot: PAGE_SIZE };

/**
 * Writes one side after the other. Returns the links to be planned again. Only a few other writes come between reading a record again and
 * writing it (M8).
 */
async function writeWanted(work: SliceWork, wanted: readonly Planned[], tools: WriteTools): Promise<readonly LinkState[]> {
  const newest = new Map(wanted.map(({ state }) => [state.link.id, state]));
  const again = new Set<string>();
  const closed = new Set<string>();
  for (const side of ['officernd', 'hubspot'] as const) {
    const targets = wanted.filter(({ plan }) => writesTo(plan, side)).map(({ state }) => state.link.id);
    for (const ids of chunksOf(targets, CHUNK[side])) {
      const states = ids.flatMap((id) => (closed.has(id) ? [] : (newest.get(id) ?? [])));
      const { ready, toReplan, failed, gone } = await readTargets(work, side, states, tools);
      await tools.past.note(failed);
      const written = await writeRound(work, ready, tools.calls);
      await noteOutcomes(written, tools.past);
      for (const state of toReplan) newest.set(state.link.id, state);
      for (const { after } of written) newest.set(after.link.id, after);
      for (const { link } of toReplan) again.add(link.id);
      for (const one of written) (isToBePlannedAgain(one) ? again : closed).add(one.after.link.id);
      for (const id of [...gone, ...failed.map(({ subject }) => subject)]) closed.add(id);
    }
  }
  return [...again].flatMap((id) => (closed.has(id) ? [] : (newest.get(id) ?? [])));
}

/** Whether a side has refused the link id that was sent; the bag as a whole counts where nothing else of it was sent. */
const refusesLinkId = ({ plan }: ReadyWrite, side: Side, { refusedFields }: Extract<WriteOutcome, { kind: 'refused' }>): boolean =>
  side === 'officernd' && plan.linkIdChange !== null && refusedFields.some(({ property }) => property === LINK_ID_FIELD);

/** M10: remembers what was refused by its value. Forgets the failures of records that were written. */
async function noteOutcomes(written: readonly Written[], past: PastFailures): Promise<void> {
  const failures: Failure[] = [];
  for (const { before, after, outcomes } of written) {
    for (const side of ['officernd', 'hubspot'] as const) {
      const outcome = outcomes[side];
      if (outcome?.kind !== 'refused') continue;
      const refused = past.fieldsOf(
        before,
        side,
        outcome.refusedFields.map(({ property }) => property),
      );
      failures.push(...refused.map((field) => past.ofField(before, side, field, outcome.reason)));
      const isOfLinkId = refusesLinkId(before, side, outcome);
      if (isOfLinkId) failures.push(past.ofLinkId(before, outcome.reason));
      if (refused.length > 0 || isOfLinkId) continue;
      const named = outcome.refusedFields.map(({ property, reason }) => `${property} (${reason})`).join(', ');
      failures.push(named === '' ? past.ofRecord(after, outcome.reason) : past.ofOther(after, named));
    }
  }
  await past.note(failures);
  await past.forgive(written.filter(({ outcomes }) => Object.values(outcomes).every(({ kind }) => kind === 'written')));
}

/**
 * Whether a link has to be planned again. Reasons, by outcome of a side:
 *
 * | outcome                   | reason                                            |
 * | ------------------------- | ------------------------------------------------- |
 * | `written`                 | side effects of the write have to be merged (M11) |
 * | `refused`, fields named   | the other fields have to be sent (M10)            |
 * | `unaccounted`             | the same may have to be sent again                |
 * | `refused`, no field named | none: the record has failed                       |
 * | `vanished`                | none: the next run deals with it                  |
 */
const isToBePlannedAgain = ({ outcomes }: Written): boolean =>
  Object.values(outcomes).every(
    (outcome) =>
      outcome.kind === 'written' || outcome.kind === 'unaccounted' || (outcome.kind === 'refused' && outcome.refusedFields.length > 0),
  );
