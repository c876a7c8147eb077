import { readPath } from '../../connectors/officernd/record';
import { entities, hubSpotObjectOf, officerndResourceOf } from '../../domain/entity';
import type { Entity, Side } from '../../domain/entity';
import { LINK_PATH } from '../../domain/ids';
import type { JsonValue } from '../../domain/json';
import { canonical, rawOf } from '../../domain/values';
import type { Canonical } from '../../domain/values';
import { isJsonArray, isJsonObject } from '../../emulators/shared/json';
import type { JsonObject } from '../../emulators/shared/json';
import { UNMAPPED, additional, contextBy, fieldsBy } from './catalogue';
import type { Wishes } from './schedule';

/** A record in the emulator of either side. */
export interface SeenRecord {
  readonly side: Side;
  readonly entity: Entity;
  readonly id: string;
  /** The record of OfficeRnD, or the properties of HubSpot's record. */
  readonly body: JsonObject;
  /** All fields that may be mapped, in canonical form. */
  readonly values: ReadonlyMap<string, Canonical>;
  readonly archived: boolean;
  /** OfficeRnD's link property. */
  readonly linkId: string | null;
  /** The ids of HubSpot records that were merged into it. */
  readonly mergedIds: readonly string[];
  /** The property that no configuration maps. */
  readonly note: JsonValue;
  /** HubSpot's properties that the additional fields are not mapped to now. */
  readonly unmapped: Readonly<Record<string, JsonValue>>;
}

/** The settings that decide what values mean. */
export type Reading = Pick<Wishes, 'timeZone' | 'statuses' | 'remapped'>;

/** Both sides at one moment. */
export interface SeenWorld {
  readonly live: readonly SeenRecord[];
  /** HubSpot's recycle bin. */
  readonly archived: readonly SeenRecord[];
}

export const worldOf = (officernd: JsonValue, hubspot: JsonValue, reading: Reading): SeenWorld => {
  const all = entities.flatMap((entity) => [
    ...listAt(officernd, officerndResourceOf[entity]).map((record) => officerndRecord(entity, record, reading)),
    ...listAt(hubspot, hubSpotObjectOf[entity]).map((record) => hubspotRecord(entity, record, reading)),
  ]);
  return { live: all.filter(({ archived }) => !archived), archived: all.filter(({ archived }) => archived) };
};

/** The same records, with values that mean what they mean under another configuration. */
export const reread = ({ live, archived }: SeenWorld, reading: Reading): SeenWorld => {
  const again = (record: SeenRecord): SeenRecord => ({ ...record, ...valuesOf(record.side, record.entity, record.body, reading) });
  return { live: live.map(again), archived: archived.map(again) };
};

export function officerndRecord(entity: Entity, record: JsonValue, reading: Reading): SeenRecord {
  const body = objectOf(record);
  return {
    side: 'officernd',
    entity,
    id: textOf(body['_id']),
    body,
    ...valuesOf('officernd', entity, body, reading),
    archived: false,
    linkId: textOf(readPath(body, LINK_PATH)) || null,
    mergedIds: [],
    note: readPath(body, `properties.${UNMAPPED.officernd}`),
  };
}

export function hubspotRecord(entity: Entity, record: JsonValue, reading: Reading): SeenRecord {
  const whole = objectOf(record);
  const body = objectOf(whole['properties'] ?? {});
  return {
    side: 'hubspot',
    entity,
    id: textOf(whole['id']),
    body,
    ...valuesOf('hubspot', entity, body, reading),
    archived: whole['archived'] === true,
    linkId: null,
    mergedIds: textOf(body['hs_merged_object_ids'])
      .split(';')
      .filter((id) => id !== ''),
    note: body[UNMAPPED.hubspot] ?? null,
  };
}

function valuesOf(side: Side, entity: Entity, body: JsonObject, reading: Reading): Pick<SeenRecord, 'values' | 'unmapped'> {
  const fields = fieldsBy(reading).filter((field) => field.entity === entity);
  const names = fields.flatMap((field) => (side === 'officernd' ? [field.officernd] : field.hubspot));
  const values = Object.fromEntries(names.map((name) => [name, side === 'officernd' ? readPath(body, name) : (body[name] ?? null)]));
  const unmapped = additional.filter((field) => field.entity === entity).map(({ hubspot, other }) => (reading.remapped ? hubspot : other));
  return {
    values: new Map(fields.map((field) => [field.key, canonical(field, side, rawOf(field, side, values), contextBy(reading))])),
    unmapped: side === 'officernd' ? {} : Object.fromEntries(unmapped.map((name) => [name, body[name] ?? null])),
  };
}

/** The record with this id, live or in the bin. */
export const recordIn = ({ live, archived }: SeenWorld, side: Side, entity: Entity, id: string): SeenRecord | undefined =>
  [...live, ...archived].find((record) => record.side === side && record.entity === entity && record.id === id);

export const liveOf = ({ live }: SeenWorld, side: Side, entity: Entity): readonly SeenRecord[] =>
  live.filter((record) => record.side === side && record.entity === entity);

export const objectOf = (value: JsonValue): JsonObject => {
  if (isJsonObject(value)) return value;
  throw new Error(`An object was expected, not ${JSON.stringify(value)}.`);
};

export const listAt = (value: JsonValue, key: string): readonly JsonValue[] => {
  const list = objectOf(value)[key];
  return isJsonArray(list) ? list : [];
};

const textOf = (value: JsonValue | undefined): string => (typeof value === 'string' ? value : '');
