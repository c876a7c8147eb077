import type { JsonValue } from '../../domain/json';
import { createRateWindow } from '../shared/rate-window';
import { isJsonObject, parseJson, type JsonObject } from '../shared/json';
import type { Vendor, VendorDefinition, VendorDeps, VendorRequest, VendorResponse } from '../shared/vendor';
import type { Row } from './collection';
import { viewOfFields } from './database';
import { applyOfficerndEdit } from './edits';
import { OfficerndApiError, badRequest, officerndErrorBody } from './errors';
import type { Resource, WritableResource } from './fields';
import { countRows, listPage } from './paging';
import { parseQuery } from './query';
import { parseRoute, routeName, requiredScope, type OfficerndRoute } from './routes';
import { officerndSettingsSchema, type OfficerndSettings } from './settings';
import { ORGANIZATION, createOfficerndTokens } from './tokens';
import { loadWorld, readWorld } from './world';
import { createByApi, deleteByApi, existingRow, setMemberCompany, setMemberStatus, updateByApi, type WriteContext } from './writes';

/** OfficeRnD API v2 as `startEmulator` runs it. */
export const officerndVendor: VendorDefinition<OfficerndSettings> = {
  side: 'officernd',
  settings: officerndSettingsSchema,
  create: createVendor,
};

/** The user in createdBy and modifiedBy after writes through the API. */
const APP_USER_ID = '65f0c0ffee00000000000002';
const MINUTE_MS = 60_000;
const vendorHeaders = { 'x-powered-by': 'Express', server: 'cloudflare' };
const unauthorized = (): OfficerndApiError => new OfficerndApiError(401, 'Unauthorized access');

type OrganizationRoute = Extract<OfficerndRoute, { readonly slug: string }>;

function createVendor({ clock, settings, random }: VendorDeps<OfficerndSettings>): Vendor {
  let database = loadWorld({}, random('ids'), true);
  const tokens = createOfficerndTokens({ clock, settings, random: random('tokens') });
  const chance = random('retry-after');
  const windows = {
    reads: createRateWindow(MINUTE_MS, clock.now),
    writes: createRateWindow(MINUTE_MS, clock.now),
    tokens: createRateWindow(MINUTE_MS, clock.now),
  };

  function countCall(window: keyof typeof windows): void {
    const { limits, retryAfter } = settings();
    const limit = { reads: limits.readsPerMinute, writes: limits.writesPerMinute, tokens: limits.tokensPerMinute }[window];
    const { allowed, retryAfterMs } = windows[window].take(limit);
    if (allowed) return;
    const says = retryAfter === 'always' || (retryAfter === 'sometimes' && chance.next() < 0.5);
    throw new OfficerndApiError(429, 'Too Many Requests', says ? { 'retry-after': String(Math.ceil(retryAfterMs / 1000)) } : {});
  }

  function answer(request: VendorRequest): VendorResponse {
    const route = parseRoute(request.path);
    switch (route.kind) {
      case 'token':
        if (request.method !== 'POST') throw noRoute(request);
        countCall('tokens');
        return tokens.issue(request);
      case 'traversal':
        return { status: 302, headers: { location: '/login' } };
      case 'unknown':
        throw noRoute(request);
      case 'list':
      case 'count':
      case 'record':
      case 'member-part':
        return inOrganization(request, route);
    }
  }

  function inOrganization(request: VendorRequest, route: OrganizationRoute): VendorResponse {
    const call = callOf(request.method, route, settings());
    if (call === undefined) throw noRoute(request);
    const scopes = tokens.scopesOf(request);
    const resource = route.kind === 'member-part' ? 'members' : route.resource;
    // The vendor gives the same answer for a missing scope and a missing token.
    if (scopes === undefined || !scopes.has(requiredScope(resource, call.action))) throw unauthorized();
    if (route.slug !== ORGANIZATION) throw new OfficerndApiError(500, 'Organization not found');
    countCall(call.action === 'read' ? 'reads' : 'writes');
    return call.action === 'read' ? read(request, route) : write(request, route, call.action, call.writable);
  }

  function read(request: VendorRequest, route: OrganizationRoute): VendorResponse {
    if (route.kind === 'member-part') throw noRoute(request);
    const collection = database.collections[route.resource];
    const current = settings();
    if (route.kind === 'record') return single(request, existingRow(database, route.resource, route.id), 200, 'single');
    const query = parseQuery(request.query, route.resource, route.kind, collection, current);
    if (route.kind === 'count') return { status: 200, body: countRows(collection, query) };
    const show = (fields: JsonObject): JsonObject => viewOfFields(database, fields, 'list', current.danglingReferences);
    const { body, ids } = listPage(collection, query, show, { nowMs: clock.now(), lifetimeMs: current.cursorLifetimeMs });
    ids.forEach(request.touch);
    return { status: 200, body };
  }

  function write(
    request: VendorRequest,
    route: OrganizationRoute,
    action: 'create' | 'update' | 'delete',
    resource: WritableResource,
  ): VendorResponse {
    const context: WriteContext = { database, settings: settings(), nowIso: clock.nowIso(), by: APP_USER_ID };
    if (route.kind === 'member-part') {
      const body = bodyOf(request);
      return single(
        request,
        route.part === 'status' ? setMemberStatus(context, route.id, body) : setMemberCompany(context, route.id, body),
        200,
        'single',
      );
    }
    if (route.kind !== 'record') return single(request, createByApi(context, resource, bodyOf(request)), 201, 'single');
    if (action === 'delete') return single(request, deleteByApi(context, resource, route.id), 200, 'list');
    return single(request, updateByApi(context, resource, route.id, bodyOf(request)), 200, 'single');
  }

  function single(request: VendorRequest, row: Row, status: number, form: 'list' | 'single'): VendorResponse {
    request.touch(row.id);
    return { status, body: viewOfFields(database, row.fields, form, settings().danglingReferences) };
  }

  const bodyFor = (status: number, said: string | readonly string[], request: VendorRequest): JsonValue =>
    officerndErrorBody(status, said, clock.nowIso(), request.url);

  return {
    routeOf: routeName,
    handle: (request) => {
      try {
        const response = answer(request);
        return { ...response, headers: { ...vendorHeaders, ...response.headers } };
      } catch (error) {
        if (!(error instanceof OfficerndApiError)) throw error;
        return { status: error.status, headers: { ...vendorHeaders, ...error.headers }, body: bodyFor(error.status, error.said, request) };
      }
    },
    errorBody: (status, request) => bodyFor(status, faultMessages[status] ?? 'Internal server error', request),
    replaceWorld: (half) => {
      database = loadWorld(half, random('ids'), settings().autoLead);
      Object.values(windows).forEach((window) => window.reset());
    },
    readWorld: () => readWorld(database),
    applyEdit: (edit) => applyOfficerndEdit({ database, settings: settings(), nowIso: clock.nowIso() }, edit),
  };
}

