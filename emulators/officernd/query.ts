import { isJsonObject, parseJson, type JsonObject } from '../shared/json';
import { textAt, type Collection, type Row } from './collection';
import { OfficerndApiError, badRequest, castError, isObjectId } from './errors';
import { isoDate, type Resource } from './fields';
import type { OfficerndSettings } from './settings';

/** The query of a list or count call, parsed. */
export interface ListQuery {
  readonly matches: (fields: JsonObject) => boolean;
  /** The rows that an index finds for one of the filters. Undefined when all rows have to be checked. */
  readonly candidates: readonly Row[] | undefined;
  readonly limit: number;
  readonly cursor: { readonly direction: 'next' | 'prev'; readonly text: string } | undefined;
  readonly select: readonly string[] | undefined;
  readonly sort: ((a: JsonObject, b: JsonObject) => number) | undefined;
  readonly countBy: string | undefined;
}

const DATES = ['createdAt', 'modifiedAt'];
const IDS = ['_id', 'location', 'company', 'member'];
const MAX_LIMIT = 50;
/** The number of rows that the vendor returns for `$limit=0`. */
const ZERO_LIMIT_ITEMS = 20;

/**
 * Reads a query string as strictly as the vendor does. Throws OfficerndApiError. Both cursors at once make the vendor's gateway time out
 * (504).
 */
