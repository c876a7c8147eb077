import type { JsonValue } from '../../domain/json';
import { WORLD_EPOCH_MS } from '../shared/clock';
import { AdminError } from '../shared/vendor';
import type { JsonObject } from '../shared/json';
import { ancestorsOf } from './merge';
import { defaultTypeOf, primaryTypeOf } from './association-types';
import { objectTypeFacts, objectTypeOf, objectTypes, type ObjectType } from './object-type';
import { defaultOwners } from './owners';
import { completePipeline, defaultPipeline, type DealPipeline } from './pipeline';
import { createPortal, type PortalDeps } from './create-portal';
import type { Portal } from './portal';
import type { PropertyDefinition } from './property-definition';
import { parseInstant } from './instant';
import type { StoredRecord } from './record';
import { createPlacer } from './record-changes';
import { viewPipeline } from './view-definitions';
import { readWorldRecord, type ParsedWorldRecord } from './world-record';
import type { HubSpotWorld } from './world-schema';

type WorldDeps = Pick<PortalDeps, 'clock' | 'settings' | 'random' | 'feed' | 'tell'>;

/** Builds the account of a world document. Throws an AdminError that names the wrong record. */
export function buildPortal(world: HubSpotWorld, deps: WorldDeps): Portal {
  const read = (type: ObjectType): readonly ParsedWorldRecord[] =>
    world[type].map((record, index) => readWorldRecord(record, `${type}[${index}]`));
  const records = { companies: read('companies'), contacts: read('contacts'), deals: read('deals') };
  const highestId = Math.max(0, ...objectTypes.map((type) => highestIdOf(records[type])));
  let nextPipelineId = highestId;
  const newPipelineId = (): string => String((nextPipelineId += 1));
  const given = world.pipelines.map((pipeline, index) => completePipeline(pipeline, index, 0, newPipelineId));
  const pipelines: readonly DealPipeline[] = given.length > 0 ? given : [completePipeline(defaultPipeline, 0, 0, newPipelineId)];
  const portal = createPortal({ ...deps, portalId: world.portalId, pipelines, owners: world.owners ?? defaultOwners, highestId });
  const placer = createPlacer(portal);
  const placed: Record<ObjectType, readonly ParsedWorldRecord[]> = { companies: [], contacts: [], deals: [] };
  for (const type of objectTypes) {
    for (const definition of world.properties[type]) portal.properties[type].define(definition);
    placed[type] = records[type].map((record, index) => place(portal, type, { record, atMs: WORLD_EPOCH_MS + index * 1000 }, placer));
  }
  // The first company in a contact's or deal's list is its primary, so the companies' own lists come last.
  for (const type of ['contacts', 'deals', 'companies'] as const)
    for (const [index, record] of placed[type].entries()) connect(portal, type, record, index);
  return portal;
}

function highestIdOf(records: readonly ParsedWorldRecord[]): number {
  let highest = 0;
  for (const { id = '0', properties } of records) {
    highest = Math.max(highest, Number(id));
    for (const oldId of (properties.get('hs_merged_object_ids') ?? '').split(';')) highest = Math.max(highest, Number(oldId) || 0);
  }
  return highest;
}

interface Placement {
  readonly record: ParsedWorldRecord;
  /** Its creation date, unless the record gives one. */
  readonly atMs: number;
}

/** Adds one record and returns it with its id. */
function place(
  portal: Portal,
  type: ObjectType,
  { record: given, atMs }: Placement,
  placer: ReturnType<typeof createPlacer>,
): ParsedWorldRecord {
  const table = portal.tables[type];
  const id = given.id ?? portal.newId();
  if (table.get(id) !== undefined) throw new AdminError(`${type}: two records have the id ${id}`);
  const values = new Map(given.properties);
  const createdAtMs = given.createdAt ?? parseInstant(values.get('createdate') ?? '') ?? atMs;
  const updatedAtMs = given.updatedAt ?? parseInstant(values.get(objectTypeFacts[type].modifiedProperty) ?? '') ?? createdAtMs;
  for (const name of ['createdate', 'hs_object_id', 'lastmodifieddate', 'hs_lastmodifieddate']) values.delete(name);
  const archivedAtMs = given.archived ? (given.archivedAt ?? updatedAtMs) : undefined;
  for (const name of values.keys()) if (portal.properties[type].find(name) === undefined) portal.properties[type].define({ name });
  normaliseValues(portal, type, values);
  if (archivedAtMs === undefined) refuseDoubles(portal, type, id, values);
  const record = placer(type, { id, values, createdAtMs, updatedAtMs, archivedAtMs });
  for (const oldId of ancestorsOf(record)) if (oldId !== id) table.alias(oldId, id);
  return { ...given, id };
}