const faultMessages: Readonly<Record<number, string>> = {
  401: 'Unauthorized access',
  404: 'Not Found',
  429: 'Too Many Requests',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
  504: 'Gateway Timeout',
};

const noRoute = (request: VendorRequest): OfficerndApiError => new OfficerndApiError(404, `Cannot ${request.method} ${request.url}`);

type RouteAction = { readonly action: 'read' } | { readonly action: 'create' | 'update' | 'delete'; readonly writable: WritableResource };

/** The action of a method on a route. Undefined when the vendor has no such route. */
function callOf(method: string, route: OrganizationRoute, settings: OfficerndSettings): RouteAction | undefined {
  if (route.kind === 'member-part') return method === settings.subResourceVerb ? { action: 'update', writable: 'members' } : undefined;
  if (method === 'GET') return { action: 'read' };
  const writable = writableOf(route.resource);
  if (writable === undefined) return undefined;
  if (route.kind === 'list') return method === 'POST' ? { action: 'create', writable } : undefined;
  if (route.kind !== 'record') return undefined;
  if (method === 'PUT') return { action: 'update', writable };
  return method === 'DELETE' ? { action: 'delete', writable } : undefined;
}

const writableOf = (resource: Resource): WritableResource | undefined =>
  resource === 'companies' || resource === 'members' || resource === 'opportunities' ? resource : undefined;

/** The body as the vendor's framework reads it: an empty object when it is empty or has no JSON content type. */
function bodyOf(request: VendorRequest): JsonObject {
  if (!/^application\/json\b/i.test(request.headers['content-type'] ?? '') || request.rawBody.length === 0) return {};
  try {
    const body = parseJson(request.rawBody.toString('utf8'));
    return isJsonObject(body) ? body : {};
  } catch (error) {
    throw badRequest([error instanceof Error ? error.message : 'Unexpected token in JSON']);
  }
}
