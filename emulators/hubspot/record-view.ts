import type { JsonValue } from '../../domain/json';
import type { JsonObject } from '../shared/json';
import { formatInstant } from './instant';
import { objectTypeFacts, objectTypeOf, type ObjectType } from './object-type';
import { associated, type Portal } from './portal';
import { historyOf, type StoredRecord } from './record';

/** How a read shows a cleared property. */
type ClearedAs = 'null' | 'empty';

/**
 * One property's value as the API shows it. Undefined when the object type has no such property, null when it has no value.
 * A cleared property is `""` only with `clearedAs: "empty"`.
 */
export function readValue(portal: Portal, record: StoredRecord, name: string, clearedAs: ClearedAs = 'null'): string | null | undefined {
  const { dropZeroMs, fullBinaryNumbers } = portal.settings();
  if (name === 'hs_object_id') return record.id;
  if (name === 'createdate') return formatInstant(record.createdAtMs, dropZeroMs);
  if (name === objectTypeFacts[record.type].modifiedProperty) return formatInstant(record.updatedAtMs, dropZeroMs);
  if (!portal.properties[record.type].isActive(name)) return undefined;
  const stored = record.values.get(name) ?? counted(portal, record, name);
  if (stored === undefined) return null;
  if (stored === '') return clearedAs === 'empty' ? '' : null;
  return name === 'hs_deal_stage_probability' && fullBinaryNumbers ? binaryExpansion(Number(stored)) : stored;
}

/** The values that HubSpot computes from the associations. */
function counted(portal: Portal, record: StoredRecord, name: string): string | undefined {
  if (name === 'associatedcompanyid' || name === 'hs_primary_associated_company') {
    const id = portal.associations.primaryCompany(record.type, record.id);
    return id !== undefined && associated(portal, record, 'companies').some((company) => company.id === id) ? id : undefined;
  }
  const of = /^num_associated_(contacts|deals)$/.exec(name)?.[1];
  const type = of === undefined ? undefined : objectTypeOf(of);
  return type === undefined ? undefined : String(associated(portal, record, type).length);
}

/** The most decimals that `toFixed` can print. */
const MOST_DIGITS = 100;

/** All decimals of a double's exact value: 0.2 is `0.200000000000000011102230246251565404236316680908203125`. */
function binaryExpansion(value: number): string {
  return Number.isInteger(value) ? String(value) : value.toFixed(MOST_DIGITS).replace(/0+$/, '').replace(/\.$/, '');
}

/** The properties of every read. */
const alwaysShown = (type: ObjectType): readonly string[] => ['createdate', 'hs_object_id', objectTypeFacts[type].modifiedProperty];

export interface ViewOptions {
  /** Undefined means the type's default properties. Unknown names are ignored. */
  readonly properties?: readonly string[] | undefined;
  readonly propertiesWithHistory?: readonly string[] | undefined;
  /** The types whose associations are shown inside the record. */
  readonly associations?: readonly ObjectType[] | undefined;
  readonly clearedAs?: ClearedAs | undefined;
}

/** A record in the answers of list, get, batch read and search. */
export function viewRecord(portal: Portal, record: StoredRecord, options: ViewOptions = {}): JsonObject {
  const asked = options.properties ?? objectTypeFacts[record.type].defaultProperties;
  const properties: Record<string, string | null> = {};
  for (const name of [...alwaysShown(record.type), ...asked, ...(options.propertiesWithHistory ?? [])]) {
    const value = readValue(portal, record, name, options.clearedAs);
    if (value !== undefined) properties[name] = value;
  }
  const histories = (options.propertiesWithHistory ?? []).filter((name) => readValue(portal, record, name) !== undefined);
  return {
    ...envelope(portal, record, properties),
    ...(histories.length > 0
      ? { propertiesWithHistory: Object.fromEntries(histories.map((name) => [name, viewHistory(portal, record, name)])) }
      : {}),
    ...inlineAssociations(portal, record, options.associations ?? []),
  };
}

/** A record in the answer of a write: the sent properties (a cleared one is `""`), the system's and the calculated ones. */
export function viewWritten(portal: Portal, record: StoredRecord, sent: Iterable<string>, warnings: readonly JsonObject[]): JsonObject {
  const properties: Record<string, string | null> = {};
  const computed = portal.properties[record.type].list(false).filter(({ calculated }) => calculated);
  for (const name of [...alwaysShown(record.type), ...sent]) {
    const value = readValue(portal, record, name, 'empty');
    if (value !== undefined) properties[name] = value ?? '';
  }
  for (const { name } of computed) {
    const value = readValue(portal, record, name);
    if (typeof value === 'string') properties[name] = value;
  }
  return { ...envelope(portal, record, properties), ...(warnings.length > 0 ? { warnings } : {}) };
}

function envelope(portal: Portal, record: StoredRecord, properties: JsonObject): JsonObject {
  const { dropZeroMs } = portal.settings();
  return {
    id: record.id,
    properties,
    createdAt: formatInstant(record.createdAtMs, dropZeroMs),
    updatedAt: formatInstant(record.updatedAtMs, dropZeroMs),
    archived: record.archivedAtMs !== undefined,
    ...(record.archivedAtMs === undefined ? {} : { archivedAt: formatInstant(record.archivedAtMs, dropZeroMs) }),
    url: `https://app.hubspot.com/contacts/${portal.portalId}/record/${objectTypeFacts[record.type].typeId}/${record.id}`,
  };
}

function viewHistory(portal: Portal, record: StoredRecord, name: string): JsonValue {
  const { dropZeroMs } = portal.settings();
  const entries = historyOf(record, name);
  const current = readValue(portal, record, name);
  const shown =
    entries.length === 0 && typeof current === 'string'
      ? [{ value: current, atMs: record.createdAtMs, source: 'CALCULATED' as const }]
      : entries;
  return shown.map(({ value, atMs, source }) => ({
    value,
    timestamp: formatInstant(atMs, dropZeroMs),
    sourceType: source,
    ...(source === 'INTEGRATION' ? { sourceId: '1160452' } : source === 'CRM_UI' ? { sourceId: 'userId:1', updatedByUserId: 1 } : {}),
  }));
}

const INLINE_LIMIT = 500;

function inlineAssociations(portal: Portal, record: StoredRecord, types: readonly ObjectType[]): JsonObject {
  const shown = types.flatMap((to) => {
    const all = associated(portal, record, to);
    if (all.length === 0) return [];
    const page = all.slice(0, INLINE_LIMIT);
    const next = all[INLINE_LIMIT];
    const results = page.flatMap(({ id, types: labels }) => labels.map(({ name }) => ({ id, type: name })));
    return [[to, { results, ...(next === undefined ? {} : { paging: { next: { after: next.id } } }) }] as const];
  });
  return shown.length === 0 ? {} : { associations: Object.fromEntries(shown) };
}
