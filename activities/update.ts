import type { OfficerndRecord } from '../connectors/officernd/officernd-connector';
import { officerndResourceOf } from '../domain/entity';
import type { Side } from '../domain/entity';
import type { HubSpotId } from '../domain/ids';
import type { Link } from '../domain/link';
import { hasWrites, planUpdate } from '../domain/plan-update';
import type { UpdatePlan } from '../domain/plan-update';
import type { Failure } from '../store/store';
import type { HubSpotActivities } from './api';
import type { ActivityDeps } from './deps';
import { inParallel } from './in-parallel';
import { loadPastFailures } from './past-failures';
import type { PastFailures } from './past-failures';
import { officerndObservation, readHubSpot } from './read-records';
import { createRecordCalls, reasonOf } from './record-calls';
import type { CallOutcome, RecordCalls } from './record-calls';
import { noteSettled, withoutSettled } from './settled';
import { conflictOf, writeRound } from './update-round';
import type { LinkState, ReadyWrite, Written } from './update-round';
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
    const plans = pending.map((state) => ({ state, plan: plan(work, state, past) }));
    await settle(
      work,
      plans.filter((one) => !hasWrites(one.plan)).map((one) => one.plan),
    );
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
    const { ready, turned, failed } = await readTargets(work, wanted, past, calls);
    await past.note(failed);
    const written = await writeRound(work, ready, calls);
    await noteOutcomes(written, past);
    pending = [...turned, ...written.filter((one) => isToBePlannedAgain(one)).map(({ after }) => after)];
  }
  return states.length;
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

const plan = (work: SliceWork, state: LinkState, past: PastFailures): UpdatePlan =>
  planUpdate({
    ...state,
    fields: work.fields,
    context: work.context,
    portalId: work.mapping.portalId,
    pipelineId: work.mapping.pipelineId,
    wasRefused: (side, field, value) => past.wasRefused(state.link, side, field, value),
  });

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

interface Wanted {
  readonly state: LinkState;
  readonly plan: UpdatePlan;
}

interface Targets {
  readonly ready: readonly ReadyWrite[];
  /** Somebody's edit has turned a write towards a side that was not read: the next round reads that one, too. */
  readonly turned: readonly LinkState[];
  /** Records that could not be read (A4). */
  readonly failed: readonly Failure[];
}

/** M8: reads every record that is about to be written once more, and plans afresh with what it holds now. */
async function readTargets(work: SliceWork, wanted: readonly Wanted[], past: PastFailures, calls: RecordCalls): Promise<Targets> {
  const { entity } = work.input;
  const writesTo = (side: Side) =>
    wanted.filter(
      ({ plan: { officerndChanges, hubspotChanges } }) => Object.keys(side === 'officernd' ? officerndChanges : hubspotChanges).length > 0,
    );
  const hubspotIds = writesTo('hubspot').map(({ state }): HubSpotId => state.link.hubspotId);
  const hubspot = await readHubSpot(work, entity, hubspotIds, new Map(wanted.map(({ state }) => [state.hubspot.id, state.hubspot])));
  const officernd = new Map(
    await inParallel(writesTo('officernd'), async ({ state }): Promise<[string, CallOutcome<OfficerndRecord | null>]> => [
      state.link.id,
      await calls.make(() => work.officernd.readOne(officerndResourceOf[entity], state.link.officerndId, { signal: work.signal })),
    ]),
  );
  const ready: ReadyWrite[] = [];
  const turned: LinkState[] = [];
  const failed: Failure[] = [];
  for (const { state } of wanted) {
    const { link } = state;
    const askedHubSpot = hubspotIds.includes(link.hubspotId);
    const h = hubspot.get(link.hubspotId);
    const answer = officernd.get(link.id);
    if (answer?.kind === 'failed') {
      failed.push(past.ofRecord(state, reasonOf(answer.error)));
      continue;
    }
    // Gone, or merged into another record: the next run's first phase looks after it.
    if ((askedHubSpot && h?.id !== link.hubspotId) || answer?.value === null) continue;
    const record = answer?.value ?? null;
    const fresh: LinkState = {
      ...state,
      hubspot: h ?? state.hubspot,
      officernd: record === null ? state.officernd : officerndObservation(work, entity, record),
    };
    const again = plan(work, fresh, past);
    const isUnread =
      (!askedHubSpot && Object.keys(again.hubspotChanges).length > 0) ||
      (record === null && Object.keys(again.officerndChanges).length > 0);
    if (isUnread) turned.push(fresh);
    else ready.push({ state: fresh, plan: again, officerndRecord: record });
  }
  return { ready, turned, failed };
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

/** After a write there may be side effects to merge (M11), after a refusal of single fields the others to send (M10). */
const isToBePlannedAgain = ({ outcomes }: Written): boolean =>
  Object.values(outcomes).every(
    (outcome) => outcome.kind === 'written' || (outcome.kind === 'refused' && outcome.refusedFields.length > 0),
  );