export function parseQuery(
  query: URLSearchParams,
  resource: Resource,
  form: 'list' | 'count',
  collection: Collection,
  settings: OfficerndSettings,
): ListQuery {
  const filters = filtersOf(resource, settings);
  const problems: string[] = [];
  const tests: ((fields: JsonObject) => boolean)[] = [];
  const found: (readonly Row[])[] = [];
  for (const [name, value] of query) {
    const [, key = name, inner] = /^([^[]+)(?:\[(.*)\])?$/.exec(name) ?? [];
    if (key.startsWith('$')) {
      if (!(form === 'list' ? ['$limit', '$cursorNext', '$cursorPrev', '$select', '$sort'] : ['$countBy']).includes(key))
        problems.push(`property ${name} should not exist`);
    } else if (!filters.includes(key)) problems.push(`property ${key} should not exist`);
    else if (DATES.includes(key)) {
      const bound = isoDate(value);
      const test = dateTest(key, inner, bound ?? '');
      if (test === undefined) problems.push(`property ${name} should not exist`);
      else if (bound === undefined) problems.push(`${key} must be a valid ISO 8601 date string`);
      else tests.push(test);
    } else if (key === 'properties' && inner === undefined) problems.push('properties must be an object');
    else if (key !== 'properties' && inner !== undefined && inner !== '$in') problems.push(`property ${name} should not exist`);
    else {
      const field = key === 'properties' ? `properties.${inner ?? ''}` : key;
      const values = key !== 'properties' && inner === '$in' ? value.split(',') : [value];
      for (const text of values) if (isIdField(resource, key) && !isObjectId(text)) throw castError(text, key);
      tests.push(equalityTest(field, values, settings.caseSensitiveFilters));
      const rows = values.map((text) =>
        field === '_id' ? [collection.get(text.toLowerCase()) ?? []].flat() : collection.find(field, text),
      );
      if (rows.every((list) => list !== undefined)) found.push([...new Set(rows.flat())].sort((a, b) => a.seq - b.seq));
    }
  }
  const limit = limitOf(query.get('$limit'), problems);
  const select = selectOf(query.get('$select'), problems);
  const sort = sortOf(query.get('$sort'), problems);
  const countBy = query.get('$countBy') ?? undefined;
  if (countBy !== undefined && !['status', 'company', 'location'].includes(countBy))
    problems.push('$countBy must be one of the following values: status, company, location');
  if (problems.length > 0) throw badRequest(problems);
  const next = query.get('$cursorNext');
  const prev = query.get('$cursorPrev');
  if (next !== null && prev !== null) throw new OfficerndApiError(504, 'Gateway Timeout');
  const cursor =
    next !== null ? { direction: 'next' as const, text: next } : prev !== null ? { direction: 'prev' as const, text: prev } : undefined;
  const candidates = found.sort((a, b) => a.length - b.length)[0];
  return { matches: (fields) => tests.every((test) => test(fields)), candidates, limit, cursor, select, sort, countBy };
}

function filtersOf(resource: Resource, settings: OfficerndSettings): readonly string[] {
  switch (resource) {
    case 'companies':
      return ['_id', 'name', 'location', 'status', 'properties', ...DATES];
    case 'members':
      return ['_id', 'name', 'email', 'location', 'company', 'status', 'properties', ...DATES];
    case 'opportunities':
      return ['_id', 'member', 'company', ...DATES, ...(settings.opportunityFilters === 'all' ? ['name', 'status', 'properties'] : [])];
    case 'locations':
      return ['_id', 'name'];
    case 'opportunity-statuses':
      return ['_id'];
    case 'custom-properties':
      return ['_id'];
  }
}

const isIdField = (resource: Resource, field: string): boolean =>
  IDS.includes(field) || (resource === 'opportunities' && field === 'status');

function dateTest(field: string, operator: string | undefined, bound: string): ((fields: JsonObject) => boolean) | undefined {
  // All timestamps of the API have one form, so comparing the texts compares the times.
  const value = (fields: JsonObject): string => textAt(fields, field) ?? '';
  switch (operator) {
    case undefined:
      return (fields) => value(fields) === bound;
    case '$gt':
      return (fields) => value(fields) > bound;
    case '$gte':
      return (fields) => value(fields) >= bound;
    case '$lt':
      return (fields) => value(fields) < bound;
    case '$lte':
      return (fields) => value(fields) <= bound;
    default:
      return undefined;
  }
}

function equalityTest(field: string, values: readonly string[], caseSensitive: boolean): (fields: JsonObject) => boolean {
  const folded = (text: string): string => (caseSensitive ? text : text.toLowerCase());
  const wanted = new Set(values.map(folded));
  return (fields) => {
    const value = textAt(fields, field);
    return value !== undefined && wanted.has(folded(value));
  };
}

function limitOf(text: string | null, problems: string[]): number {
  if (text === null) return MAX_LIMIT;
  const limit = text.trim() === '' ? Number.NaN : Number(text);
  if (Number.isNaN(limit)) problems.push('$limit must be a number conforming to the specified constraints');
  else if (!Number.isInteger(limit)) problems.push('$limit must be an integer number');
  else if (limit > MAX_LIMIT) problems.push(`$limit must not be greater than ${MAX_LIMIT}`);
  return limit === 0 ? ZERO_LIMIT_ITEMS : Math.min(Math.abs(limit), MAX_LIMIT);
}

function selectOf(text: string | null, problems: string[]): readonly string[] | undefined {
  if (text === null) return undefined;
  const names = text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  if (names.length === 0) problems.push('$select should not be empty');
  return names;
}

function sortOf(text: string | null, problems: string[]): ListQuery['sort'] {
  if (text === null) return undefined;
  const order = parsedOrder(text);
  if (order === undefined) {
    problems.push('$sort must be a JSON object of name, email or startDate with asc or desc');
    return undefined;
  }
  return (a, b) => {
    for (const [field, direction] of order) {
      const [left, right] = [textAt(a, field) ?? '', textAt(b, field) ?? ''];
      if (left !== right) return (left < right ? -1 : 1) * (direction === 'desc' ? -1 : 1);
    }
    return 0;
  };
}

function parsedOrder(text: string): readonly (readonly [string, string])[] | undefined {
  try {
    const value = parseJson(text);
    if (!isJsonObject(value)) return undefined;
    const order = Object.entries(value).flatMap(([field, direction]) =>
      typeof direction === 'string' ? [[field, direction] as const] : [],
    );
    const known = order.every(
      ([field, direction]) => ['name', 'email', 'startDate'].includes(field) && ['asc', 'desc'].includes(direction),
    );
    return known && order.length === Object.keys(value).length ? order : undefined;
  } catch {
    return undefined;
  }
}
