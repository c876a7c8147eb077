import { CURRENCY_PROPERTY } from './agreement';
import type { Entity } from './entity';
import type { HubSpotRecord } from './hubspot-record';
import type { OfficerndId } from './ids';
import { LINK_PATH } from './ids';
import type { FieldMapping } from './field-mapping';
import type { JsonValue } from './json';
import type { Observation } from './observation';
import type { Candidate } from './match';
import { ownName } from './record-name';
import type { TenantMapping } from './tenant-mapping';
import { fitting } from './too-long';
import { normaliseEmail, normaliseName } from './values';

/**
 * Turns a HubSpot record into an observation. Keeps the given properties, except blank ones. HubSpot answers null for a blank property that
 * it knows, so one that is missing is unread (V1). So is a value that is too long to be kept.
 */
export function hubSpotObservation(
  entity: Entity,
  record: HubSpotRecord,
  { properties, fields }: { readonly properties: readonly string[]; readonly fields: readonly FieldMapping[] },
): Observation {
  const read: Record<string, JsonValue> = {};
  for (const name of properties) {
    const value = record.properties[name];
    if (value !== undefined && value !== null && value !== '') read[name] = value;
  }
  const { values, tooLong } = fitting(read);
  const unread = properties.filter((name) => !Object.hasOwn(record.properties, name) || tooLong.includes(name));
  return {
    side: 'hubspot',
    entity,
    id: record.id,
    values,
    ...(unread.length > 0 && { unread }),
    keys: matchKeys({ side: 'hubspot', entity, values }, fields),
    parents: { companies: record.companyIds, members: record.contactIds },
    linkId: null,
    locationId: null,
    mergedIds: record.mergedIds,
    createdAt: record.createdAt,
    modifiedAt: record.updatedAt,
  };
}

/** Ids and times are shorter. A longer text is none of them, and its beginning shows that as well. */
const LONGEST_ID = 1_000;

/** Turns an OfficeRnD record into an observation. Keeps the given paths, read by `read`, except blank ones, and what linking needs. */
export function officerndObservation(
  entity: Entity,
  record: { readonly id: OfficerndId; readonly read: (path: string) => JsonValue },
  { paths, fields }: { readonly paths: readonly string[]; readonly fields: readonly FieldMapping[] },
): Observation {
  const read: Record<string, JsonValue> = {};
  for (const path of paths) {
    const value = record.read(path);
    if (value !== null && value !== '') read[path] = value;
  }
  const { values, tooLong } = fitting(read);
  const text = (path: string): string | null => {
    const value = record.read(path);
    return typeof value === 'string' && value !== '' ? value.slice(0, LONGEST_ID) : null;
  };
  const listOf = (value: string | null): readonly string[] => (value === null ? [] : [value]);
  return {
    side: 'officernd',
    entity,
    id: record.id,
    values,
    ...(tooLong.length > 0 && { unread: tooLong }),
    keys: matchKeys({ side: 'officernd', entity, values }, fields),
    parents: { companies: listOf(text('company')), members: listOf(text('member')) },
    linkId: text(LINK_PATH),
    locationId: text('location'),
    mergedIds: [],
    createdAt: text('createdAt') ?? '',
    modifiedAt: text('modifiedAt') ?? '',
  };
}

/** HubSpot's properties that an entity's observations hold: the mapped ones, and those that matching, creation and the pipeline need. */
export function observedProperties(entity: Entity, { fields, creation }: Pick<TenantMapping, 'fields' | 'creation'>): readonly string[] {
  const own: Readonly<Record<Entity, readonly string[]>> = {
    company: ['name'],
    member: ['firstname', 'lastname', 'email', 'hs_additional_emails'],
    opportunity: ['dealname', 'pipeline', 'dealstage', CURRENCY_PROPERTY],
  };
  const mapped = fields.filter((field) => field.entity === entity).flatMap((field) => field.hubspot);
  const location = creation.locations.property === null ? [] : [creation.locations.property];
  return [...new Set([...own[entity], ...mapped, ...creation.filter.map(({ property }) => property), ...location])];
}

/** OfficeRnD's paths that an entity's observations hold: the mapped ones and those that matching reads. */
export const observedPaths = (entity: Entity, fields: readonly FieldMapping[]): readonly string[] => [
  ...new Set(['name', 'email', ...fields.filter((field) => field.entity === entity).map((field) => field.officernd)]),
];

type Keyed = Pick<Observation, 'side' | 'entity' | 'values'>;

/**
 * The keys under which a record is looked for (L3). A member's e-mails are its own and HubSpot's additional ones; a company's is the one
 * that an additional property maps to OfficeRnD's `email`.
 */
function matchKeys(observation: Keyed, fields: readonly FieldMapping[]): Observation['keys'] {
  const { side, entity, values } = observation;
  const text = (name: string): string => {
    const value = values[name];
    return typeof value === 'string' ? value : '';
  };
  const emails = emailNames(entity, side, fields).flatMap((name) => text(name).split(';'));
  return {
    emails: [...new Set(emails.flatMap((email) => normaliseEmail(email) ?? []))].sort(),
    name: normaliseName(ownName(observation) ?? ''),
  };
}

/** A record as matching sees it; `parents` are OfficeRnD ids. */
export const candidateOf = ({ id, keys, createdAt }: Observation, parents: readonly OfficerndId[]): Candidate => ({
  id,
  ...keys,
  parents,
  createdAt,
});

function emailNames(entity: Entity, side: Observation['side'], fields: readonly FieldMapping[]): readonly string[] {
  switch (entity) {
    case 'member':
      return side === 'officernd' ? ['email'] : ['email', 'hs_additional_emails'];
    case 'company': {
      const mapped = fields.filter((field) => field.entity === 'company' && field.officernd === 'email');
      return mapped.flatMap((field) => (side === 'officernd' ? [field.officernd] : field.hubspot));
    }
    case 'opportunity':
      return [];
  }
}
