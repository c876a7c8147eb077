import type { JsonObject } from '../shared/json';
import type { ObjectType } from './object-type';
import type { Portal } from './portal';
import type { StoredRecord } from './record';
import { readValue, viewRecord } from './record-view';
import { compileFilter, numberOf, type RecordTest } from './search-filter';
import type { SearchRequest, SearchSort } from './search-request';

/** The properties that `query` searches. */
const searchable: Readonly<Record<ObjectType, readonly string[]>> = {
  contacts: ['firstname', 'lastname', 'email', 'phone', 'mobilephone', 'company', 'hs_additional_emails'],
  companies: ['name', 'domain', 'website', 'phone'],
  deals: ['dealname', 'dealstage', 'pipeline', 'dealtype', 'description'],
};

/** Runs a checked search over the index, with `extraLagMs` added to the delay of every write. */
export function searchRecords(
  portal: Portal,
  type: ObjectType,
  request: SearchRequest,
  extraLagMs: number,
): { readonly body: JsonObject; readonly ids: readonly string[] } {
  const view = portal.index.view(portal.tables[type], extraLagMs);
  const matches = compileRequest(portal, type, request);
  const found = view.records.filter(matches);
  const gone = portal.settings().staleTotal ? view.gone.filter(matches).length : 0;
  const sorted = request.sort === undefined ? found : sortRecords(portal, found, request.sort);
  const page = sorted.slice(request.after, request.after + request.limit);
  const end = request.after + page.length;
  const results = page.map((record) =>
    viewRecord(portal, record, { properties: request.properties, clearedAs: portal.settings().clearedInSearch }),
  );
  const body = {
    total: found.length + gone,
    results,
    ...(end < found.length && page.length > 0 ? { paging: { next: { after: String(end) } } } : {}),
  };
  return { body, ids: page.map(({ id }) => id) };
}

function compileRequest(portal: Portal, type: ObjectType, { groups, query }: SearchRequest): RecordTest {
  const anyGroup = groups
    .filter((filters) => filters.length > 0)
    .map((filters) => allOf(filters.map((filter) => compileFilter(portal, type, filter))));
  const inGroups: RecordTest = anyGroup.length === 0 ? () => true : (record) => anyGroup.some((matches) => matches(record));
  return query.trim() === '' ? inGroups : allOf([inGroups, queryTest(portal, type, query)]);
}

const allOf =
  (tests: readonly RecordTest[]): RecordTest =>
  (record) =>
    tests.every((test) => test(record));

function queryTest(portal: Portal, type: ObjectType, query: string): RecordTest {
  const words = query
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  return (record) => {
    const values = searchable[type].flatMap((name) => readValue(portal, record, name)?.toLowerCase() ?? []);
    const tokens = values.flatMap((value) => [value, ...value.split(/[^\p{L}\p{N}]+/u)]);
    return words.every((word) => tokens.some((token) => token.startsWith(word)));
  };
}

/** Records without the value come last. The order of equal values looks random, but is the same each time. */
function sortRecords(portal: Portal, records: readonly StoredRecord[], { propertyName, direction }: SearchSort): readonly StoredRecord[] {
  const sign = direction === 'ASCENDING' ? 1 : -1;
  if (propertyName === 'hs_object_id') return sign === 1 ? records : records.toReversed();
  const keyed = records.map((record) => ({ record, key: sortKey(portal, record, propertyName), tie: scrambled(record.numericId) }));
  keyed.sort((a, b) => {
    if (a.key === undefined || b.key === undefined) return Number(a.key === undefined) - Number(b.key === undefined) || a.tie - b.tie;
    if (a.key === b.key) return a.tie - b.tie;
    return a.key < b.key ? -sign : sign;
  });
  return keyed.map(({ record }) => record);
}

function sortKey(portal: Portal, record: StoredRecord, name: string): number | string | undefined {
  const definition = portal.properties[record.type].active(name);
  if (definition?.type === 'string' || definition?.type === 'enumeration')
    return readValue(portal, record, name)?.toLowerCase() || undefined;
  return numberOf(portal, record, name);
}

const scrambled = (id: number): number => Math.imul(id % 4_294_967_291, 2_654_435_761) >>> 0;
