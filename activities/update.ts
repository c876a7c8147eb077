import { chunksOf } from '../domain/chunks';
import { sides } from '../domain/entity';
import type { Side } from '../domain/entity';
import { hasWrites, writesTo } from '../domain/plan-update';
import type { UpdatePlan } from '../domain/plan-update';
import type { OpenLink } from '../store/comparisons';
import type { Failure } from '../store/failures';
import type { HubSpotActivities } from './api';
import type { ActivityDeps } from './deps';
import { loadPastFailures } from './past-failures';
import type { PastFailures } from './past-failures';
import { planOf, readTargets } from './read-targets';
import type { WriteTools } from './read-targets';
import { createRecordCalls } from './record-calls';
import { countSettled, noteSettled } from './settled';
import { conflictOf, writeRound } from './update-round';
import type { LinkState, Written } from './update-round';
import { runSlice } from './work';
import type { SliceWork, StepResult } from './work';

/**
 * A batch of links ends when so many are to be written to a side. Of HubSpot's it is a call; of OfficeRnD's few enough that a slice ends in time where few
 * writes a minute are allowed, and more than HubSpot's, whose calls are to be full where as many changes go either way.
 */
const BATCH: Readonly<Record<Side, number>> = { officernd: 120, hubspot: 100 };
/** So many links that are not settled are compared at once. */
const COMPARED = 500;
/** Where changes go both ways, the next batch may take so many links more than the last to be full. */
const SPREAD = 50;
/**
 * A write may have side effects on other mapped fields (M11), which the next round merges. They settle in two; more than this means that both
 * sides keep rewriting each other's values, and the record is reported rather than chased.
 */
const ROUNDS = 4;

/** Phase 3. */
export const createUpdateActivities = (deps: ActivityDeps): Pick<HubSpotActivities, 'updateLinks'> => ({
  updateLinks: (input) => runSlice(deps, 'update', input, createUpdateStep()),
});

type Step = (work: SliceWork, cursor: string | null) => Promise<StepResult>;

/** Merges links that are not settled until there are as many to write as make a batch. Make one for each slice. */
function createUpdateStep(): Step {
  let most = COMPARED;
  return async (work, cursor) => {
    const { comparisons } = work.store;
    // A link that is settled has both its records: phase 1 reopens the others.
    const settled = cursor === null ? await countSettled(work) : 0;
    const { items, next } = await comparisons.pageOpen(work.input.entity, { after: cursor, limit: most });
    const { compared, enough, stoppedAt } = await mergeLinks(work, items);
    most = enough;
    return { cursor: stoppedAt ?? next, counters: { compared: settled + compared } };
  };
}

interface Merged {
  /** How many of the links have both records. */
  readonly compared: number;
  /** So many links are likely to make the next batch; comparing more would be in vain. */
  readonly enough: number;
  /** The last link that was merged, where others were left. */
  readonly stoppedAt: string | null;
}

/** Merges the two records of each link, in order, until there are as many to write as make a batch. */
async function mergeLinks(work: SliceWork, links: readonly OpenLink[]): Promise<Merged> {
  if (links.length === 0) return { compared: 0, enough: COMPARED, stoppedAt: null };
  const states = await loadStates(work, links);
  const past = await loadPastFailures(
    work,
    states.map(({ link }) => link.id),
  );
  const calls = createRecordCalls(work.signal);
  const { plans, enough, stoppedAt } = firstBatch(states.map((state) => ({ state, plan: planOf(work, state, past) })));
  let wanted = await settleRound(work, plans, past);
  await noteSettled(work, inOrder(plans, past));
  const touched = wanted.map(({ state }) => state.link.id);
  for (let round = 1; wanted.length > 0; round += 1) {
    if (round > ROUNDS) {
      await past.note(wanted.map(({ state }) => past.ofRecord(state, 'does-not-settle')));
      break;
    }
    const pending = await writeWanted(work, wanted, { past, calls });
    wanted = await settleRound(
      work,
      pending.map((state) => ({ state, plan: planOf(work, state, past) })),
      past,
    );
  }
  await settleTouched(work, touched, past);
  return { compared: plans.length, enough, stoppedAt };
}

/** What was looked at anew or written is settled by what is stored of it now: that alone is what the next reading is held against. */
async function settleTouched(work: SliceWork, linkIds: readonly string[], past: PastFailures): Promise<void> {
  const states = await loadStates(work, await work.store.comparisons.openAmong(work.input.entity, linkIds));
  const plans = states.map((state) => ({ state, plan: planOf(work, state, past) })).filter(({ plan }) => !plan.snapshotChanged);
  await noteSettled(work, inOrder(plans, past));
}

/** Those with nothing to write, nothing to report again in the next run, and nothing that has failed. */
const inOrder = (plans: readonly Planned[], past: PastFailures): readonly LinkState[] =>
  plans.filter(({ state, plan }) => !hasWrites(plan) && plan.changes.length === 0 && !past.concern(state.link)).map(({ state }) => state);

/** The plans up to the one that fills a batch of writes. */
function firstBatch(plans: readonly Planned[]): Pick<Merged, 'enough' | 'stoppedAt'> & { readonly plans: readonly Planned[] } {
  const writes: Record<Side, number> = { officernd: 0, hubspot: 0 };
  const last = plans.findIndex(({ plan }) => {
    for (const side of sides) writes[side] += writesTo(plan, side) ? 1 : 0;
    return sides.some((side) => writes[side] === BATCH[side]);
  });
  if (last === -1) return { plans, enough: COMPARED, stoppedAt: null };
  const batch = plans.slice(0, last + 1);
  return {
    plans: batch,
    enough: Math.min(COMPARED, batch.length + (writes.hubspot > 0 && writes.officernd > 0 ? SPREAD : 0)),
    stoppedAt: batch.length === plans.length ? null : (batch.at(-1)?.state.link.id ?? null),
  };
}

