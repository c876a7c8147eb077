import { z } from 'zod';
import type { VendorResponse } from '../shared/vendor';
import { HubSpotApiError, invalid } from './api-error';
import { datedVersions, type ApiVersion } from './api-path';
import { linkChecked, readAssociations, viewAssociated } from './association-calls';
import { idParam, linkDefault, viewPair } from './association-routes';
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
import { typeSpecsSchema } from './write-schemas';

const versions: readonly ApiVersion[] = ['v4', ...datedVersions];
const read = { versions, limit: 'associations', scopes: objectScopes('read', 'from', 'to') } as const;
const write = { versions, limit: 'associations', scopes: objectScopes('write', 'from', 'to') } as const;
const one = 'objects/{from}/{fromId}/associations/{to}/{toId}';

const MAX_PAGE = 500;

/** The association calls of one record, in v4 and the dated versions. */
export const objectAssociationRoutes: readonly HubSpotRoute[] = [
  { ...read, method: 'GET', pattern: 'objects/{from}/{fromId}/associations/{to}', handle: list },
  { ...write, method: 'PUT', pattern: 'objects/{from}/{fromId}/associations/default/{to}/{toId}', handle: putDefault },
  { ...write, method: 'PUT', pattern: one, handle: put },
  { ...write, method: 'DELETE', pattern: one, handle: remove },
];

function list(call: HubSpotCall): VendorResponse {
  const { portal, request, version } = call;
  if (version !== 'v4' && !portal.settings().datedAssociationGet) throw new HubSpotApiError(404, 'resource not found');
  const limit = Number(request.query.get('limit') ?? MAX_PAGE);
  if (!(limit >= 1 && limit <= MAX_PAGE)) throw invalid('You can only request at most 500 associations at once.');
  const after = Number(request.query.get('after') ?? 0);
  request.touch(param(call, 'fromId'));
  const all = readAssociations(portal, namedTypeParam(call, 'from'), param(call, 'fromId'), namedTypeParam(call, 'to'));
  const rest = all.filter(({ id }) => Number(id) >= after);
  const next = rest[limit];
  return ok({
    results: rest.slice(0, limit).map((record) => viewAssociated(call, record)),
    ...(next === undefined ? {} : { paging: { next: { after: next.id, link: nextLink(call, next.id) } } }),
  });
}

function putDefault(call: HubSpotCall): VendorResponse {
  return linkDefault(call, [{ fromId: param(call, 'fromId'), toId: param(call, 'toId') }]);
}

function put(call: HubSpotCall): VendorResponse {
  const [from, to] = [typeParam(call, 'from'), typeParam(call, 'to')];
  const typeIds = bodyOf(call, z.array(typeSpecsSchema.element)).map(({ associationTypeId }) => associationTypeId);
  const pair = { fromId: param(call, 'fromId'), toId: param(call, 'toId'), typeIds };
  linkChecked(call, from, to, [pair]);
  return { status: 201, body: viewPair(from, to, pair) };
}

function remove(call: HubSpotCall): VendorResponse {
  const [from, to] = [typeParam(call, 'from'), typeParam(call, 'to')];
  call.portal.associations.unlink(from, idParam(call, from, 'fromId'), to, idParam(call, to, 'toId'));
  return noContent;
}