/** Changes values to HubSpot's stored form: e-mails in lower case, a stage with its pipeline, no counted properties. */
function normaliseValues(portal: Portal, type: ObjectType, values: Map<string, string>): void {
  const email = values.get('email');
  if (type === 'contacts' && email !== undefined) values.set('email', email.trim().toLowerCase());
  for (const name of ['associatedcompanyid', 'num_associated_contacts', 'num_associated_deals', 'hs_primary_associated_company'])
    values.delete(name);
  const stage = values.get('dealstage');
  if (type !== 'deals' || stage === undefined) return;
  const pipeline = portal.pipelines.find(values.get('pipeline') ?? '') ?? portal.pipelines.pipelineOfStage(stage);
  if (pipeline === undefined) throw new AdminError(`deals: no pipeline has the stage ${stage}`);
  values.set('pipeline', pipeline.id);
  values.delete('hs_deal_stage_probability');
}

function refuseDoubles(portal: Portal, type: ObjectType, id: string, values: ReadonlyMap<string, string>): void {
  for (const [name, value] of values) {
    const holder = portal.tables[type].holderOf(name, value);
    if (holder !== undefined) throw new AdminError(`${type} ${id}: ${name} has the same value as ${type} ${holder.id}`);
  }
}

function connect(portal: Portal, from: ObjectType, { id, associations }: ParsedWorldRecord, index: number): void {
  if (id === undefined) return;
  for (const [name, toIds] of associations) {
    const to = objectTypeOf(name);
    const type = to === undefined ? undefined : defaultTypeOf(from, to);
    if (to === undefined || type === undefined) throw new AdminError(`${from}[${index}]: ${from} have no associations with ${name}`);
    for (const toId of toIds) {
      if (portal.tables[to].get(toId) === undefined) throw new AdminError(`${from} ${id}: there is no record ${toId} in ${to}`);
      portal.associations.link(from, id, to, toId, [primaryFor(portal, from, id, to, toId) ?? type.typeId]);
    }
  }
}

/** The type id of a primary, for the first company of a contact or deal. Archived companies count, too. */
function primaryFor(portal: Portal, from: ObjectType, fromId: string, to: ObjectType, toId: string): number | undefined {
  const primary = primaryTypeOf(from, to);
  const [childType, childId] = to === 'companies' ? [from, fromId] : [to, toId];
  return primary !== undefined && portal.associations.primaryCompany(childType, childId) === undefined ? primary.typeId : undefined;
}

/** The account as a world document, from which it can be built again. */
export function describePortal(portal: Portal): JsonValue {
  const of = <T>(describe: (type: ObjectType) => T): { readonly companies: T; readonly contacts: T; readonly deals: T } => ({
    companies: describe('companies'),
    contacts: describe('contacts'),
    deals: describe('deals'),
  });
  return {
    portalId: portal.portalId,
    properties: of((type) => portal.properties[type].additional().map(describeDefinition)),
    pipelines: portal.pipelines.list().map((pipeline) => viewPipeline(pipeline, true)),
    owners: portal.owners.map((owner) => ({ ...owner })),
    ...of((type) => allRecords(portal, type).map((record) => describeRecord(portal, record))),
  };
}

const allRecords = (portal: Portal, type: ObjectType): readonly StoredRecord[] =>
  [...portal.tables[type].live(), ...portal.tables[type].archived()].toSorted((a, b) => a.numericId - b.numericId);

/** One record in the form of a world: the values that are set, and the associations with the primary company first. */
export function describeRecord(portal: Portal, record: StoredRecord): JsonObject {
  return {
    id: record.id,
    properties: Object.fromEntries([...record.values].filter(([, value]) => value !== '')),
    associations: describeAssociations(portal, record),
    createdAt: new Date(record.createdAtMs).toISOString(),
    updatedAt: new Date(record.updatedAtMs).toISOString(),
    archived: record.archivedAtMs !== undefined,
    ...(record.archivedAtMs === undefined ? {} : { archivedAt: new Date(record.archivedAtMs).toISOString() }),
  };
}

const associationsShown: Readonly<Record<ObjectType, readonly ObjectType[]>> = {
  companies: [],
  contacts: ['companies'],
  deals: ['companies', 'contacts'],
};

function describeAssociations(portal: Portal, record: StoredRecord): JsonObject {
  const primary = portal.associations.primaryCompany(record.type, record.id);
  const lists = associationsShown[record.type].map((to) => {
    const ids = portal.associations.list(record.type, record.id, to).map(({ id }) => id);
    return [to, to === 'companies' && primary !== undefined ? [primary, ...ids.filter((id) => id !== primary)] : ids] as const;
  });
  return Object.fromEntries(lists.filter(([, ids]) => ids.length > 0));
}

const describeDefinition = ({ archivedAtMs: _a, createdAtMs: _c, updatedAtMs: _u, ...definition }: PropertyDefinition): JsonObject => {
  const { showCurrencySymbol, currencyPropertyName, referencedObjectType, modificationMetadata, options, ...rest } = definition;
  return {
    ...rest,
    options: options.map((option) => ({ ...option })),
    ...(showCurrencySymbol === undefined ? {} : { showCurrencySymbol }),
    ...(currencyPropertyName === undefined ? {} : { currencyPropertyName }),
    ...(referencedObjectType === undefined ? {} : { referencedObjectType }),
    modificationMetadata: Object.fromEntries(Object.entries(modificationMetadata).filter(([, value]) => value !== undefined)),
  };
};
