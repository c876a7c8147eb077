import type { JsonObject } from '../shared/json';
import { invalid } from './api-error';
import type { AssociatedRecord } from './association-store';
import { associationTypeOf } from './association-types';
import type { HubSpotCall, NamedType } from './call';
import type { ObjectType } from './object-type';
import { associated, isLiveRecord, type Portal } from './portal';
import { associate, invalidAssociation, wrongAssociationType } from './record-writes';

/** Two records and the association types between them. */
export interface PairInput {
  readonly fromId: string;
  readonly toId: string;
  readonly typeIds: readonly number[];
}

/** The id that association calls use. For the id of a merged record, a setting chooses between the id itself and the survivor's. */
export function resolveAssociationId(portal: Portal, type: ObjectType, id: string): string {
  if (portal.settings().mergedIdInAssociations === 'empty') return id;
  return portal.tables[type].resolve(id)?.id ?? id;
}

/** The live records associated with a live record. Types without records have none. */
export function readAssociations(
  portal: Portal,
  { type: from }: Pick<NamedType, 'type'>,
  givenId: string,
  { type: to }: Pick<NamedType, 'type'>,
): readonly AssociatedRecord[] {
  if (from === null || to === null) return [];
  const id = resolveAssociationId(portal, from, givenId);
  return isLiveRecord(portal, from, id) ? associated(portal, { type: from, id }, to) : [];
}

/** `{toObjectId, associationTypes}`. HubSpot sends the id as a number, though its API description says text. */
export function viewAssociated({ portal, version }: HubSpotCall, { id, types }: AssociatedRecord): JsonObject {
  const asText = version === '2026-09' && portal.settings().associationIdAsString;
  return {
    toObjectId: asText ? id : Number(id),
    associationTypes: types.map(({ typeId, label }) => ({ category: 'HUBSPOT_DEFINED', typeId, label })),
  };
}

/** Checks all pairs, then links them. Throws HubSpotApiError; then nothing is linked. */
export function linkChecked(call: HubSpotCall, from: ObjectType, to: ObjectType, pairs: readonly PairInput[]): void {
  const { portal, request } = call;
  const resolved = pairs.map((pair) => ({
    ...pair,
    fromId: resolveAssociationId(portal, from, pair.fromId),
    toId: resolveAssociationId(portal, to, pair.toId),
  }));
  for (const { typeIds } of resolved) {
    for (const typeId of typeIds) {
      const type = associationTypeOf(typeId);
      if (type?.from !== from) throw wrongAssociationType(from, typeId);
      if (type.to !== to) throw invalid('One or more associations are invalid', { subCategory: 'crm.associations.INVALID_IDENTIFIER' });
    }
  }
  const missing = resolved.flatMap(({ fromId, toId }) => [
    ...(isLiveRecord(portal, from, fromId) ? [] : [fromId]),
    ...(isLiveRecord(portal, to, toId) ? [] : [toId]),
  ]);
  if (missing.length > 0) throw invalidAssociation(...new Set(missing));
  for (const { fromId, toId, typeIds } of resolved) {
    associate(portal, from, fromId, to, toId, typeIds);
    request.touch(fromId);
    request.touch(toId);
  }
}

/** Refuses a batch of more than `limit` inputs. */
export function tooManyInputs(inputs: readonly unknown[], limit: number): void {
  if (inputs.length > limit)
    throw invalid(`The maximum number of inputs supported in a batch is ${limit}. Please reduce the number of items and try again`);
}
