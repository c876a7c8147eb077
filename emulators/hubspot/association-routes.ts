import { z } from 'zod';
import type { VendorResponse } from '../shared/vendor';
import { noAssociations } from './api-error';
import { datedVersions, type ApiVersion } from './api-path';
import { readAssociations, resolveAssociationId, tooManyInputs, viewAssociated } from './association-calls';
import { typesBetween } from './association-types';
import { batchAnswer, idSchema } from './batch';
import { bodyOf, noContent, namedTypeParam, objectScopes, ok, param, typeParam, type HubSpotCall, type HubSpotRoute } from './call';
import { objectTypeFacts, type ObjectType } from './object-type';
import { invalidAssociation, defaultTypeIds } from './record-writes';
import { linkChecked, type PairInput } from './association-calls';
import { typeSpecsSchema } from './write-schemas';

const versions: readonly ApiVersion[] = ['v4', ...datedVersions];
const read = { versions, limit: 'associations', scopes: objectScopes('read', 'from', 'to') } as const;
const write = { versions, limit: 'associations', scopes: objectScopes('write', 'from', 'to') } as const;

const ref = z.object({ id: idSchema });
const readSchema = z.object({ inputs: z.array(z.object({ id: idSchema, after: z.string().nullish() })) });
const createSchema = z.object({ inputs: z.array(z.object({ from: ref, to: ref, types: typeSpecsSchema })) });
const defaultSchema = z.object({ inputs: z.array(z.object({ from: ref, to: ref })) });
const archiveSchema = z.object({ inputs: z.array(z.object({ from: ref, to: z.array(ref) })) });

const READ_LIMIT = 1_000;
const WRITE_LIMIT = 2_000;
const PAGE = 1_000;
const batch = 'associations/{from}/{to}/batch';

/** The batch calls and labels of associations, in v4 and the dated versions. */
export const associationRoutes: readonly HubSpotRoute[] = [
  { ...read, method: 'POST', pattern: `${batch}/read`, handle: batchRead },
  { ...write, method: 'POST', pattern: `${batch}/create`, handle: batchCreate },
  { ...write, method: 'POST', pattern: `${batch}/associate/default`, handle: batchDefault },
  { ...write, method: 'POST', pattern: `${batch}/archive`, handle: batchArchive },
  { ...write, method: 'POST', pattern: `${batch}/labels/archive`, handle: batchLabelsArchive },
  { ...read, method: 'GET', pattern: 'associations/{from}/{to}/labels', handle: labels },
];

function batchRead(call: HubSpotCall): VendorResponse {
  const { portal, request } = call;
  const [from, to] = [namedTypeParam(call, 'from'), namedTypeParam(call, 'to')];
  const { inputs } = bodyOf(call, readSchema);
  tooManyInputs(inputs, READ_LIMIT);
  const results = [];
  const errors = [];
  for (const { id, after } of inputs) {
    request.touch(id);
    const all = readAssociations(portal, from, id, to);
    if (all.length === 0) {
      errors.push(noAssociations(from.singular, id, to.singular));
      continue;
    }
    const rest = all.filter((record) => after === undefined || after === null || Number(record.id) >= Number(after));
    const next = rest[PAGE];
    results.push({
      from: { id },
      to: rest.slice(0, PAGE).map((record) => viewAssociated(call, record)),
      ...(next === undefined ? {} : { paging: { next: { after: next.id } } }),
    });
  }
  return batchAnswer(call, results, errors);
}

function batchCreate(call: HubSpotCall): VendorResponse {
  const { inputs } = bodyOf(call, createSchema);
  tooManyInputs(inputs, WRITE_LIMIT);
  const pairs = inputs.map(({ from, to, types }) => ({
    fromId: from.id,
    toId: to.id,
    typeIds: types.map(({ associationTypeId }) => associationTypeId),
  }));
  const [from, to] = [typeParam(call, 'from'), typeParam(call, 'to')];
  linkChecked(call, from, to, pairs);
  const results = pairs.map((pair) => viewPair(from, to, pair));
  return batchAnswer(call, results, [], call.version === 'v4' ? 201 : 200);
}

/** `{fromObjectTypeId, fromObjectId, toObjectTypeId, toObjectId, labels}`. */
export const viewPair = (from: ObjectType, to: ObjectType, { fromId, toId, typeIds }: PairInput) => ({
  fromObjectTypeId: objectTypeFacts[from].typeId,
  fromObjectId: fromId,
  toObjectTypeId: objectTypeFacts[to].typeId,
  toObjectId: toId,
  labels: typesBetween(from, to).flatMap(({ typeId, label }) => (label !== null && typeIds.includes(typeId) ? [label] : [])),
});

function batchDefault(call: HubSpotCall): VendorResponse {
  const { inputs } = bodyOf(call, defaultSchema);
  tooManyInputs(inputs, WRITE_LIMIT);
  const pairs = inputs.map(({ from, to }) => ({ fromId: from.id, toId: to.id }));
  return linkDefault(call, pairs);
}

/** Links pairs with the unlabelled type. The answer has one entry for each requested direction. */
export function linkDefault(call: HubSpotCall, pairs: readonly Pick<PairInput, 'fromId' | 'toId'>[]): VendorResponse {
  const [from, to] = [typeParam(call, 'from'), typeParam(call, 'to')];
  const typeIds = defaultTypeIds(from, to);
  const [typeId] = typeIds;
  if (typeId === undefined) throw invalidAssociation();
  linkChecked(
    call,
    from,
    to,
    pairs.map((pair) => ({ ...pair, typeIds })),
  );
  const associationSpec = { associationCategory: 'HUBSPOT_DEFINED', associationTypeId: typeId };
  return batchAnswer(
    call,
    pairs.map(({ fromId, toId }) => ({ from: { id: fromId }, to: { id: toId }, associationSpec })),
    [],
  );
}

function batchArchive(call: HubSpotCall): VendorResponse {
  const [from, to] = [typeParam(call, 'from'), typeParam(call, 'to')];
  const { inputs } = bodyOf(call, archiveSchema);
  tooManyInputs(inputs, WRITE_LIMIT);
  for (const input of inputs) {
    for (const target of input.to)
      call.portal.associations.unlink(
        from,
        resolveAssociationId(call.portal, from, input.from.id),
        to,
        resolveAssociationId(call.portal, to, target.id),
      );
  }
  return archived(call);
}

function batchLabelsArchive(call: HubSpotCall): VendorResponse {
  const [from, to] = [typeParam(call, 'from'), typeParam(call, 'to')];
  const { inputs } = bodyOf(call, createSchema);
  tooManyInputs(inputs, WRITE_LIMIT);
  for (const input of inputs) {
    const typeIds = input.types.map(({ associationTypeId }) => associationTypeId);
    call.portal.associations.unlink(from, input.from.id, to, input.to.id, typeIds);
  }
  return archived(call);
}

const archived = (call: HubSpotCall): VendorResponse => (call.version === 'v4' ? noContent : batchAnswer(call, [], []));

function labels(call: HubSpotCall): VendorResponse {
  const [from, to] = [namedTypeParam(call, 'from').type, namedTypeParam(call, 'to').type];
  const types = from === null || to === null ? [] : typesBetween(from, to);
  return ok({ results: types.map(({ typeId, label }) => ({ category: 'HUBSPOT_DEFINED', typeId, label })) });
}

/** The record id in a parameter of an association path. */
export const idParam = (call: HubSpotCall, type: ObjectType, name: string): string =>
  resolveAssociationId(call.portal, type, param(call, name));
