import type { HubSpotSettings } from './settings';

export const datedVersions = ['2026-03', '2026-09'] as const;
const apiVersions = ['v1', 'v2', 'v3', 'v4', ...datedVersions] as const;
export type ApiVersion = (typeof apiVersions)[number];

/** A parsed path: version and segments. */
export interface ApiPath {
  readonly version: ApiVersion;
  /** The API family and the rest, decoded: `['objects', 'contacts', '1']`. */
  readonly segments: readonly string[];
}

const families: ReadonlySet<string> = new Set(['objects', 'properties', 'associations', 'pipelines', 'owners', 'schemas']);

/**
 * Parses `/crm/{family}/{date}/…`, `/crm/{v3|v4}/{family}/…`, `/account-info/{version}/…`, `/oauth/{version}/…`,
 * `/integrations/v1/…` and `/webhooks-journal/{part}/{date}/…`. Undefined for any other path.
 */
export function parsePath(path: string): ApiPath | undefined {
  const parts = path
    .split('/')
    .filter((part) => part !== '')
    .map(decoded);
  const [first = '', second = '', third = '', ...rest] = parts;
  if (first === 'crm' && families.has(second)) return withVersion(third, [second, ...rest]);
  if (first === 'crm' && families.has(third)) return withVersion(second, [third, ...rest]);
  if (first === 'account-info' || first === 'oauth' || first === 'integrations')
    return withVersion(second, [first, ...(parts.length > 2 ? [third] : []), ...rest]);
  if (first === 'webhooks-journal' && second !== '') return withVersion(third, [first, second, ...rest]);
  return undefined;
}

function withVersion(name: string, segments: readonly string[]): ApiPath | undefined {
  const version = apiVersions.find((known) => known === name);
  return version === undefined ? undefined : { version, segments };
}

/** The path with the placeholders of `pattern` instead of ids, for counting. */
export function withPlaceholders(path: string, pattern: readonly string[]): string {
  const parts = path.split('/').filter((part) => part !== '');
  const offset = parts.length - pattern.length;
  const named = parts.map((part, index) => {
    const place = pattern[index - offset] ?? '';
    return place.startsWith('{') && !['{type}', '{from}', '{to}'].includes(place) ? place : part;
  });
  return `/${named.join('/')}`;
}

/** True when the virtual clock has passed the day on which this version ends. */
export function isSwitchedOff({ version, segments }: ApiPath, nowMs: number, { switchOff }: HubSpotSettings): boolean {
  if (!switchOff.enforced) return false;
  const day =
    segments[0] === 'oauth' && version === 'v1'
      ? switchOff.oauthV1
      : version === 'v4'
        ? switchOff.v4
        : version === 'v3' || version === 'v1'
          ? switchOff.v3
          : undefined;
  return day !== undefined && nowMs >= Date.parse(day);
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
