import type { Entity, Side } from '../../domain/entity';
import { otherSide, sides } from '../../domain/entity';
import type { FieldBase, Link, Snapshot } from '../../domain/link';
import type { ListedEffect } from '../../domain/listed-effect';
import type { Observation } from '../../domain/observation';
import { writtenBy } from '../../domain/operation';
import type { FieldChange } from '../../domain/operation';
import { baseAfterWrite, hasWrites, planForSide, planUpdate, writesTo } from '../../domain/plan-update';
import type { UpdatePlan } from '../../domain/plan-update';
import type { UpdateInput } from '../../domain/update-input';
import { canonical, rawOf } from '../../domain/values';
import type { Canonical } from '../../domain/values';
import { PIPELINE, PORTAL } from './model-mapping';
import type { Run, ValueWrite } from './model-run';
import { effect, isListed, note, readAgain, rulingsIn } from './model-run';
import { activeLinks, keepConflict } from './model-store';
import { writeRecord } from './model-vendors';

const ROUNDS = 4;

export interface LinkState {
  readonly link: Link;
  readonly officernd: Observation;
  readonly hubspot: Observation;
  readonly snapshot: Snapshot;
}

/** Phase 3 of the model: plans with `planUpdate` and writes, in rounds (activities/update/write.ts, write-round.ts). */
export function updatePhase(run: Run, entity: Entity): void {
  for (const link of activeLinks(run.world.store, entity)) {
    const officernd = run.seen.officernd[entity].get(link.officerndId);
    const hubspot = run.seen.hubspot[entity].get(link.hubspotId);
    if (officernd !== undefined && hubspot !== undefined)
      updateLink(run, { link, officernd, hubspot, snapshot: run.world.store.snapshots.get(link.id) ?? {} });
  }
}

function updateLink(run: Run, start: LinkState): void {
  let state: LinkState | null = start;
  for (let round = 0; state !== null; round += 1) {
    const plan = planOf(run, state);
    if (!hasWrites(plan)) return settle(run, plan);
    if (round === ROUNDS) {
      run.unsettled.push(state.link.id);
      return;
    }
    run.rounds[round] = (run.rounds[round] ?? 0) + 1;
    state = writeOnce(run, state, plan);
  }
}

const planOf = (run: Run, state: LinkState): UpdatePlan => planUpdate(inputOf(run, state));

export const inputOf = (run: Run, state: LinkState): UpdateInput => ({
  ...state,
  prefers: rulingsIn(run, state.link.entity).prefers(state.link.officerndId, state.link.hubspotId),
  fields: run.mapping.fields.filter(({ entity }) => entity === state.link.entity),
  context: run.context,
  portalId: PORTAL,
  pipelineId: PIPELINE,
  isListed: (side, change) => isListed(run, listedAs(state.link, side, change)),
  wasRefused: (side, field, value) => run.world.store.refusals.has(refusalOf(state.link, side, field, value)),
});

const listedAs = ({ entity, officerndId, hubspotId }: Link, side: Side, change: FieldChange): ListedEffect => ({
  phase: 'update',
  entity,
  kind: side === 'officernd' ? 'updateOfficernd' : 'updateHubspot',
  officerndId,
  hubspotId,
  reason: 'merge',
  fields: [change],
});

const refusalOf = (link: Link, side: Side, field: string, value: Canonical): string => JSON.stringify([link.id, side, field, value]);

function settle(run: Run, { link, changes, snapshot, snapshotChanged }: UpdatePlan): void {
  if (snapshotChanged) note(run, 'base', () => run.world.store.snapshots.set(link.id, snapshot));
  for (const change of changes) if (change.action === 'drift') run.drift.push({ linkId: link.id, change });
}

/**
 * One side after the other: reads the record again before the write and plans afresh (M8). Then it keeps agreements and losing values,
 * writes, and keeps the bases. Null ends the record's turn.
 */
function writeOnce(run: Run, state: LinkState, wanted: UpdatePlan): LinkState | null {
  let newest: LinkState | null = state;
  for (const side of sides) if (newest !== null && writesTo(wanted, side)) newest = writeSide(run, newest, side);
  return newest;
}

