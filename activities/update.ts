import type { Side } from '../domain/entity';
import type { Link } from '../domain/link';
import { hasWrites, writesTo } from '../domain/plan-update';
import type { UpdatePlan } from '../domain/plan-update';
import type { Failure } from '../store/store';
import type { HubSpotActivities } from './api';
import type { ActivityDeps } from './deps';
import { loadPastFailures } from './past-failures';
import type { PastFailures } from './past-failures';
import { planOf, readTargets } from './read-targets';
import type { WriteTools } from './read-targets';
import { createRecordCalls } from './record-calls';
import { noteSettled, withoutSettled } from './settled';
import { conflictOf, writeRound } from './update-round';
import type { LinkState, Written } from './update-round';
import { runSlice } from './work';
import type { SliceWork, StepResult } from './work';

/**
 * So many links are merged at a time: a full batch for HubSpot, and few enough that what M8 has read is still fresh when the last one is written,
 * and that a slice ends in time where a vendor takes few writes a minute.
 */
const BATCH = 100;
/** Links that are looked at at once while nothing has changed. */
const PAGE = 500;
/** After so many pages the cursor moves on, whatever was found. */
const PAGES_PER_STEP = 20;
/**
 * A write may have side effects on other mapped fields (M11), which the next round merges. They settle in two; more than this means that both
 * sides keep rewriting each other's values, and the record is reported rather than chased.
 */
const ROUNDS = 4;

/** Phase 3. */
export const createUpdateActivities = (deps: ActivityDeps): Pick<HubSpotActivities, 'updateLinks'> => ({
  updateLinks: (input) => runSlice(deps, 'update', input, updateStep),
});

/** Looks for links that are not settled until they make a batch, and merges those. */
async function updateStep(work: SliceWork, cursor: string | null): Promise<StepResult> {
  const { store, input } = work;
  const open: Link[] = [];
  let after = cursor;
  let settled = 0;
  for (let pages = 0; pages < PAGES_PER_STEP; pages += 1) {
    const { items, next } = await store.links.page(input.entity, { after, limit: pages === 0 ? BATCH : PAGE });
    const unsettled = await withoutSettled(work, items);
    const taken = unsettled.slice(0, BATCH - open.length);
    const last = taken.length < unsettled.length ? taken.at(-1) : undefined;
    open.push(...taken);
    // What does not fit any more is for the next step, which begins after the last one that did.
    const passed = last === undefined ? items.length : items.findIndex(({ id }) => id === last.id) + 1;
    settled += passed - taken.length;
    after = last?.id ?? next;
    if (after === null || open.length === BATCH) break;
  }
  return { cursor: after, counters: { compared: settled + (await mergeLinks(work, open)) } };
}

/** Merges the two records of each link, and answers how many of these links have both. */
async function mergeLinks(work: SliceWork, links: readonly Link[]): Promise<number> {
  if (links.length === 0) return 0;
  const states = await loadStates(work, links);
  const past = await loadPastFailures(
    work,
    states.map(({ link }) => link.id),
  );
  const calls = createRecordCalls(work.signal);
  let pending = states;
  for (let round = 0; pending.length > 0; round += 1) {
    const plans = pending.map((state) => ({ state, plan: planOf(work, state, past) }));
    const settled = plans.filter((one) => !hasWrites(one.plan)).map((one) => one.plan);
    await settle(work, settled);
    await past.forgetSettled(settled);
    await noteSettled(
      work,
      plans.filter(({ state, plan: one }) => isInOrder(one) && !past.concern(state.link)).map(({ state }) => state),
    );
    const wanted = plans.filter(({ state, plan: one }) => hasWrites(one) && !past.isParked(state));
    if (wanted.length === 0) break;
    if (round === ROUNDS) {
      await past.note(wanted.map(({ state }) => past.ofRecord(state, 'does-not-settle')));
      break;
    }
    pending = await writeWanted(work, wanted, { past, calls });
  }
  return states.length;
}

/**
 * Writes one side after the other, and answers the links to be planned again. Between the look at a record and its write lie few other writes
 * (M8): OfficeRnD takes one record a call, and often few a minute; HubSpot takes a batch.
 */
async function writeWanted(work: SliceWork, wanted: readonly Wanted[], tools: WriteTools): Promise<readonly LinkState[]> {
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
const CHUNK: Readonly<Record<Side, number>> = { officernd: 12, hubspot: BATCH };

const chunksOf = <Item>(items: readonly Item[], size: number): readonly (readonly Item[])[] =>
  Array.from({ length: Math.ceil(items.length / size) }, (_, index) => items.slice(index * size, (index + 1) * size));

interface Wanted {
  readonly state: LinkState;
  readonly plan: UpdatePlan;
}

/** Nothing to write, and nothing to report again in the next run. */
const isInOrder = (plan: UpdatePlan): boolean => !hasWrites(plan) && plan.changes.length === 0;

/** The links of a page whose two records this run has seen; the others are phase 1's business. */
async function loadStates(work: SliceWork, links: readonly Link[]): Promise<readonly LinkState[]> {
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
    { after: null, limit: 2 * BATCH },
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
