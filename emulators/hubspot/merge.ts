import { associationTypes, primaryTypeOf } from './association-types';
import { invalid, recordNotFound } from './api-error';
import { objectTypes, type ObjectType } from './object-type';
import { unlessArchived, type Actor, type Portal } from './portal';
import type { MutableRecord, StoredRecord } from './record';
import { createPlacer, setValue } from './record-changes';
import { associate } from './record-writes';

/** The most merged records that one record can replace. */
const IDENTITY_LIMIT = 250;

/**
 * Merges `loserId` into `primaryId` and returns the survivor. The setting `mergeId` chooses: a new record with a new id, or the primary
 * under its own id. The primary's values win; the other record's values fill its blanks. The survivor gets both records' associations.
 * Throws HubSpotApiError.
 */
export function mergeRecords(portal: Portal, type: ObjectType, primaryId: string, loserId: string, actor: Actor): MutableRecord {
  const table = portal.tables[type];
  const primary = unlessArchived(table.resolve(primaryId));
  const loser = unlessArchived(table.resolve(loserId));
  if (primary === undefined || loser === undefined) throw recordNotFound();
  if (primary === loser) throw invalid(`Cannot merge ${primaryId} with itself`);
  const keepsId = portal.settings().mergeId === 'primary';
  const ancestors = [...(keepsId ? [] : [primary.id]), loser.id, ...ancestorsOf(primary), ...ancestorsOf(loser)];
  if (ancestors.length > IDENTITY_LIMIT) throw invalid('Cannot have more than 250 identities on a profile');
  const links = linksOf(portal, primary, loser);
  const values = mergedValues(portal, primary, loser, ancestors);

  portal.index.noteWrite(loser, 'update', actor.indexLagMs);
  portal.index.noteWrite(primary, 'update', actor.indexLagMs);
  for (const record of [primary, loser]) for (const to of objectTypes) dropLinks(portal, record, to);
  table.remove(loser);
  const survivor = keepsId ? primary : replaceBySurvivor(portal, primary, loser, values, actor);
  if (keepsId) {
    for (const [name, value] of values) setValue(portal, primary, name, value, actor.source);
    primary.updatedAtMs = Math.max(primary.updatedAtMs, portal.now());
  }
  for (const id of [primary.id, loser.id]) table.alias(id, survivor.id);
  const mergedIds = [primary.id, loser.id].filter((id) => id !== survivor.id);
  portal.tell({ kind: 'record', action: 'MERGE', type, id: survivor.id, atMs: portal.now(), mergedIds });
  for (const link of links) associate(portal, type, survivor.id, link.to, link.toId, link.typeIds);
  return survivor;
}

/** The ids of all records that were merged into this one. */
export const ancestorsOf = (record: StoredRecord): readonly string[] =>
  (record.values.get('hs_merged_object_ids') ?? '').split(';').filter((id) => id !== '');

function replaceBySurvivor(
  portal: Portal,
  primary: MutableRecord,
  loser: StoredRecord,
  values: ReadonlyMap<string, string>,
  actor: Actor,
): MutableRecord {
  portal.tables[primary.type].remove(primary);
  const input = { id: portal.newId(), values, createdAtMs: Math.min(primary.createdAtMs, loser.createdAtMs), updatedAtMs: portal.now() };
  const survivor = createPlacer(portal)(primary.type, input);
  portal.index.noteWrite(survivor, 'create', actor.indexLagMs);
  for (const [name, entries] of primary.history) survivor.history.set(name, [...entries]);
  return survivor;
}

function mergedValues(
  portal: Portal,
  primary: StoredRecord,
  loser: StoredRecord,
  ancestors: readonly string[],
): ReadonlyMap<string, string> {
  const values = new Map(loser.values);
  for (const [name, value] of primary.values) if (value !== '' || !values.has(name)) values.set(name, value);
  // Stage and pipeline belong together, so both come from one record.
  for (const name of ['pipeline', 'dealstage', 'hs_deal_stage_probability']) {
    const value = primary.values.get(name);
    if (value !== undefined) values.set(name, value);
  }
  values.set('hs_merged_object_ids', ancestors.join(';'));
  if (primary.type !== 'contacts') return values;
  const emails = [primary.values.get('hs_additional_emails'), loser.values.get('email'), loser.values.get('hs_additional_emails')];
  const own = values.get('email');
  const additional = [...new Set(emails.flatMap((list) => (list ?? '').split(';')))].filter((email) => email !== '' && email !== own);
  if (additional.length > 0) values.set('hs_additional_emails', additional.join(';'));
  // At HubSpot too, this property leaves out the merges before this one.
  values.set('hs_calculated_merged_vids', `${primary.id}:${portal.now()};${loser.id}:${portal.now()}`);
  return values;
}

interface Link {
  readonly to: ObjectType;
  readonly toId: string;
  readonly typeIds: readonly number[];
}

/** The links of both records. The primary record's links come last, so that its primary company stays the primary. */
function linksOf(portal: Portal, primary: StoredRecord, loser: StoredRecord): readonly Link[] {
  const of = (record: StoredRecord): readonly Link[] =>
    objectTypes.flatMap((to) =>
      portal.associations
        .list(record.type, record.id, to)
        .map(({ id, types }) => ({ to, toId: id, typeIds: types.map(({ typeId }) => typeId) })),
    );
  const links = of(primary);
  const company = primaryTypeOf(primary.type, 'companies')?.typeId;
  const hasPrimary = company !== undefined && links.some(({ typeIds }) => typeIds.includes(company));
  const kept = of(loser).map((link) => ({
    ...link,
    typeIds: hasPrimary ? link.typeIds.filter((typeId) => typeId !== company) : link.typeIds,
  }));
  return [...kept, ...links].toSorted((a, b) => rank(b) - rank(a));
}

/** Sorts primary links first, because the first linked company would become the primary otherwise. */
const rank = ({ typeIds }: Link): number =>
  typeIds.some((typeId) => associationTypes.some((type) => type.primary && type.typeId === typeId)) ? 1 : 0;

function dropLinks(portal: Portal, record: StoredRecord, to: ObjectType): void {
  for (const { id } of portal.associations.list(record.type, record.id, to)) portal.associations.unlink(record.type, record.id, to, id);
}
