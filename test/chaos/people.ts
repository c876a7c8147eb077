import { hubSpotObjectOf, officerndResourceOf } from '../../domain/entity';
import type { Entity, Side } from '../../domain/entity';
import type { JsonValue } from '../../domain/json';
import type { Canonical } from '../../domain/values';
import type { JsonObject } from '../../emulators/shared/json';
import { UNMAPPED, fieldKeys, pools } from './catalogue';
import { hubspotValues, officerndValues } from './first-world';
import { hubspotRecord, liveOf, officerndRecord, recordIn } from './records';
import type { SeenRecord, SeenWorld } from './records';
import type { Edit } from './schedule';
import type { SeenRequest, Vendors } from './vendors';

/** A value that a person has entered into a field of a record. */
export interface Saying {
  readonly side: Side;
  readonly entity: Entity;
  readonly id: string;
  readonly field: string;
  readonly value: Canonical;
  /** The values that the person has seen there before. A merge replaces the values of two records. */
  readonly replaced: readonly Canonical[];
  /** True if the record had the value before, and a merge has only preferred it to the other record's. */
  readonly stood: boolean;
  /** The place among all edits of people. */
  readonly order: number;
  /** It happened between these two moments. Both are 0 for a value that was there from the beginning. */
  readonly fromMs: number;
  readonly toMs: number;
}

/** A record that a person deleted or restored. */
export interface Passing {
  readonly side: Side;
  readonly entity: Entity;
  readonly id: string;
  readonly how: 'archived' | 'restored' | 'deleted' | 'merged';
  readonly order: number;
  readonly atMs: number;
}

/** A person's value of a record's unmapped property. */
export interface Note {
  readonly value: JsonValue;
  readonly fromMs: number;
  readonly toMs: number;
}

/** The people at both vendors, and all their edits. The checks compare the engine's work with them. */
export interface People {
  readonly begin: (world: SeenWorld) => void;
  /** Makes one edit if it is possible. Resolves to whether it was. */
  readonly act: (edit: Edit) => Promise<boolean>;
  /**
   * Time passes at a vendor. A write that takes effect only now, though its caller has gone, counts like an edit: nobody can tell it from
   * one. Resolves to whether there was one.
   */
  readonly pass: (side: Side, ms: number) => Promise<boolean>;
  readonly sayings: readonly Saying[];
  readonly passings: readonly Passing[];
  /** People's values of unmapped properties, by record. */
  readonly notes: ReadonlyMap<string, Note>;
  /** The ids of records that people created. */
  readonly made: ReadonlySet<string>;
  /** The records that people have changed in any way. */
  readonly edited: ReadonlySet<string>;
  readonly order: () => number;
}

export const keyOf = ({ side, entity, id }: { readonly side: Side; readonly entity: Entity; readonly id: string }): string =>
  `${side} ${entity} ${id}`;

