import { LINK_PATH, linkIdOf } from '../../domain/ids';
import { pairId, pairOf } from '../../domain/link';
import type { FieldBase, Link } from '../../domain/link';
import type { OperationKind } from '../../domain/operation';
import { baseAfterUndo, basesWithSideEffects, fieldWritesOf, planUndo } from '../../domain/plan-undo';
import { baseAfterWrite, planForSide, writesTo } from '../../domain/plan-update';
import type { UpdatePlan } from '../../domain/plan-update';
import { decideLinkUndo, linkIdBefore } from '../../domain/undo-links';
import { PORTAL } from './model-mapping';
import type { Effect, Run, ValueWrite } from './model-run';
import { effect, note, readAgain } from './model-run';
import { activate, activeByHubSpot, activeByOfficernd, retireUndone } from './model-store';
import { inputOf, lookAgain, valueWriteOf, write } from './model-update';
import type { LinkState } from './model-update';
import { writeRecord } from './model-vendors';

/** The model's undo: plans with `planUndo` and `decideLinkUndo` (activities/update/undo, activities/unlink/plan-undo.ts). */
export function takeBackAll(run: Run, undone: Run): void {
  // Newest first: an undo has done links last.
  if (undone.undoes !== null) takeBackLinks(run, undone);
  takeBackValues(run, undone);
  if (undone.undoes === null) takeBackLinks(run, undone);
}

function takeBackValues(run: Run, undone: Run): void {
  for (const side of ['hubspot', 'officernd'] as const) {
    const writes = undone.journal.filter((one) => one.side === side);
    for (const id of new Set(writes.map(({ link }) => link.id))) {
      const ofLink = writes.filter(({ link }) => link.id === id).toReversed();
      const [newest] = ofLink;
      if (newest !== undefined) takeBackSide(run, undone, newest.link, ofLink);
    }
  }
}

function takeBackSide(run: Run, undone: Run, { id, entity }: Link, journal: readonly ValueWrite[]): void {
  const link = run.world.store.links.get(id);
  const fieldsOf = ({ mapping }: Run) => mapping.fields.filter((field) => field.entity === entity);
  const writes = journal.flatMap(({ changes }) => fieldWritesOf(changes, fieldsOf(undone), fieldsOf(run), run.context));
  const leaveAll = (why: 'link-ended' | 'record-gone') => writes.forEach(({ field }) => run.left.push({ linkId: id, field, why }));
  if (link?.state !== 'active') return leaveAll('link-ended');
  const officernd = readAgain(run, 'officernd', entity, link.officerndId);
  const hubspot = readAgain(run, 'hubspot', entity, link.hubspotId);
  if (officernd === null || hubspot === null || hubspot.id !== link.hubspotId) return leaveAll('record-gone');
  const state: LinkState = { link, officernd, hubspot, snapshot: run.world.store.snapshots.get(id) ?? {} };
  const { plan, left } = planUndo(inputOf(run, state), writes);
  for (const { change, why } of left) run.left.push({ linkId: id, field: change.field, why });
  for (const side of ['officernd', 'hubspot'] as const) if (writesTo(plan, side)) writeBack(run, state, planForSide(plan, side), side);
}

function writeBack(run: Run, before: LinkState, plan: UpdatePlan, side: 'officernd' | 'hubspot'): void {
  const { store } = run.world;
  note(run, 'base', () => store.snapshots.set(plan.link.id, plan.snapshot));
  if (!write(run, before, plan, side)) {
    note(run, 'base', () => store.snapshots.set(plan.link.id, before.snapshot));
    return;
  }
  const after = lookAgain(run, before, side) ?? before;
  run.journal.push(valueWriteOf(run, plan, side, { before, after }));
  const bases: Record<string, FieldBase> = { ...plan.snapshot };
  const fields = run.mapping.fields.filter(({ entity }) => entity === plan.link.entity);
  for (const { field: key } of plan.changes) {
    const field = fields.find((one) => one.key === key);
    if (field !== undefined)
      bases[key] = baseAfterUndo(side, baseAfterWrite(field, after.officernd, after.hubspot, run.context), bases[key]);
  }
  const all = basesWithSideEffects(bases, { plan, fields, context: run.context, side, before: before[side], after: after[side] });
  note(run, 'base', () => store.snapshots.set(plan.link.id, all));
}

