import { readPath } from '../../connectors/officernd/record';
import { entities, hubSpotObjectOf, officerndResourceOf } from '../../domain/entity';
import type { Entity, Side } from '../../domain/entity';
import { LINK_PROPERTY } from '../../domain/ids';
import type { JsonValue } from '../../domain/json';
import { canonical, rawOf } from '../../domain/values';
import type { Canonical } from '../../domain/values';
import { isJsonArray, isJsonObject } from '../../emulators/shared/json';
import type { JsonObject } from '../../emulators/shared/json';
import { UNMAPPED, allFields, valueContext } from './catalogue';

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
}

/** Both sides at one moment. */
export interface SeenWorld {
  readonly live: readonly SeenRecord[];
  /** HubSpot's recycle bin. */
  readonly archived: readonly SeenRecord[];
}

export const worldOf = (officernd: JsonValue, hubspot: JsonValue): SeenWorld => {
  const all = entities.flatMap((entity) => [
    ...listAt(officernd, officerndResourceOf[entity]).map((record) => officerndRecord(entity, record)),
    ...listAt(hubspot, hubSpotObjectOf[entity]).map((record) => hubspotRecord(entity, record)),
  ]);
  return { live: all.filter(({ archived }) => !archived), archived: all.filter(({ archived }) => archived) };
};

export function officerndRecord(entity: Entity, record: JsonValue): SeenRecord {
  const body = objectOf(record);
  return {
    side: 'officernd',
    entity,
    id: textOf(body['_id']),
    body,
    values: valuesOf('officernd', entity, (name) => readPath(body, name)),
    archived: false,
    linkId: textOf(readPath(body, `properties.${LINK_PROPERTY}`)) || null,
    mergedIds: [],
    note: readPath(body, `properties.${UNMAPPED.officernd}`),
  };
}

export function hubspotRecord(entity: Entity, record: JsonValue): SeenRecord {
  const whole = objectOf(record);
  const body = objectOf(whole['properties'] ?? {});
  return {
    side: 'hubspot',
    entity,
    id: textOf(whole['id']),
    body,
    values: valuesOf('hubspot', entity, (name) => body[name] ?? null),
    archived: whole['archived'] === true,
    linkId: null,
    mergedIds: textOf(body['hs_merged_object_ids'])
      .split(';')
      .filter((id) => id !== ''),
    note: body[UNMAPPED.hubspot] ?? null,
  };
}

function valuesOf(side: Side, entity: Entity, read: (name: string) => JsonValue): ReadonlyMap<string, Canonical> {
  const fields = allFields.filter((field) => field.entity === entity);
  const names = fields.flatMap((field) => (side === 'officernd' ? [field.officernd] : field.hubspot));
  const values = Object.fromEntries(names.map((name) => [name, read(name)]));
  return new Map(fields.map((field) => [field.key, canonical(field, side, rawOf(field, side, values), valueContext)]));
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