export function createPeople(vendors: Vendors): People {
  const sayings: Saying[] = [];
  const passings: Passing[] = [];
  const notes = new Map<string, Note>();
  const made = new Set<string>();
  const edited = new Set<string>();
  let order = 0;

  /** Notes the differences between a record before and after an edit. */
  const hear = (after: SeenRecord, before: readonly SeenRecord[], [fromMs, toMs]: Span): void => {
    if (before.length !== 1 || before[0]?.note !== after.note) notes.set(keyOf(after), { value: after.note, fromMs, toMs });
    for (const [field, value] of after.values) {
      const replaced = before.map(({ values }) => values.get(field) ?? null);
      if (before.length > 0 && replaced.every((old) => old === value)) continue;
      const stood = before.some((one) => keyOf(one) === keyOf(after) && (one.values.get(field) ?? null) === value);
      sayings.push({ ...placeOf(after), field, value, replaced, stood, order, fromMs, toMs });
    }
  };
  const pass = (record: SeenRecord, how: Passing['how']): void => void passings.push({ ...placeOf(record), how, order, atMs: Date.now() });

  const ask = async (
    side: Side,
    entity: Entity,
    edit: JsonObject,
  ): Promise<{ readonly record: SeenRecord; readonly span: Span } | undefined> => {
    const type = side === 'officernd' ? officerndResourceOf[entity] : hubSpotObjectOf[entity];
    const fromMs = Date.now();
    const answer = await vendors.edit(side, { type, ...edit });
    if (answer === undefined) return undefined;
    order += 1;
    return {
      record: side === 'officernd' ? officerndRecord(entity, answer, vendors.reading()) : hubspotRecord(entity, answer, vendors.reading()),
      span: [fromMs, Date.now()],
    };
  };

  const change = async (record: SeenRecord, properties: JsonObject): Promise<void> => {
    const { side, entity, id } = record;
    const changed = await ask(side, entity, { op: 'update', id, [side === 'officernd' ? 'fields' : 'properties']: properties });
    edited.add(keyOf(record));
    if (changed !== undefined) hear(changed.record, [record], [changed.span[0] - LOOKED_BEFORE_MS, changed.span[1]]);
  };

  const tryTo = async (edit: Edit): Promise<void> => {
    const world = await vendors.world();
    const { entity } = edit;
    const side = edit.kind === 'restore' ? 'hubspot' : edit.side;
    const nth =
      'nth' in edit
        ? chosen(
            inOrder(edit.kind === 'restore' ? world.archived.filter((one) => one.entity === entity) : liveOf(world, side, entity)),
            edit.nth,
          )
        : undefined;
    switch (edit.kind) {
      case 'set':
        if (nth !== undefined) await change(nth, valueFor(nth, edit.field, edit.value));
        return;
      case 'note':
        if (nth !== undefined)
          await change(
            nth,
            side === 'officernd'
              ? { [`properties.${UNMAPPED.officernd}`]: `card ${edit.value}` }
              : { [UNMAPPED.hubspot]: `door ${edit.value}` },
          );
        return;
      case 'create': {
        const created = await ask(side, entity, creation(world, edit));
        if (created === undefined) return;
        made.add(keyOf(created.record));
        hear(created.record, [], created.span);
        return;
      }
      case 'delete': {
        if (nth === undefined) return;
        const gone = await ask(side, entity, { op: side === 'officernd' ? 'delete' : 'archive', id: nth.id });
        if (gone !== undefined) pass(nth, side === 'officernd' ? 'deleted' : 'archived');
        return;
      }
      case 'restore': {
        if (nth === undefined) return;
        const back = await ask('hubspot', entity, { op: 'restore', id: nth.id });
        if (back !== undefined) pass(nth, 'restored');
        return;
      }
      case 'merge': {
        const into = chosen(inOrder(liveOf(world, side, entity)), edit.into);
        if (nth === undefined || into === undefined || nth.id === into.id) return;
        const merged = await ask(side, entity, { op: 'merge', id: nth.id, into: into.id });
        if (merged === undefined) return;
        pass(nth, 'merged');
        if (merged.record.id !== into.id) pass(into, 'merged');
        made.add(keyOf(merged.record));
        hear(merged.record, side === 'hubspot' ? [into, nth] : [into], merged.span);
      }
    }
  };

  return {
    begin: (world) => {
      for (const record of [...world.live, ...world.archived]) {
        made.add(keyOf(record));
        hear(record, [], [0, 0]);
      }
    },
    act: async (edit) => {
      const before = order;
      await tryTo(edit);
      return order > before;
    },
    pass: async (side, ms) => {
      const before = await vendors.world();
      const [fromMs, known] = [Date.now(), await lateOf(vendors, side)];
      await vendors.advanceClock(side, ms);
      const [after, late] = [await vendors.world(), await lateOf(vendors, side)];
      const touched = new Set(late.slice(known.length).flatMap(({ ids }) => ids));
      for (const record of after.live.filter((one) => one.side === side && touched.has(one.id))) {
        const was = recordIn(before, side, record.entity, record.id);
        if (was === undefined) continue;
        order += 1;
        hear(record, [was], [fromMs, Date.now()]);
      }
      return touched.size > 0;
    },
    sayings,
    passings,
    notes,
    made,
    edited,
    order: () => order,
  };
}

/** The requests of one side that have taken effect late. */
const lateOf = async (vendors: Vendors, side: Side): Promise<readonly SeenRequest[]> =>
  (await vendors.log()).filter((request) => request.side === side && request.effectAt !== undefined);

/** The name under which a search counts an edit. */
export function nameOfEdit(edit: Edit): string {
  switch (edit.kind) {
    case 'set':
    case 'note':
      return `edit in ${screens[edit.side]}`;
    case 'create':
      return `creation in ${screens[edit.side]}`;
    case 'delete':
      return edit.side === 'hubspot' ? 'archived in HubSpot' : 'deleted in OfficeRnD';
    case 'restore':
      return 'restored in HubSpot';
    case 'merge':
      return `merge in ${screens[edit.side]}`;
  }
}

const screens: Readonly<Record<Side, string>> = { officernd: 'OfficeRnD', hubspot: 'HubSpot' };

type Span = readonly [fromMs: number, toMs: number];

/** A person reads a record before changing it. Reading the world takes at most this long. */
const LOOKED_BEFORE_MS = 200;

const placeOf = ({ side, entity, id }: SeenRecord) => ({ side, entity, id });

/** The ids of records that the engine created differ from play to play, so records are sorted by their links first. */
const inOrder = (records: readonly SeenRecord[]): readonly SeenRecord[] =>
  records.toSorted((one, other) => (sortKey(one) < sortKey(other) ? -1 : 1));
const sortKey = ({ linkId, id }: SeenRecord): string => `${linkId ?? ''} ${id}`;

const chosen = <T>(items: readonly T[], index: number): T | undefined => items[index % Math.max(1, items.length)];

function valueFor({ side, entity }: SeenRecord, field: number, value: number): JsonObject {
  const key = chosen(fieldKeys(entity), field) ?? '';
  const pool = pools[entity][key];
  if (side === 'hubspot') return { ...chosen(pool?.hubspot ?? [], value) };
  return { [key]: chosen(pool?.officernd ?? [], value) ?? null };
}

function creation(world: SeenWorld, { side, entity, values, parent }: Extract<Edit, { kind: 'create' }>): JsonObject {
  const companies = inOrder(liveOf(world, side, 'company'));
  const company = entity === 'company' || (parent === 0 && entity === 'member') ? undefined : chosen(companies, parent)?.id;
  if (side === 'hubspot') {
    const properties = { ...hubspotValues(entity, values), [UNMAPPED.hubspot]: 'made later' };
    return { op: 'create', properties, ...(company === undefined ? {} : { associations: { companies: [company] } }) };
  }
  const given = Object.entries(officerndValues(entity, values)).filter(([, value]) => value !== null);
  return { op: 'create', fields: Object.fromEntries(given), ...(company === undefined ? {} : { associations: { company: [company] } }) };
}
