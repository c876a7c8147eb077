import type { Entity } from '../../domain/entity';
import type { JsonValue } from '../../domain/json';
import { LINK_PROPERTY, linkIdOf } from '../../domain/ids';
import type { JsonObject } from '../../emulators/shared/json';
import { LIFECYCLE, PORTAL, UNMAPPED, additional, fieldKeys, opportunityStatuses, pools } from './catalogue';
import type { PairSpec, Schedule } from './schedule';

/** Both halves of a world document for the emulators. */
export interface FirstWorld {
  readonly officernd: JsonObject;
  readonly hubspot: JsonObject;
}

const letters: Readonly<Record<Entity, string>> = { company: 'c', member: 'e', opportunity: 'd' };
const hundreds: Readonly<Record<Entity, number>> = { company: 100, member: 200, opportunity: 300 };
export const officerndIdOf = (entity: Entity, index: number): string => `65f0${letters[entity]}${String(index).padStart(19, '0')}`;
export const hubspotIdOf = (entity: Entity, index: number): string => String(hundreds[entity] + index);

/** The creation and modification time of all records. It is the same, because nothing may depend on their order. */
const EQUAL_TIME = '2025-03-01T10:00:00.000Z';

/** Two copies of one world, with the differences that the schedule gives. */
export function firstWorldOf({ pairs, settings }: Schedule): FirstWorld {
  const of = (entity: Entity, side: 'officernd' | 'hubspot') =>
    pairs.flatMap((pair, index) => (pair.entity === entity && (pair.where === 'both' || pair.where === side) ? [{ pair, index }] : []));
  const definitions = (entity: Entity) => [
    { name: UNMAPPED.hubspot },
    ...additional
      .filter((field) => field.entity === entity)
      .flatMap(({ hubspot, other, type }) => [hubspot, other].map((name) => ({ name, type: type === 'boolean' ? 'bool' : 'string' }))),
  ];
  return {
    officernd: {
      opportunityStatuses: opportunityStatuses.map((status) => ({ ...status })),
      customProperties: [
        ...additional.map(({ entity, officernd, type }) => ({
          key: officernd.slice('properties.'.length),
          type: type === 'boolean' ? 'Boolean' : 'String',
          targets: [entity === 'company' ? 'team' : 'member'],
        })),
        // An OfficeRnD that refuses unknown keys has to know these.
        ...(settings.officernd['unknownPropertyKeys'] === 'reject'
          ? [LINK_PROPERTY, UNMAPPED.officernd].map((key) => ({ key, type: 'String', targets: [] }))
          : []),
      ],
      companies: of('company', 'officernd').map((one) => officerndDocument(pairs, one)),
      members: of('member', 'officernd').map((one) => officerndDocument(pairs, one)),
      // OfficeRnD has no opportunity without a member or a company: it would refuse each write of it.
      opportunities: of('opportunity', 'officernd')
        .filter(({ pair }) => companyOf(pairs, pair, 'officernd') !== undefined)
        .map((one) => officerndDocument(pairs, one)),
    },
    hubspot: {
      portalId: PORTAL,
      properties: { companies: definitions('company'), contacts: definitions('member'), deals: definitions('opportunity') },
      companies: of('company', 'hubspot').map((one) => hubspotDocument(pairs, one)),
      contacts: withoutTwins(of('member', 'hubspot')).map((one) => hubspotDocument(pairs, one)),
      deals: of('opportunity', 'hubspot').map((one) => hubspotDocument(pairs, one)),
    },
  };
}

interface Placed {
  readonly pair: PairSpec;
  readonly index: number;
}

function officerndDocument(pairs: readonly PairSpec[], { pair, index }: Placed): JsonObject {
  const { entity } = pair;
  // A record without a copy has the id of a HubSpot record that is gone (U7).
  const carries = pair.where !== 'hubspot' && pair.link === 'carried';
  const company = companyOf(pairs, pair, 'officernd');
  const parent = company === undefined ? {} : { company: officerndIdOf('company', company) };
  const bag = {
    [UNMAPPED.officernd]: `card ${index}`,
    ...(carries ? { [LINK_PROPERTY]: linkIdOf(PORTAL, hubspotIdOf(entity, index)) } : {}),
  };
  const values = officerndValues(entity, pair.officernd);
  const stamps = { createdAt: EQUAL_TIME, modifiedAt: EQUAL_TIME };
  return nested({ _id: officerndIdOf(entity, index), ...stamps, ...values, ...parent }, bag);
}