type LinkEffect = Extract<Effect, { kind: 'link' | 'unlink' }>;

function takeBackLinks(run: Run, undone: Run): void {
  const effects = undone.effects.filter((one): one is LinkEffect => one.kind === 'link' || one.kind === 'unlink');
  for (const one of effects.toReversed()) takeBackLink(run, undone, one);
}

const kindOf = ({ kind, rule }: LinkEffect): OperationKind =>
  kind === 'unlink' ? 'unlink' : rule === 'L6' ? 'create' : rule === 'U3' ? 'relink' : 'link';

function takeBackLink(run: Run, undone: Run, made: LinkEffect): void {
  const { store } = run.world;
  const { id, rule } = made;
  const entity = entityOf(id);
  const { officerndId, hubspotId } = pairOf(id);
  const operation = { kind: kindOf(made), reason: rule };
  const areThere =
    readAgain(run, 'officernd', entity, officerndId) !== null && readAgain(run, 'hubspot', entity, hubspotId)?.id === hubspotId;
  const verdict = decideLinkUndo({
    operation,
    run: undone.now,
    link: store.links.get(id),
    isElsewhere: activeByHubSpot(store, entity, hubspotId) !== undefined || activeByOfficernd(store, entity, officerndId) !== undefined,
    areThere,
  });
  const own = linkIdOf(PORTAL, hubspotId);
  const pair = { entity, officerndId, hubspotId };
  switch (verdict.kind) {
    case 'done':
      return;
    case 'left':
      run.left.push({ linkId: id, field: null, why: verdict.why });
      return;
    case 'retire': {
      const noted = undone.journal.findLast(({ link, linkIdBefore: before }) => link.id === id && before !== undefined)?.linkIdBefore;
      setLinkId(run, pair, own, linkIdBefore(operation, noted, own));
      note(run, 'suppress', () => store.suppressed.add(`${entity}/${hubspotId}`));
      effect(run, { kind: 'unlink', rule: 'X2', id }, () => retireUndone(store, id, run.now));
      return;
    }
    case 'restore': {
      const present = run.seen.officernd[entity].get(officerndId)?.linkId ?? null;
      effect(run, { kind: 'link', rule: 'X2', id }, () =>
        activate(store, { ...pair, origin: 'restored', linkedAt: run.now, pairedAt: run.now }),
      );
      note(run, 'unsuppress', () => store.suppressed.delete(`${entity}/${hubspotId}`));
      setLinkId(run, pair, present, own);
    }
  }
}

function setLinkId(
  run: Run,
  { entity, officerndId, hubspotId }: Pick<Link, 'entity' | 'officerndId' | 'hubspotId'>,
  from: string | null,
  to: string | null,
) {
  const record = run.world.vendors.officernd[entity].get(officerndId);
  if (record === undefined || (record.values[LINK_PATH] ?? null) !== from || from === to) return;
  const changes = { [LINK_PATH]: to };
  effect(run, { kind: 'write', side: 'officernd', entity, id: officerndId, changes }, () =>
    writeRecord(run.world.vendors, run.policy, 'officernd', entity, officerndId, changes),
  );
  const link = run.world.store.links.get(pairId(entity, officerndId, hubspotId));
  if (link !== undefined) run.journal.push({ link, side: 'officernd', changes: [], linkIdBefore: from });
}

function entityOf(id: string): Link['entity'] {
  const [entity] = id.split('/');
  if (entity !== 'company' && entity !== 'member' && entity !== 'opportunity') throw new Error(`${id} names no link.`);
  return entity;
}