/** Notes what there is to note of links without anything to write, and answers the others. */
async function settleRound(work: SliceWork, plans: readonly Planned[], past: PastFailures): Promise<readonly Planned[]> {
  const settled = plans.filter((one) => !hasWrites(one.plan)).map((one) => one.plan);
  await settle(work, settled);
  await past.forgetSettled(settled);
  return plans.filter(({ state, plan }) => hasWrites(plan) && !past.isParked(state));
}

/**
 * Writes one side after the other, and answers the links to be planned again. Between the look at a record and its write lie few other writes
 * (M8): OfficeRnD takes one record a call, and often few a minute; HubSpot takes a batch.
 */
async function writeWanted(work: SliceWork, wanted: readonly Planned[], tools: WriteTools): Promise<readonly LinkState[]> {
  const newest = new Map(wanted.map(({ state }) => [state.link.id, state]));
  const again = new Set<string>();
  const closed = new Set<string>();
  for (const side of ['officernd', 'hubspot'] as const) {
    const targets = wanted.filter(({ plan }) => writesTo(plan, side)).map(({ state }) => state.link.id);
    for (const ids of chunksOf(targets, CHUNK[side])) {
      const states = ids.flatMap((id) => (closed.has(id) ? [] : (newest.get(id) ?? [])));
      const { ready, turned, failed, gone } = await readTargets(work, side, states, tools);
      await tools.past.note(failed);
      const written = await writeRound(work, ready, tools.calls);
      await noteOutcomes(written, tools.past);
      for (const state of turned) newest.set(state.link.id, state);
      for (const { after } of written) newest.set(after.link.id, after);
      for (const { link } of turned) again.add(link.id);
      for (const one of written) (isToBePlannedAgain(one) ? again : closed).add(one.after.link.id);
      for (const id of [...gone, ...failed.map(({ subject }) => subject)]) closed.add(id);
    }
  }
  return [...again].flatMap((id) => (closed.has(id) ? [] : (newest.get(id) ?? [])));
}

/** So many records are looked at and then written together. */
const CHUNK: Readonly<Record<Side, number>> = { officernd: 12, hubspot: BATCH.hubspot };

interface Planned {
  readonly state: LinkState;
  readonly plan: UpdatePlan;
}

/** The links of a page whose two records this run has seen; the others are phase 1's business. */
async function loadStates(work: SliceWork, links: readonly OpenLink[]): Promise<readonly LinkState[]> {
  const { store, run, input } = work;
  const [officernd, hubspot, snapshots] = await Promise.all([
    store.observations.byIds(
      run.generation,
      'officernd',
      input.entity,
      links.map((link) => link.officerndId),
    ),
    store.observations.byIds(
      run.generation,
      'hubspot',
      input.entity,
      links.map((link) => link.hubspotId),
    ),
    store.snapshots.byLinkIds(links.map(({ id }) => id)),
  ]);
  return links.flatMap((link) => {
    const [o, h] = [officernd.get(link.officerndId), hubspot.get(link.hubspotId)];
    return o === undefined || h === undefined ? [] : [{ link, officernd: o, hubspot: h, snapshot: snapshots.get(link.id) ?? {} }];
  });
}

/** Links with nothing to write: agreements become bases (M1), differences that stay are reported, and writes that a crash left unnoted are. */
async function settle(work: SliceWork, plans: readonly UpdatePlan[]): Promise<void> {
  const { store, run, input } = work;
  const changed = plans.filter(({ snapshotChanged }) => snapshotChanged);
  await store.snapshots.save(new Map(changed.map(({ link, snapshot }) => [link.id, snapshot])), input.entity);
  await store.conflicts.record(
    plans.flatMap(({ link, changes }) =>
      changes.filter(({ action }) => action === 'drift').map((change) => conflictOf(work, link, 'drift', change)),
    ),
  );
  const hubspotIds = changed.map(({ link }) => link.hubspotId);
  if (hubspotIds.length === 0) return;
  const left = await store.operations.page(
    run.id,
    { phase: 'update', entity: input.entity, state: 'planned', hubspotIds },
    { after: null, limit: 2 * hubspotIds.length },
  );
  await store.operations.setState(
    run.id,
    left.items.map(({ id }) => id),
    'applied',
  );
}

/** M10: what was refused is remembered by its value; a record that works again has its failures forgotten. */
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
      failures.push(
        ...(refused.length === 0
          ? [past.ofRecord(after, outcome.reason)]
          : refused.map((field) => past.ofField(before, side, field, outcome.reason))),
      );
    }
  }
  await past.note(failures);
  await past.forgive(written.filter(({ outcomes }) => Object.values(outcomes).every(({ kind }) => kind === 'written')));
}

/**
 * After a write there may be side effects to merge (M11), after a refusal of single fields the others to send (M10), after an answer that leaves
 * the record out the same again.
 */
const isToBePlannedAgain = ({ outcomes }: Written): boolean =>
  Object.values(outcomes).every(
    (outcome) =>
      outcome.kind === 'written' || outcome.kind === 'unaccounted' || (outcome.kind === 'refused' && outcome.refusedFields.length > 0),
  );
