import { accountRoutes } from './account-routes';
import { parsePath, withPlaceholders, type ApiPath } from './api-path';
import { associationRoutes } from './association-routes';
import { batchRoutes } from './batch-routes';
import type { HubSpotRoute } from './call';
import { journalRoutes } from './journal-routes';
import { objectAssociationRoutes } from './object-association-routes';
import { objectRoutes } from './object-routes';
import { pipelineRoutes } from './pipeline-routes';
import { propertyRoutes } from './property-routes';
import { v3AssociationRoutes } from './v3-association-routes';

interface CompiledRoute {
  readonly route: HubSpotRoute;
  readonly pattern: readonly string[];
}

/** The result of looking up a method and path. */
export type Match =
  | { readonly kind: 'route'; readonly route: HubSpotRoute; readonly params: Readonly<Record<string, string>>; readonly path: ApiPath }
  | { readonly kind: 'wrong-method' }
  | { readonly kind: 'unknown' };

const allRoutes: readonly HubSpotRoute[] = [
  ...batchRoutes,
  ...objectRoutes,
  ...objectAssociationRoutes,
  ...v3AssociationRoutes,
  ...associationRoutes,
  ...propertyRoutes,
  ...pipelineRoutes,
  ...accountRoutes,
  ...journalRoutes,
];

const compiled: readonly CompiledRoute[] = allRoutes.map((route) => ({ route, pattern: route.pattern.split('/') }));

/** Finds the route. The order of the lists above makes literal segments win over placeholders. */
export function matchRoute(method: string, path: ApiPath): Match {
  const fitting = fittingRoutes(path);
  const found = fitting.find(({ route }) => route.method === method);
  if (found !== undefined) return { kind: 'route', route: found.route, params: paramsOf(found.pattern, path.segments), path };
  return { kind: fitting.length > 0 ? 'wrong-method' : 'unknown' };
}

const fittingRoutes = (path: ApiPath): readonly CompiledRoute[] =>
  compiled.filter(
    ({ route, pattern }) =>
      pattern.length === path.segments.length &&
      route.versions.includes(path.version) &&
      pattern.every((part, index) => isPlaceholder(part) || part === path.segments[index]),
  );

const isPlaceholder = (part: string): boolean => part.startsWith('{');

function paramsOf(pattern: readonly string[], segments: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    pattern.flatMap((part, index) => (isPlaceholder(part) ? [[part.slice(1, -1), segments[index] ?? ''] as const] : [])),
  );
}

/** Method and path with placeholders instead of ids: `GET /crm/v3/objects/companies/{id}`. Unknown paths stay as they are. */
export function countedRoute(method: string, rawPath: string): string {
  const path = parsePath(rawPath);
  const trimmed = rawPath.length > 1 ? rawPath.replace(/\/+$/, '') : rawPath;
  if (path === undefined) return `${method} ${trimmed}`;
  const fitting = fittingRoutes(path);
  const found = fitting.find(({ route }) => route.method === method) ?? fitting[0];
  return `${method} ${found === undefined ? trimmed : withPlaceholders(trimmed, found.pattern)}`;
}
