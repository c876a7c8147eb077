import { z } from 'zod';
import type { VendorResponse } from '../shared/vendor';
import { datedVersions, type ApiVersion } from './api-path';
import { HubSpotApiError } from './api-error';
import { batchAnswer, checkBatchSize } from './batch';
import {
  bodyOf,
  flagQuery,
  linkTo,
  listQuery,
  noContent,
  ok,
  param,
  schemaScopes,
  typeParam,
  type HubSpotCall,
  type HubSpotRoute,
} from './call';
import {
  definitionPatchSchema,
  propertyFieldTypes,
  partialDefinitionSchema,
  propertyTypes,
  type PropertyDefinition,
} from './property-definition';
import { unknownProperty, type PropertyRegistry } from './property-registry';
import { malformedBody } from './request-body';
import { viewDefinition, viewGroup } from './view-definitions';

const versions: readonly ApiVersion[] = ['v3', ...datedVersions];
const read = { versions, limit: 'standard', scopes: schemaScopes('read') } as const;
const write = { versions, limit: 'standard', scopes: schemaScopes('write') } as const;

const createSchema = partialDefinitionSchema.extend({
  label: z.string(),
  type: z.enum(propertyTypes),
  fieldType: z.enum(propertyFieldTypes),
  groupName: z.string(),
});
const namesSchema = z.object({ inputs: z.array(z.object({ name: z.string() })), archived: z.boolean().nullish() });
const groupSchema = z.object({ name: z.string(), label: z.string(), displayOrder: z.int().optional() });
const groupPatchSchema = z.object({ label: z.string().optional(), displayOrder: z.int().optional() });

/** The Properties API. */
export const propertyRoutes: readonly HubSpotRoute[] = [
  { ...read, method: 'GET', pattern: 'properties/{type}', handle: list, whenEmpty: { results: [] } },
  { ...write, method: 'POST', pattern: 'properties/{type}', handle: create },
  {
    ...read,
    method: 'GET',
    pattern: 'properties/{type}/groups',
    handle: (call) => ok({ results: registryOf(call).groups.list().map(viewGroup) }),
    whenEmpty: { results: [] },
  },
  {
    ...write,
    method: 'POST',
    pattern: 'properties/{type}/groups',
    handle: (call) => ({ status: 201, body: viewGroup(registryOf(call).groups.create(bodyOf(call, groupSchema))) }),
  },
  {
    ...read,
    method: 'GET',
    pattern: 'properties/{type}/groups/{group}',
    handle: (call) => ok(viewGroup(registryOf(call).groups.get(param(call, 'group')))),
  },
  {
    ...write,
    method: 'PATCH',
    pattern: 'properties/{type}/groups/{group}',
    handle: (call) => ok(viewGroup(registryOf(call).groups.update(param(call, 'group'), bodyOf(call, groupPatchSchema)))),
  },
  { ...write, method: 'DELETE', pattern: 'properties/{type}/groups/{group}', handle: removeGroup },
  { ...write, method: 'POST', pattern: 'properties/{type}/batch/create', handle: batchCreate },
  { ...read, method: 'POST', pattern: 'properties/{type}/batch/read', handle: batchRead },
  { ...write, method: 'POST', pattern: 'properties/{type}/batch/archive', handle: batchArchive },
  { ...read, method: 'GET', pattern: 'properties/{type}/{name}', handle: get },
  {
    ...write,
    method: 'PATCH',
    pattern: 'properties/{type}/{name}',
    handle: (call) => ok(view(call, registryOf(call).update(param(call, 'name'), bodyOf(call, definitionPatchSchema)))),
  },
  { ...write, method: 'DELETE', pattern: 'properties/{type}/{name}', handle: remove },
];

const registryOf = (call: HubSpotCall): PropertyRegistry => call.portal.properties[typeParam(call)];
const view = ({ portal }: HubSpotCall, definition: PropertyDefinition) => viewDefinition(definition, portal.settings().dropZeroMs);

function list(call: HubSpotCall): VendorResponse {
  const names = listQuery(call, 'properties');
  const definitions = registryOf(call).list(flagQuery(call, 'archived'));
  return ok({
    results: definitions.filter(({ name }) => names === undefined || names.includes(name)).map((definition) => view(call, definition)),
  });
}

function get(call: HubSpotCall): VendorResponse {
  const name = param(call, 'name');
  const definition = registryOf(call).find(name);
  if (definition === undefined || definition.archived !== flagQuery(call, 'archived')) throw unknownProperty(name);
  return ok(view(call, definition));
}

function create(call: HubSpotCall): VendorResponse {
  const body = bodyOf(call, createSchema);
  requireDisplayOrder(call, body);
  const definition = registryOf(call).create({ ...body, ...decidedByHubSpot });
  return {
    status: 201,
    headers: { location: linkTo(call, `${call.request.path.replace(/\/$/, '')}/${definition.name}`) },
    body: view(call, definition),
  };
}

/** The keys of a caller's own property that only HubSpot sets. */
const decidedByHubSpot = { hubspotDefined: false, calculated: false, archived: false, modificationMetadata: undefined } as const;

/** Since version 2026-09 each option must have a display order. */
function requireDisplayOrder(
  { version }: HubSpotCall,
  { options = [] }: { readonly options?: readonly { readonly displayOrder?: number | undefined }[] | undefined },
): void {
  if (version === '2026-09' && options.some(({ displayOrder }) => displayOrder === undefined))
    throw malformedBody('Some required fields were not set: [displayOrder]');
}

function batchCreate(call: HubSpotCall): VendorResponse {
  const { inputs } = bodyOf(call, z.object({ inputs: z.array(createSchema) }));
  checkBatchSize(inputs);
  const results = [];
  const errors = [];
  for (const input of inputs) {
    try {
      requireDisplayOrder(call, input);
      results.push(view(call, registryOf(call).create({ ...input, ...decidedByHubSpot })));
    } catch (error) {
      if (!(error instanceof HubSpotApiError)) throw error;
      errors.push({ status: 'error', message: error.message, ...error.rest, context: { name: [input.name] } });
    }
  }
  return batchAnswer(call, results, errors, call.version === 'v3' ? 201 : 200);
}

function batchRead(call: HubSpotCall): VendorResponse {
  const { inputs, archived } = bodyOf(call, namesSchema);
  checkBatchSize(inputs);
  const found = inputs.map(({ name }) => ({ name, definition: registryOf(call).find(name) }));
  const isWanted = (definition: PropertyDefinition | undefined): boolean =>
    definition !== undefined && definition.archived === (archived ?? false);
  const missing = found.filter(({ definition }) => !isWanted(definition)).map(({ name }) => name);
  const error = {
    status: 'error',
    category: 'OBJECT_NOT_FOUND',
    message: 'Could not get some properties, they may be deleted or not exist.',
    context: { name: missing },
  };
  const results = found.flatMap(({ definition }) => (definition !== undefined && isWanted(definition) ? [view(call, definition)] : []));
  return batchAnswer(call, results, missing.length === 0 ? [] : [error]);
}

function batchArchive(call: HubSpotCall): VendorResponse {
  const { inputs } = bodyOf(call, namesSchema);
  for (const { name } of inputs) if (registryOf(call).active(name) !== undefined) registryOf(call).archive(name);
  return noContent;
}

function remove(call: HubSpotCall): VendorResponse {
  registryOf(call).archive(param(call, 'name'));
  return noContent;
}

function removeGroup(call: HubSpotCall): VendorResponse {
  registryOf(call).groups.remove(param(call, 'group'));
  return noContent;
}
