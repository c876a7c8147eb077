import type { z } from 'zod';
import type { JsonValue } from '../../domain/json';
import type { VendorRequest, VendorResponse } from '../shared/vendor';
import { unknownType } from './api-error';
import type { ApiVersion } from './api-path';
import { emptyTypeOf, objectTypeFacts, objectTypeOf, type ObjectType } from './object-type';
import type { Actor, Portal } from './portal';
import { parseRequestBody } from './request-body';

/** One authenticated request, with everything that a route's handler needs. */
export interface HubSpotCall {
  readonly portal: Portal;
  readonly version: ApiVersion;
  /** The values of the placeholders in the route's pattern, decoded. */
  readonly params: Readonly<Record<string, string>>;
  readonly request: VendorRequest;
  readonly actor: Actor;
}

type RouteHandler = (call: HubSpotCall) => VendorResponse;

/** The rate limit under which a route counts. `file` is for addresses that are called without credentials. */
export type LimitKind = 'standard' | 'search' | 'associations' | JournalLimit | 'file';

/** Limits of an app, apart from those of the account. */
export type JournalLimit = 'journal' | 'subscriptions';

/** Whether a route is called with the token of an app itself, which no account has given. */
export const isForApps = ({ limit }: Pick<HubSpotRoute, 'limit'>): boolean => limit === 'journal' || limit === 'subscriptions';

/** Groups of scopes. One scope of each group must be granted. */
export type RequiredScopes = (call: Pick<HubSpotCall, 'params'>) => readonly (readonly string[])[];

export interface HubSpotRoute {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** The API family and the rest of the path, as `objects/{type}/{id}`. */
  readonly pattern: string;
  readonly versions: readonly ApiVersion[];
  readonly limit: LimitKind;
  readonly scopes: RequiredScopes;
  readonly handle: RouteHandler;
  /** The answer for the standard types that are always empty in this emulator. */
  readonly whenEmpty?: JsonValue;
}

export const ok = (body: JsonValue): VendorResponse => ({ status: 200, body });
export const noContent: VendorResponse = { status: 204 };

/** A parameter of the route. The route's pattern makes sure that it exists. */
export const param = ({ params }: Pick<HubSpotCall, 'params'>, name: string): string => params[name] ?? '';

/** The object type in a parameter. Throws HubSpot's 400 for an unknown type. */
export function typeParam(call: Pick<HubSpotCall, 'params'>, name = 'type'): ObjectType {
  const type = objectTypeOf(param(call, name));
  if (type === undefined) throw unknownType(param(call, name));
  return type;
}

/** An object type in a path: one that this emulator has records of, or another standard type, of which it has none. */
export interface NamedType {
  readonly type: ObjectType | null;
  readonly singular: string;
}

/** The standard object type in a parameter, with records or without. Throws HubSpot's 400 for an unknown type. */
export function namedTypeParam(call: Pick<HubSpotCall, 'params'>, name: string): NamedType {
  const singular = emptyTypeOf(param(call, name));
  if (singular !== undefined) return { type: null, singular };
  const type = typeParam(call, name);
  return { type, singular: objectTypeFacts[type].singular };
}

/** The body, parsed with a schema. Throws HubSpot's 400. */
export const bodyOf = <T>({ request }: HubSpotCall, schema: z.ZodType<T>): T => parseRequestBody(schema, request.rawBody.toString('utf8'));

/** A list parameter. It may be repeated, separated by commas, or both. Undefined when it is absent or empty. */
export function listQuery({ request }: HubSpotCall, name: string): readonly string[] | undefined {
  const given = [...request.query.getAll(name), ...request.query.getAll(`${name}[]`)].flatMap((item) => item.split(','));
  const names = given.map((item) => item.trim()).filter((item) => item !== '');
  return names.length === 0 ? undefined : names;
}

export const flagQuery = ({ request }: HubSpotCall, name: string): boolean => request.query.get(name)?.toLowerCase() === 'true';

/** The address of a path on this server, for `link` and `Location`. */
export const linkTo = ({ request }: HubSpotCall, pathAndQuery: string): string =>
  `http://${request.headers.host ?? 'api.hubapi.com'}${pathAndQuery}`;

/** The link to the page after `after` of the same request. */
export function nextLink(call: HubSpotCall, after: string): string {
  const query = new URLSearchParams(call.request.query);
  query.set('after', after);
  return linkTo(call, `${call.request.path}?${query.toString()}`);
}

/** The read or write scope of the object types that the parameters name. */
export const objectScopes =
  (access: 'read' | 'write', ...names: readonly string[]): RequiredScopes =>
  (call) =>
    (names.length === 0 ? ['type'] : names).flatMap((name) => {
      const type = objectTypeOf(param(call, name));
      return type === undefined ? [] : [[`crm.objects.${type}.${access}`]];
    });

/** The scopes of definitions. The read scope of the object allows reading them, too. */
export const schemaScopes =
  (access: 'read' | 'write'): RequiredScopes =>
  (call) => {
    const type = objectTypeOf(param(call, 'type'));
    if (type === undefined) return [];
    return [access === 'read' ? [`crm.schemas.${type}.read`, `crm.objects.${type}.read`] : [`crm.schemas.${type}.write`]];
  };

export const noScopes: RequiredScopes = () => [];
