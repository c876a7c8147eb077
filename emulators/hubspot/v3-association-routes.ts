import { z } from 'zod';
import type { VendorResponse } from '../shared/vendor';
import { invalid, noAssociations, recordNotFound } from './api-error';
import { linkChecked, readAssociations, tooManyInputs } from './association-calls';
import type { AssociatedRecord } from './association-store';
import { idParam } from './association-routes';
import { typesBetween } from './association-types';
import { batchAnswer, idSchema } from './batch';
import {
  bodyOf,
  namedTypeParam,
  nextLink,
  noContent,
  objectScopes,
  ok,
  param,
  typeParam,
  type HubSpotCall,
  type HubSpotRoute,
} from './call';
import { objectTypeFacts, type ObjectType } from './object-type';
import { isLiveRecord } from './portal';

const shared = { versions: ['v3'], limit: 'associations' } as const;
const read = { ...shared, scopes: objectScopes('read', 'from', 'to') } as const;
const write = { ...shared, scopes: objectScopes('write', 'from', 'to') } as const;

const ref = z.object({ id: idSchema });
const readSchema = z.object({ inputs: z.array(ref) });
const pairsSchema = z.object({ inputs: z.array(z.object({ from: ref, to: ref, type: z.string() })) });

const READ_LIMIT = 100;
const READ_PAGE = 100;
const batch = 'associations/{from}/{to}/batch';
const one = 'objects/{from}/{fromId}/associations/{to}/{toId}/{associationType}';

/** The association calls of v3. Types are names, ids are texts, and a record shows at most 100 associations. */
export const v3AssociationRoutes: readonly HubSpotRoute[] = [
  { ...read, method: 'POST', pattern: `${batch}/read`, handle: batchRead },
  { ...write, method: 'POST', pattern: `${batch}/create`, handle: batchCreate },
  { ...write, method: 'POST', pattern: `${batch}/archive`, handle: batchArchive },
  { ...read, method: 'GET', pattern: 'associations/{from}/{to}/types', handle: types },
  { ...read, method: 'GET', pattern: 'objects/{from}/{fromId}/associations/{to}', handle: list },
  { ...write, method: 'PUT', pattern: one, handle: put },
  { ...write, method: 'DELETE', pattern: one, handle: remove },
];

const named = ({ id, types: labels }: AssociatedRecord): readonly { readonly id: string; readonly type: string }[] =>
  labels.map(({ name }) => ({ id, type: name }));

function batchRead(call: HubSpotCall): VendorResponse {
  const [from, to] = [namedTypeParam(call, 'from'), namedTypeParam(call, 'to')];
  const { inputs } = bodyOf(call, readSchema);
  tooManyInputs(inputs, READ_LIMIT);
  const results = [];
  const errors = [];
  for (const { id } of inputs) {
    call.request.touch(id);
    const all = readAssociations(call.portal, from, id, to);
    if (all.length === 0) errors.push(noAssociations(from.singular, id, to.singular));
    else results.push({ from: { id }, to: all.slice(0, READ_PAGE).flatMap(named) });
  }
  return batchAnswer(call, results, errors);
}

function batchCreate(call: HubSpotCall): VendorResponse {
  const [from, to] = [typeParam(call, 'from'), typeParam(call, 'to')];
  const { inputs } = bodyOf(call, pairsSchema);
  tooManyInputs(inputs, READ_LIMIT);
  linkChecked(
    call,
    from,
    to,
    inputs.map((input) => ({ fromId: input.from.id, toId: input.to.id, typeIds: [typeIdOf(from, to, input.type)] })),
  );
  return batchAnswer(
    call,
    inputs.map((input) => ({ from: input.from, to: input.to, type: input.type })),
    [],
    201,
  );
}

function batchArchive(call: HubSpotCall): VendorResponse {
  const [from, to] = [typeParam(call, 'from'), typeParam(call, 'to')];
  for (const input of bodyOf(call, pairsSchema).inputs) call.portal.associations.unlink(from, input.from.id, to, input.to.id);
  return noContent;
}

function types(call: HubSpotCall): VendorResponse {
  const [from, to] = [namedTypeParam(call, 'from').type, namedTypeParam(call, 'to').type];
  const between = from === null || to === null ? [] : typesBetween(from, to);
  return ok({ results: between.map(({ typeId, name }) => ({ id: String(typeId), name })) });
}

function list(call: HubSpotCall): VendorResponse {
  const [from, to] = [typeParam(call, 'from'), namedTypeParam(call, 'to')];
  const id = idParam(call, from, 'fromId');
  if (!isLiveRecord(call.portal, from, id)) throw recordNotFound();
  const all = readAssociations(call.portal, { type: from }, id, to);
  const limit = Number(call.request.query.get('limit') ?? 500);
  const rest = all.filter((record) => Number(record.id) >= Number(call.request.query.get('after') ?? 0));
  const next = rest[limit];
  return ok({
    results: rest.slice(0, limit).flatMap(named),
    ...(next === undefined ? {} : { paging: { next: { after: next.id, link: nextLink(call, next.id) } } }),
  });
}

function put(call: HubSpotCall): VendorResponse {
  const [from, to] = [typeParam(call, 'from'), typeParam(call, 'to')];
  const [fromId, toId] = [idParam(call, from, 'fromId'), idParam(call, to, 'toId')];
  linkChecked(call, from, to, [{ fromId, toId, typeIds: [typeIdOf(from, to, param(call, 'associationType'))] }]);
  const url = `https://app.hubspot.com/contacts/${call.portal.portalId}/record/${objectTypeFacts[from].typeId}/${fromId}`;
  const record = call.portal.tables[from].get(fromId);
  const at = new Date(record?.updatedAtMs ?? call.portal.now()).toISOString();
  return ok({ id: fromId, properties: {}, createdAt: at, updatedAt: at, archived: false, url });
}

function remove(call: HubSpotCall): VendorResponse {
  const [from, to] = [typeParam(call, 'from'), typeParam(call, 'to')];
  call.portal.associations.unlink(from, idParam(call, from, 'fromId'), to, idParam(call, to, 'toId'));
  return noContent;
}

/** The id of a type that is given by name or number. */
function typeIdOf(from: ObjectType, to: ObjectType, name: string): number {
  const all = typesBetween(from, to);
  const type = all.find((known) => known.name === name || String(known.typeId) === name);
  if (type === undefined) throw invalid(`${name} is not a valid association type between ${from} and ${to}`);
  return type.typeId;
}
