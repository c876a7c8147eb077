import type { z } from 'zod';
import type { JsonValue } from '../../domain/json';
import type { VendorRequest, VendorResponse } from '../shared/vendor';
import { unknownType } from './api-error';
import type { ApiVersion } from './api-path';
import { objectTypeOf, type ObjectType } from './object-type';
import type { Actor, Portal } from './portal';
import { parseRequestBody } from './request-body';

/** One authenticated request on its way through a route. */
export interface HubSpotCall {
  readonly portal: Portal;
  readonly version: ApiVersion;
  /** The placeholders of the route's pattern, decoded. */
  readonly params: Readonly<Record<string, string>>;
  readonly request: VendorRequest;
  readonly actor: Actor;
}

type RouteHandler = (call: HubSpotCall) => VendorResponse;

/** Which limit a route counts against. */
export type LimitKind = 'standard' | 'search' | 'associations';

/** Groups of scopes: of each group one must be granted. */
export type RequiredScopes = (call: Pick<HubSpotCall, 'params'>) => readonly (readonly string[])[];

export interface HubSpotRoute {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Path behind family and version, as `objects/{type}/{id}`. */
  readonly pattern: string;
  readonly versions: readonly ApiVersion[];
  readonly limit: LimitKind;
  readonly scopes: RequiredScopes;
  readonly handle: RouteHandler;
  /** The answer for standard types that this emulator keeps empty. */
  readonly whenEmpty?: JsonValue;
}

export const ok = (body: JsonValue): VendorResponse => ({ status: 200, body });
export const noContent: VendorResponse = { status: 204 };

/** A parameter of the route; the pattern guarantees it. */
export const param = ({ params }: Pick<HubSpotCall, 'params'>, name: string): string => params[name] ?? '';

/** The object type a parameter names. Throws HubSpot's 400 for any other. */
export function typeParam(call: Pick<HubSpotCall, 'params'>, name = 'type'): ObjectType {
  const type = objectTypeOf(param(call, name));
  if (type === undefined) throw unknownType(param(call, name));
  return type;
}

/** The body, read with a schema. Throws HubSpot's 400. */
export const bodyOf = <T>({ request }: HubSpotCall, schema: z.ZodType<T>): T => parseRequestBody(schema, request.rawBody.toString('utf8'));

/** A list parameter: repeated, separated by commas, or both; undefined where it is absent or empty. */
export function listQuery({ request }: HubSpotCall, name: string): readonly string[] | undefined {
  const given = [...request.query.getAll(name), ...request.query.getAll(`${name}[]`)].flatMap((item) => item.split(','));
  const names = given.map((item) => item.trim()).filter((item) => item !== '');
  return names.length === 0 ? undefined : names;
}

export const flagQuery = ({ request }: HubSpotCall, name: string): boolean => request.query.get(name)?.toLowerCase() === 'true';

/** This server's own address of a path, as HubSpot's `link` and `Location` give theirs. */
export const linkTo = ({ request }: HubSpotCall, pathAndQuery: string): string =>
  `http://${request.headers.host ?? 'api.hubapi.com'}${pathAndQuery}`;

/** The link to the same request behind `after`. */
export function nextLink(call: HubSpotCall, after: string): string {
  const query = new URLSearchParams(call.request.query);
  query.set('after', after);
  return linkTo(call, `${call.request.path}?${query.toString()}`);
}

/** Objects and definitions: the read or write scope of the type. */
export const objectScopes =
  (access: 'read' | 'write', ...names: readonly string[]): RequiredScopes =>
  (call) =>
    (names.length === 0 ? ['type'] : names).flatMap((name) => {
      const type = objectTypeOf(param(call, name));
      return type === undefined ? [] : [[`crm.objects.${type}.${access}`]];
    });

/** Definitions: reading is granted by the object's read scope, too. */
export const schemaScopes =
  (access: 'read' | 'write'): RequiredScopes =>
  (call) => {
    const type = objectTypeOf(param(call, 'type'));
    if (type === undefined) return [];
    return [access === 'read' ? [`crm.schemas.${type}.read`, `crm.objects.${type}.read`] : [`crm.schemas.${type}.write`]];
  };

export const noScopes: RequiredScopes = () => [];
