import type { JsonValue } from '../../domain/json';
import { isJsonArray, isJsonObject } from '../shared/json';
import { AdminError } from '../shared/vendor';

/** One record of a world document, with times in milliseconds. */
export interface ParsedWorldRecord {
  readonly id: string | undefined;
  readonly properties: ReadonlyMap<string, string>;
  readonly associations: ReadonlyMap<string, readonly string[]>;
  readonly createdAt: number | undefined;
  readonly updatedAt: number | undefined;
  readonly archived: boolean;
  readonly archivedAt: number | undefined;
}

const keys: ReadonlySet<string> = new Set(['id', 'properties', 'associations', 'createdAt', 'updatedAt', 'archived', 'archivedAt']);

/** Parses `{id?, properties?, associations?, createdAt?, updatedAt?, archived?, archivedAt?}`. `where` names it in the AdminError. */
export function readWorldRecord(value: JsonValue, where: string): ParsedWorldRecord {
  if (!isJsonObject(value)) throw new AdminError(`${where}: a record is an object`);
  for (const key in value) if (!keys.has(key)) throw new AdminError(`${where}: a record has no ${key}`);
  const { id, archived = false } = value;
  if (typeof archived !== 'boolean') throw new AdminError(`${where}: archived is true or false`);
  return {
    id: id === undefined ? undefined : idOf(id, where),
    properties: propertiesOf(value.properties, where),
    associations: associationsOf(value.associations, where),
    createdAt: timeOf(value.createdAt, where),
    updatedAt: timeOf(value.updatedAt, where),
    archived,
    archivedAt: timeOf(value.archivedAt, where),
  };
}

function idOf(value: JsonValue, where: string): string {
  const id = typeof value === 'number' ? String(value) : value;
  if (typeof id === 'string' && /^\d{1,15}$/.test(id)) return id;
  throw new AdminError(`${where}: a HubSpot id is a text of digits`);
}

/** Blank values are left out, because a blank means the same as an absent value. */
function propertiesOf(value: JsonValue | undefined, where: string): ReadonlyMap<string, string> {
  const properties = new Map<string, string>();
  if (value === undefined) return properties;
  if (!isJsonObject(value)) throw new AdminError(`${where}: properties is an object`);
  for (const [name, given] of Object.entries(value)) {
    if (typeof given === 'object' && given !== null) throw new AdminError(`${where}: ${name} is a text, number or flag`);
    if (given !== null && given !== '') properties.set(name, String(given));
  }
  return properties;
}

function associationsOf(value: JsonValue | undefined, where: string): ReadonlyMap<string, readonly string[]> {
  const associations = new Map<string, readonly string[]>();
  if (value === undefined) return associations;
  if (!isJsonObject(value)) throw new AdminError(`${where}: associations is an object of lists of ids`);
  for (const [name, ids] of Object.entries(value)) {
    if (!isJsonArray(ids)) throw new AdminError(`${where}: associations.${name} is a list of ids`);
    associations.set(
      name,
      ids.map((id) => idOf(id, where)),
    );
  }
  return associations;
}

function timeOf(value: JsonValue | undefined, where: string): number | undefined {
  if (value === undefined || value === null) return undefined;
  const ms = typeof value === 'number' ? value : typeof value === 'string' ? Date.parse(value) : NaN;
  if (Number.isNaN(ms)) throw new AdminError(`${where}: ${JSON.stringify(value)} is not a time`);
  return ms;
}
