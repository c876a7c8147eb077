import type { JsonValue } from '../../domain/json';
import { isJsonArray, isJsonObject, type JsonObject } from '../shared/json';
import type { SeededRandom } from '../shared/random';
import { createCollection, textAt, type Collection, type Row, type RowChange } from './collection';
import { references, type Resource } from './fields';
import type { OfficerndSettings } from './settings';

/** All records of the organisation. */
export interface Database {
  readonly collections: Readonly<Record<Resource, Collection>>;
  /** Records that a person archived. The API does not show them; they can be restored. */
  readonly archived: Map<string, { readonly resource: Resource; readonly row: Row }>;
  /** An unused id of 24 hexadecimal digits. The same seed gives the same ids. */
  readonly newId: (resource: Resource) => string;
  /** From now on, `listener` is told of each change. Without one, nobody is: a world that is loaded is no change. */
  readonly watch: (listener: ChangeListener) => void;
}

export type ChangeListener = (resource: Resource, change: RowChange) => void;

/** An empty organisation. */
export function createDatabase(random: SeededRandom): Database {
  let listen: ChangeListener = () => undefined;
  const collectionOf = (resource: Resource): Collection => createCollection((change) => listen(resource, change));
  const collections: Database['collections'] = {
    companies: collectionOf('companies'),
    members: collectionOf('members'),
    opportunities: collectionOf('opportunities'),
    locations: collectionOf('locations'),
    'opportunity-statuses': collectionOf('opportunity-statuses'),
    'custom-properties': collectionOf('custom-properties'),
  };
  const watch = (listener: ChangeListener): void => {
    listen = listener;
  };
  const archived: Database['archived'] = new Map();
  const prefix = `66${random.hex(14)}`;
  let counter = 0;
  const newId = (resource: Resource): string => {
    counter += 1;
    const id = `${prefix}${counter.toString(16).padStart(8, '0')}`;
    return collections[resource].get(id) === undefined && !archived.has(id) ? id : newId(resource);
  };
  return { collections, archived, newId, watch };
}

const settledStatuses: ReadonlySet<string> = new Set(['active', 'pending', 'not_approved']);

/** The computed status: a record without a membership and with an open opportunity is a lead. A status set by a person stays. */
export function computedStatus(database: Database, resource: 'companies' | 'members', row: Row, autoLead: boolean): string {
  const base = row.baseStatus ?? (resource === 'companies' ? 'inactive' : 'contact');
  if (row.manualStatus || settledStatuses.has(base) || !autoLead) return base;
  if (resource === 'members' && base === 'drop-in') return base;
  const opportunities = database.collections.opportunities.find(resource === 'companies' ? 'company' : 'member', row.id) ?? [];
  return opportunities.some((opportunity) => isOpen(database, opportunity)) ? 'lead' : base;
}

/** Computes the statuses of the members and companies of these opportunities again. */
export function refreshStatuses(
  database: Database,
  opportunities: readonly JsonObject[],
  settings: OfficerndSettings,
  nowIso: string,
): void {
  for (const { field, to } of [
    { field: 'company', to: 'companies' },
    { field: 'member', to: 'members' },
  ] as const) {
    for (const id of new Set(opportunities.flatMap((fields) => textAt(fields, field) ?? []))) {
      const row = database.collections[to].get(id);
      if (row === undefined) continue;
      const status = computedStatus(database, to, row, settings.autoLead);
      if (status === row.fields.status) continue;
      const stamp = settings.autoLeadBumpsModifiedAt ? { modifiedAt: nowIso } : {};
      database.collections[to].replace({ ...row, fields: { ...row.fields, status, ...stamp } });
    }
  }
}

/** A record as the API shows it. A get by id leaves out empty `properties`; lists and DELETE show `{}`. */
export function viewOfFields(database: Database, fields: JsonObject, form: 'list' | 'single', danglingReferences: boolean): JsonObject {
  const emptyBag = isJsonObject(fields.properties) && Object.keys(fields.properties).length === 0;
  if (danglingReferences && !(emptyBag && form === 'single')) return fields;
  const result: Record<string, JsonValue> = { ...fields };
  if (emptyBag && form === 'single') delete result.properties;
  if (!danglingReferences) {
    for (const { field, to } of references.filter(({ field: name }) => name !== 'status')) {
      const id = textAt(fields, field);
      if (id !== undefined && database.collections[to].get(id) === undefined) delete result[field];
    }
  }
  return result;
}

/** The definition of a resource's custom property, or undefined. */
export function definitionOf(database: Database, resource: Resource, key: string): JsonObject | undefined {
  return database.collections['custom-properties'].rows().find(({ fields }) => {
    if (fields.key !== key) return false;
    // A definition without targets is for all resources. `team`, `lead` and `office` are the vendor's old words.
    return (
      !isJsonArray(fields.targets) ||
      fields.targets.length === 0 ||
      targetNames[resource].some((target) => isJsonArray(fields.targets) && fields.targets.includes(target))
    );
  })?.fields;
}

const targetNames: Readonly<Record<Resource, readonly string[]>> = {
  companies: ['team', 'company'],
  members: ['member'],
  opportunities: ['lead', 'opportunity'],
  locations: ['office', 'location'],
  'opportunity-statuses': [],
  'custom-properties': [],
};

function isOpen(database: Database, opportunity: Row): boolean {
  const status = database.collections['opportunity-statuses'].get(textAt(opportunity.fields, 'status') ?? '');
  const probability = status?.fields.probability ?? opportunity.fields.probability;
  return typeof probability !== 'number' || (probability > 0 && probability < 100);
}
