import { entities, sides } from '../../domain/entity';
import type { Entity, Side } from '../../domain/entity';
import type { FieldMapping } from '../../domain/field-mapping';
import type { JsonValue } from '../../domain/json';
import type { Link } from '../../domain/link';
import { canonical, rawOf } from '../../domain/values';
import { hasSideEffects } from './field-cases';
import type { Ran } from './model-engine';
import { observe } from './model-observe';
import { activeLinks } from './model-store';
import type { World } from './model-world';

/** The values that are lost though neither the conflict list nor direction or policy explains it (A3). */
export function lostValues(ran: Ran, start: World): readonly string[] {
  return entities.flatMap((entity) =>
    sides.flatMap((side) =>
      [...start.vendors[side][entity].keys()].flatMap((id) => {
        const fields = ran.run.mapping.fields.filter((field) => field.entity === entity);
        return fields.filter((field) => isLost(ran, start, { side, entity, id, field })).map(({ key }) => `${side} ${entity} ${id} ${key}`);
      }),
    ),
  );
}

interface Place {
  readonly side: Side;
  readonly entity: Entity;
  readonly id: string;
  readonly field: FieldMapping;
}

function isLost(ran: Ran, start: World, place: Place): boolean {
  const { side, field, entity, id } = place;
  const was = valueAt(ran, start, place);
  if (was === null || was === valueAt(ran, ran.after, place)) return false;
  if (field.direction === (side === 'officernd' ? '←' : '→')) return false;
  const link = activeLinks(ran.after.store, entity).find((one) => (side === 'officernd' ? one.officerndId : one.hubspotId) === id);
  if (link === undefined) return true;
  const isExplained = isKept(ran, link, place, was) || wasAgreed(ran, link, place, was) || agreedBeforeEdits(ran, start, place, was);
  return !isExplained && !hasSideEffects(ran, link, field);
}

function valueAt({ run }: Ran, { vendors }: World, { side, entity, id, field }: Place): string | null {
  const record = vendors[side][entity].get(id);
  return record === undefined
    ? null
    : canonical(field, side, rawOf(field, side, observe(side, entity, record, run.mapping).values), run.context);
}

const isKept = ({ conflicts, run }: Ran, link: Link, { side, field }: Place, value: string): boolean =>
  conflicts.some(
    ({ linkId, change }) =>
      linkId === link.id && change.field === field.key && canonical(field, side, rawBy(change, side), run.context) === value,
  );

const rawBy = (change: { readonly officernd: JsonValue; readonly hubspot: JsonValue }, side: Side): JsonValue => change[side];

/**
 * The other side held the value when the run read it. That is an agreement (M1) once this side is looked at (M8), no matter when this side
 * got the value. Somebody changed the other side after that, and a newer value wins (M3).
 */
function agreedBeforeEdits(ran: Ran, start: World, place: Place, value: string): boolean {
  if (start === ran.before) return false;
  const link = activeLinks(ran.after.store, place.entity).find((one) => one.officerndId === place.id || one.hubspotId === place.id);
  if (link === undefined) return false;
  const other =
    place.side === 'officernd'
      ? ({ side: 'hubspot', id: link.hubspotId } as const)
      : ({ side: 'officernd', id: link.officerndId } as const);
  return valueAt(ran, ran.before, { ...place, ...other }) === value;
}

/** True if both sides had agreed on the value. It gives way to a newer one (M3). */
function wasAgreed({ before }: Ran, { id, officerndId, entity }: Link, { side, field }: Place, value: string): boolean {
  const former = activeLinks(before.store, entity).find((link) => link.officerndId === officerndId);
  const snapshots = [before.store.snapshots.get(id), former === undefined ? undefined : before.store.snapshots.get(former.id)];
  return snapshots.some((snapshot) => snapshot?.[field.key]?.[side].canonical === value);
}
