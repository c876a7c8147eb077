import type { Entity, Side } from '../../domain/entity';
import { sides } from '../../domain/entity';
import type { FieldBase, Link, Snapshot } from '../../domain/link';
import type { Observation } from '../../domain/observation';
import { baseAfterWrite, hasWrites, planUpdate } from '../../domain/plan-update';
import type { UpdatePlan } from '../../domain/plan-update';
import { canonical, rawOf } from '../../domain/values';
import type { Canonical } from '../../domain/values';
import { PIPELINE, PORTAL } from './model-mapping';
import type { Run } from './model-run';
import { effect, note, readAgain } from './model-run';
import { activeLinks, keepConflict } from './model-store';
import { writeRecord } from './model-vendors';

const ROUNDS = 4;

interface LinkState {
  readonly link: Link;
  readonly officernd: Observation;
  readonly hubspot: Observation;
  readonly snapshot: Snapshot;
}

/** Phase 3 of the model: plans with `planUpdate` and writes, in rounds (activities/update.ts, update-round.ts). */
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

const planOf = (run: Run, state: LinkState): UpdatePlan =>
  planUpdate({
    ...state,
    fields: run.mapping.fields.filter(({ entity }) => entity === state.link.entity),
    context: run.context,
    portalId: PORTAL,
    pipelineId: PIPELINE,
    wasRefused: (side, field, value) => run.world.store.refusals.has(refusalOf(state.link, side, field, value)),
  });

const refusalOf = (link: Link, side: Side, field: string, value: Canonical): string => JSON.stringify([link.id, side, field, value]);

function settle(run: Run, { link, changes, snapshot, snapshotChanged }: UpdatePlan): void {
  if (snapshotChanged) note(run, 'base', () => run.world.store.snapshots.set(link.id, snapshot));
  for (const change of changes) if (change.action === 'drift') run.drift.push({ linkId: link.id, change });
}

/** Reads what is to be written once more and plans afresh (M8), writes, and keeps the bases last. Null ends the record's turn. */
function writeOnce(run: Run, state: LinkState, before: UpdatePlan): LinkState | null {
  const { link } = state;
  const { entity } = link;
  const asked = { officernd: writesTo(before, 'officernd'), hubspot: writesTo(before, 'hubspot') };
  const officernd = asked.officernd ? readAgain(run, 'officernd', entity, link.officerndId) : state.officernd;
  const hubspot = asked.hubspot ? readAgain(run, 'hubspot', entity, link.hubspotId) : state.hubspot;
  if (officernd === null || hubspot?.id !== link.hubspotId) return null;
  const fresh = { ...state, officernd, hubspot };
  const plan = planOf(run, fresh);
  if (sides.some((side) => !asked[side] && writesTo(plan, side))) return null;
  // What already agrees is remembered first: a side effect of the write would else look like a difference that was always there (A2, M11).
  if (plan.snapshotChanged) note(run, 'base', () => run.world.store.snapshots.set(link.id, plan.snapshot));
  for (const { kind, change } of plan.losses)
    note(run, 'conflict', () => keepConflict(run.world.store, { at: run.now, kind, linkId: link.id, change }));
  const written = { officernd: write(run, fresh, plan, 'officernd'), hubspot: false };
  let after: LinkState = written.officernd
    ? { ...fresh, officernd: readAgain(run, 'officernd', entity, link.officerndId) ?? officernd }
    : fresh;
  // The bases of what OfficeRnD has taken come before HubSpot is written: its side effects are changes to them, whoever dies in between (A2).
  if (written.officernd && writesTo(plan, 'hubspot')) keep();
  written.hubspot = write(run, fresh, plan, 'hubspot');
  if (written.hubspot) after = { ...after, hubspot: readAgain(run, 'hubspot', entity, link.hubspotId) ?? hubspot };
  return keep();

  function keep(): LinkState {
    const snapshot = basesAfter(run, plan, { before: fresh, after }, written);
    note(run, 'base', () => run.world.store.snapshots.set(link.id, snapshot));
    return { ...after, snapshot };
  }
}

const writesTo = ({ officerndChanges, hubspotChanges }: UpdatePlan, side: Side): boolean =>
  Object.keys(side === 'officernd' ? officerndChanges : hubspotChanges).length > 0;

/** Answers whether the side took it; a refused field is remembered by its value (M10). */
function write(run: Run, { link, officernd, hubspot }: LinkState, plan: UpdatePlan, side: Side): boolean {
  const { entity } = link;
  const changes = side === 'officernd' ? plan.officerndChanges : plan.hubspotChanges;
  if (Object.keys(changes).length === 0) return false;
  const id = side === 'officernd' ? link.officerndId : link.hubspotId;
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
 * M7: the side that was written holds what it gave back. The other is remembered as it was when its value was taken: what it has become since,
 * by a side effect of its own write, is a change that the next round merges (M11).
 */
function basesAfter(
  run: Run,
  plan: UpdatePlan,
  { before, after }: { before: LinkState; after: LinkState },
  written: Readonly<Record<Side, boolean>>,
): Snapshot {
  const bases: Record<string, FieldBase> = { ...plan.snapshot };
  for (const { field: key, action } of plan.changes) {
    const field = run.mapping.fields.find((one) => one.entity === plan.link.entity && one.key === key);
    if (field === undefined) continue;
    if (action === 'writeOfficernd' && written.officernd) bases[key] = baseAfterWrite(field, after.officernd, before.hubspot, run.context);
    if (action === 'writeHubspot' && written.hubspot) bases[key] = baseAfterWrite(field, before.officernd, after.hubspot, run.context);
  }
  return bases;
}
