import { z } from 'zod';
import type { JsonValue } from '../../domain/json';
import { isJsonObject } from '../shared/json';
import { HubSpotApiError, invalid } from './api-error';
import { malformedBody, parseRequestBody } from './request-body';
import type { HubSpotSettings } from './settings';

const operators = [
  ...(['EQ', 'NEQ', 'LT', 'LTE', 'GT', 'GTE', 'BETWEEN', 'IN', 'NOT_IN'] as const),
  ...(['HAS_PROPERTY', 'NOT_HAS_PROPERTY', 'CONTAINS_TOKEN', 'NOT_CONTAINS_TOKEN'] as const),
] as const;

const scalar = z.union([z.string(), z.number(), z.boolean()]).transform(String);
const filterSchema = z.object({
  propertyName: z.string(),
  operator: z.enum(operators),
  value: scalar.nullish(),
  highValue: scalar.nullish(),
  values: z.array(scalar).nullish(),
});
const sortSchema = z.union([
  z
    .string()
    .transform((text) =>
      text.startsWith('-')
        ? { propertyName: text.slice(1), direction: 'DESCENDING' as const }
        : { propertyName: text, direction: 'ASCENDING' as const },
    ),
  z.object({ propertyName: z.string(), direction: z.enum(['ASCENDING', 'DESCENDING']).default('ASCENDING') }),
]);
const requestSchema = z.object({
  filterGroups: z.array(z.object({ filters: z.array(filterSchema).default([]) })).nullish(),
  filters: z.array(filterSchema).nullish(),
  sorts: z.array(sortSchema).nullish(),
  query: z.string().nullish(),
  properties: z.array(z.string()).nullish(),
  limit: z.coerce.number().int().nullish(),
  after: z.union([z.string(), z.number()]).nullish(),
});

export type SearchFilter = z.infer<typeof filterSchema>;
export type SearchSort = z.infer<typeof sortSchema>;

export interface SearchRequest {
  /** A record matches if all filters of at least one group match. No groups match every record. */
  readonly groups: readonly (readonly SearchFilter[])[];
  readonly sort: SearchSort | undefined;
  readonly query: string;
  readonly properties: readonly string[] | undefined;
  readonly limit: number;
  readonly after: number;
}

const MAX_PAGE = 200;
/** A search returns at most this many results, over all its pages. */
const RESULT_WINDOW = 10_000;

/** Parses and checks a search body. `raw` is the body as sent. Throws HubSpotApiError in HubSpot's words. */
export function parseSearch(raw: string, settings: HubSpotSettings): SearchRequest {
  const longest = settings.maxSearchCharacters ?? Infinity;
  if (raw.length > longest) throw invalid(`The search request is too long: ${raw.length} characters. The maximum is ${longest}.`);
  const body = parseRequestBody(requestSchema, raw, describeProblem);
  const groups = [
    ...(body.filterGroups ?? []).map(({ filters }) => filters),
    ...((body.filters ?? []).length > 0 ? [body.filters ?? []] : []),
  ];
  checkFilters(groups, settings);
  const sorts = body.sorts ?? [];
  if (sorts.length > 1) throw invalid('Only one sort is supported per search request.');
  const limit = body.limit ?? 10;
  if (limit < 0 || limit > MAX_PAGE) throw invalid(`Invalid limit ${limit}: must be between 0 and ${MAX_PAGE}.`);
  const after = Number(body.after ?? 0);
  if (!Number.isInteger(after) || after < 0) throw invalid(`Invalid paging offset: ${String(body.after)}`);
  // This error alone has no category. It is the only sign of the end of the result window.
  if (after + limit > RESULT_WINDOW) throw new HubSpotApiError(400, 'There was a problem with the request.');
  return { groups, sort: sorts[0], query: body.query ?? '', properties: body.properties ?? undefined, limit, after };
}

function checkFilters(groups: readonly (readonly SearchFilter[])[], { filterLimits }: HubSpotSettings): void {
  const all = groups.flat();
  if (groups.length > filterLimits.groups)
    throw invalid(`Too many filter groups: ${groups.length}. The maximum is ${filterLimits.groups}.`);
  if (groups.some((group) => group.length > filterLimits.perGroup))
    throw invalid(`Too many filters in a group. The maximum is ${filterLimits.perGroup}.`);
  if (all.length > filterLimits.total) throw invalid(`Too many filters: ${all.length}. The maximum is ${filterLimits.total}.`);
  for (const { operator, value, highValue, values } of all) {
    if (operator === 'BETWEEN' && (highValue ?? undefined) === undefined) throw filterProblem('operator BETWEEN requires a highValue');
    if ((operator === 'IN' || operator === 'NOT_IN') && (values ?? []).length === 0)
      throw filterProblem(`operator ${operator} requires values`);
    const needsValue = !['IN', 'NOT_IN', 'HAS_PROPERTY', 'NOT_HAS_PROPERTY'].includes(operator);
    if (needsValue && (value ?? undefined) === undefined) throw filterProblem(`operator ${operator} requires a value`);
  }
}

const filterProblem = (problem: string): HubSpotApiError =>
  malformedBody(`Cannot construct instance of \`com.hubspot.inbounddb.publicobject.core.v2.SearchRequest.Filter\`, problem: ${problem}`);

/** The message of HubSpot's JSON mapper about an unknown operator. */
function describeProblem(body: JsonValue): string | undefined {
  const text = JSON.stringify(isJsonObject(body) ? (body.filterGroups ?? body.filters ?? null) : null);
  const wrong = [...text.matchAll(/"operator":"([^"]*)"/g)]
    .map(([, name]) => name)
    .find((name) => !operators.some((known) => known === name));
  return wrong === undefined
    ? undefined
    : `Cannot deserialize value of type \`Operator\` from String "${wrong}": not one of the values accepted for Enum class: [${operators.join(', ')}]`;
}
