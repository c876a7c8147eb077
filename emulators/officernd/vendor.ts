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
import { createOfficerndPush } from './push';
import { parseRoute, routeName, requiredScope, webhookScope, type OfficerndRoute } from './routes';
import { officerndSettingsSchema, type OfficerndSettings } from './settings';
import { ORGANIZATION, createOfficerndTokens } from './tokens';
import { loadWorld, readWorld } from './world';
import { createWebhooks } from './webhooks';
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

type WebhookRoute = Extract<OfficerndRoute, { readonly kind: 'webhooks' }>;
type OrganizationRoute = Exclude<Extract<OfficerndRoute, { readonly slug: string }>, WebhookRoute>;

function createVendor({ clock, settings, random }: VendorDeps<OfficerndSettings>): Vendor {
  let database = loadWorld({}, random('ids'), true);
  const tokens = createOfficerndTokens({ clock, settings, random: random('tokens') });
  const chance = random('retry-after');
  const webhooks = createWebhooks(random('webhooks'));
  const push = createOfficerndPush({ clock, random: random('push'), webhooks });
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
      case 'webhooks':
        return aboutWebhooks(request, route);
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
    const resource = route.kind === 'member-part' ? 'members' : route.resource;
    admit(request, route.slug, requiredScope(resource, call.action), call.action);
    return call.action === 'read' ? read(request, route) : write(request, route, call.action, call.writable);
  }

  function admit(request: VendorRequest, slug: string, scope: string, action: RouteAction['action']): void {
    // The vendor gives the same answer for a missing scope and a missing token.
    if (tokens.scopesOf(request)?.has(scope) !== true) throw unauthorized();
    if (slug !== ORGANIZATION) throw new OfficerndApiError(500, 'Organization not found');
    countCall(action === 'read' ? 'reads' : 'writes');
  }

  function aboutWebhooks(request: VendorRequest, { slug, id }: WebhookRoute): VendorResponse {
    const action = webhookActions[`${request.method}${id === undefined ? '' : ' id'}`];
    if (action === undefined) throw noRoute(request);
    admit(request, slug, webhookScope(action), action);
    switch (action) {
      case 'read': {
        if (id !== undefined) return { status: 200, body: webhooks.get(id) };
        const results = webhooks.list();
        return { status: 200, body: { rangeStart: Math.min(1, results.length), rangeEnd: results.length, results } };
      }
      case 'create':
        return { status: 201, body: webhooks.create(bodyOf(request)) };
      case 'update':
        return { status: 200, body: webhooks.update(id ?? '', bodyOf(request)) };
      case 'delete':
        return { status: 200, body: webhooks.remove(id ?? '') };
    }
  }

  function read(request: VendorRequest, route: OrganizationRoute): VendorResponse {
    if (route.kind === 'member-part') throw noRoute(request);
    const collection = database.collections[route.resource];
    const current = settings();
    if (route.kind === 'record') return single(request, route.resource, existingRow(database, route.resource, route.id), 200, 'single');
    const query = parseQuery(request.query, route.resource, route.kind, collection, current);
    if (route.kind === 'count') return { status: 200, body: countRows(collection, query) };
    const show = (fields: JsonObject): JsonObject => shown(route.resource, fields, 'list');
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
        'members',
        route.part === 'status' ? setMemberStatus(context, route.id, body) : setMemberCompany(context, route.id, body),
        200,
        'single',
      );
    }
    if (route.kind !== 'record') return single(request, resource, createByApi(context, resource, bodyOf(request)), 201, 'single');
    if (action === 'delete') return single(request, resource, deleteByApi(context, resource, route.id), 200, 'list');
    return single(request, resource, updateByApi(context, resource, route.id, bodyOf(request)), 200, 'single');
  }

  function shown(resource: Resource, fields: JsonObject, form: 'list' | 'single'): JsonObject {
    const { danglingReferences, omitFields } = settings();
    return withoutPaths(viewOfFields(database, fields, form, danglingReferences), omitFields[resource] ?? []);
  }

  function single(request: VendorRequest, resource: Resource, row: Row, status: number, form: 'list' | 'single'): VendorResponse {
    request.touch(row.id);
    return { status, body: shown(resource, row.fields, form) };
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
      database.watch(push.onChange);
      push.reset();
      Object.values(windows).forEach((window) => window.reset());
    },
    readWorld: () => readWorld(database),
    applyEdit: (edit) => applyOfficerndEdit({ database, settings: settings(), nowIso: clock.nowIso() }, edit),
    changeFeed: push.changeFeed,
    stop: push.stop,
  };
}

/** Leaves fields out, each by its path. */
function withoutPaths(fields: JsonObject, paths: readonly string[]): JsonObject {
  return paths.reduce<JsonObject>((left, path) => {
    const [head = '', ...rest] = path.split('.');
    const { [head]: inner, ...others } = left;
    return rest.length > 0 && isJsonObject(inner) ? { ...others, [head]: withoutPaths(inner, [rest.join('.')]) } : others;
  }, fields);
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

/** By method, and whether the path names one webhook. */
const webhookActions: Readonly<Record<string, RouteAction['action']>> = {
  GET: 'read',
  'GET id': 'read',
  POST: 'create',
  'PUT id': 'update',
  'DELETE id': 'delete',
};

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