function writeSide(run: Run, state: LinkState, side: Side): LinkState | null {
  const { link } = state;
  const before = lookAgain(run, state, side);
  if (before === null) return null;
  const plan = planForSide(planOf(run, before), side);
  // After a person's edit there is nothing to write here. The next round merges the edit.
  if (!writesTo(plan, side)) return before;
  for (const { kind, change } of plan.losses)
    note(run, 'conflict', () => keepConflict(run.world.store, { at: run.now, kind, linkId: link.id, change }));
  // Values that agree already are kept first. Otherwise a side effect of the write would look like an old difference (A2, M11).
  if (plan.snapshotChanged) note(run, 'base', () => run.world.store.snapshots.set(link.id, plan.snapshot));
  const isWritten = write(run, before, plan, side);
  const after = (isWritten ? lookAgain(run, before, side) : before) ?? before;
  if (isWritten) run.journal.push(valueWriteOf(run, plan, side, { before, after }));
  const snapshot = basesAfter(run, plan, { before, after }, isWritten ? side : null);
  note(run, 'base', () => run.world.store.snapshots.set(link.id, snapshot));
  return { ...after, snapshot };
}

/** Notes what was there before, and what a vendor has made of what it was sent (activities/update/update-operations.ts). */
export function valueWriteOf(
  run: Run,
  plan: UpdatePlan,
  side: Side,
  { before, after }: { readonly before: LinkState; readonly after: LinkState },
): ValueWrite {
  const changes = plan.changes
    .filter(({ action }) => action === (side === 'officernd' ? 'writeOfficernd' : 'writeHubspot'))
    .map((change) => {
      const field = run.mapping.fields.find(({ entity, key }) => entity === plan.link.entity && key === change.field);
      if (field === undefined) return change;
      const is = rawOf(field, side, after[side].values);
      const from = change.after === undefined ? otherSide(side) : side;
      const isAsSent = canonical(field, side, is, run.context) === canonical(field, from, writtenBy(change), run.context);
      return isAsSent ? change : { ...change, after: is };
    });
  const showsId = side === 'officernd' && plan.linkIdChange !== null;
  return { link: plan.link, side, changes, ...(showsId && { linkIdBefore: before.officernd.linkId }) };
}

/** Reads the record again. Returns null if it is gone or was merged into another: phase 1 of the next run handles it. */
export function lookAgain(run: Run, state: LinkState, side: Side): LinkState | null {
  const { entity, officerndId, hubspotId } = state.link;
  const seen = readAgain(run, side, entity, side === 'officernd' ? officerndId : hubspotId);
  if (seen === null || (side === 'hubspot' && seen.id !== hubspotId)) return null;
  return side === 'officernd' ? { ...state, officernd: seen } : { ...state, hubspot: seen };
}

/** Returns whether the side took it. A refused field is remembered by its value (M10). */
export function write(run: Run, { link, officernd, hubspot }: LinkState, plan: UpdatePlan, side: Side): boolean {
  const { entity } = link;
  const changes = side === 'officernd' ? plan.officerndChanges : plan.hubspotChanges;
  if (Object.keys(changes).length === 0) return false;
  const id = side === 'officernd' ? link.officerndId : link.hubspotId;
  const linkId = side === 'officernd' && plan.linkIdChange !== null ? [plan.linkIdChange] : [];
  run.list.push(...[...plan.changes, ...linkId].map((change) => listedAs(link, side, change)));
  const answer = effect(run, { kind: 'write', side, entity, id, changes }, () =>
    writeRecord(run.world.vendors, run.policy, side, entity, id, changes),
  );
  if (answer.kind === 'written') return true;
  for (const field of run.mapping.fields) {
    const names = side === 'officernd' ? [field.officernd] : field.hubspot;
    if (field.entity !== entity || !answer.properties.some((property) => names.includes(property))) continue;
    const [from, source] = side === 'hubspot' ? (['officernd', officernd] as const) : (['hubspot', hubspot] as const);
    const value = canonical(field, from, rawOf(field, from, source.values), run.context);
    note(run, 'refusal', () => run.world.store.refusals.add(refusalOf(link, side, field.key, value)));
  }
  return false;
}

/**
 * M7: the side that was written holds what it gave back. The other side is kept as it was when its value was taken. A later side effect of
 * its own write is a change that the next round merges (M11).
 */
function basesAfter(
  run: Run,
  plan: UpdatePlan,
  { before, after }: { before: LinkState; after: LinkState },
  written: Side | null,
): Snapshot {
  const bases: Record<string, FieldBase> = { ...plan.snapshot };
  for (const { field: key, action } of plan.changes) {
    const field = run.mapping.fields.find((one) => one.entity === plan.link.entity && one.key === key);
    if (field === undefined) continue;
    if (action === 'writeOfficernd' && written === 'officernd')
      bases[key] = baseAfterWrite(field, after.officernd, before.hubspot, run.context);
    if (action === 'writeHubspot' && written === 'hubspot')
      bases[key] = baseAfterWrite(field, before.officernd, after.hubspot, run.context);
  }
  return bases;
}