/** OfficeRnD's fields that hold `values`, by path. */
export const officerndValues = (entity: Entity, values: readonly number[]): JsonObject =>
  Object.fromEntries(fieldKeys(entity).map((key, field) => [key, chosen(pools[entity][key]?.officernd ?? [], values[field] ?? 0) ?? null]));

/** HubSpot's properties that hold `values`. */
export const hubspotValues = (entity: Entity, values: readonly number[]): JsonObject => ({
  ...(entity === 'opportunity' ? { pipeline: 'default' } : {}),
  ...Object.fromEntries(
    fieldKeys(entity).flatMap((key, field) => Object.entries(chosen(pools[entity][key]?.hubspot ?? [], values[field] ?? 0) ?? {})),
  ),
});

/** The values of the properties to which the additional ones may be mapped instead. They often differ from those. */
const otherValues = (entity: Entity, values: readonly number[]): JsonObject =>
  Object.fromEntries(
    additional
      .filter((field) => field.entity === entity)
      .map(({ officernd, hubspot, other }) => {
        const value = values[fieldKeys(entity).indexOf(officernd)] ?? 0;
        const pool = pools[entity][officernd]?.hubspot ?? [];
        return [other, chosen(pool, value % 3 === 0 ? value : value + 1)?.[hubspot] ?? ''];
      }),
  );

const chosen = <T>(values: readonly T[], index: number): T | undefined => values[index % Math.max(1, values.length)];

/** Turns paths into nested objects. Blanks are left out. */
function nested(paths: JsonObject, bag: JsonObject): JsonObject {
  const record: Record<string, JsonValue> = {};
  const parts: Record<string, Record<string, JsonValue>> = { properties: { ...bag } };
  for (const [path, value] of Object.entries(paths)) {
    const dot = path.indexOf('.');
    if (value === null) continue;
    if (dot === -1) record[path] = value;
    else parts[path.slice(0, dot)] = { ...parts[path.slice(0, dot)], [path.slice(dot + 1)]: value };
  }
  return { ...record, ...parts };
}

function hubspotDocument(pairs: readonly PairSpec[], { pair, index }: Placed): JsonObject {
  const { entity } = pair;
  const company = companyOf(pairs, pair, 'hubspot');
  return {
    id: hubspotIdOf(entity, index),
    createdAt: EQUAL_TIME,
    updatedAt: EQUAL_TIME,
    properties: {
      ...hubspotValues(entity, pair.hubspot),
      ...otherValues(entity, pair.hubspot),
      [UNMAPPED.hubspot]: `door ${index}`,
      ...(entity === 'opportunity' ? {} : { [LIFECYCLE]: pair.passesFilter ? 'customer' : 'lead' }),
    },
    ...(company === undefined ? {} : { associations: { companies: [hubspotIdOf('company', company)] } }),
  };
}

/** HubSpot does not allow two contacts with one e-mail, so the later one has none. */
function withoutTwins(contacts: readonly Placed[]): readonly Placed[] {
  const email = fieldKeys('member').indexOf('email');
  const emails = pools.member['email']?.hubspot ?? [];
  const taken = new Set<string>();
  return contacts.map(({ pair, index }) => {
    const value = (chosen(emails, pair.hubspot[email] ?? 0)?.['email'] ?? '').toLowerCase();
    const isFree = value === '' || !taken.has(value);
    taken.add(value);
    return { index, pair: isFree ? pair : { ...pair, hubspot: pair.hubspot.with(email, 0) } };
  });
}

function companyOf(pairs: readonly PairSpec[], { entity, parent }: PairSpec, side: 'officernd' | 'hubspot'): number | undefined {
  if (entity === 'company' || (parent === 0 && entity === 'member')) return undefined;
  const companies = pairs.flatMap((pair, index) =>
    pair.entity === 'company' && (pair.where === 'both' || pair.where === side) ? [index] : [],
  );
  return companies[parent % Math.max(1, companies.length)];
}
