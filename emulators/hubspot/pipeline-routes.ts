import type { VendorResponse } from '../shared/vendor';
import { HubSpotApiError } from './api-error';
import { datedVersions, type ApiVersion } from './api-path';
import { bodyOf, noContent, ok, param, typeParam, type HubSpotCall, type RequiredScopes, type HubSpotRoute } from './call';
import { partialPipelineSchema, partialStageSchema, pipelinePatchSchema } from './pipeline';
import type { PipelineStore } from './pipeline-store';
import { viewPipeline, viewStage } from './view-definitions';

const versions: readonly ApiVersion[] = ['v3', ...datedVersions];
const readScopes: RequiredScopes = () => [['crm.objects.deals.read', 'crm.schemas.deals.read']];
const writeScopes: RequiredScopes = () => [['crm.objects.deals.write', 'crm.schemas.deals.write']];
const read = { versions, limit: 'standard', scopes: readScopes } as const;
const write = { versions, limit: 'standard', scopes: writeScopes } as const;

const one = 'pipelines/{type}/{pipeline}';
const oneStage = `${one}/stages/{stage}`;

/** The Pipelines API. Only deals have pipelines here. */
export const pipelineRoutes: readonly HubSpotRoute[] = [
  { ...read, method: 'GET', pattern: 'pipelines/{type}', handle: list, whenEmpty: { results: [] } },
  {
    ...write,
    method: 'POST',
    pattern: 'pipelines/{type}',
    handle: (call) => ({ status: 201, body: viewPipeline(storeOf(call).create(bodyOf(call, partialPipelineSchema)), drop(call)) }),
  },
  { ...read, method: 'GET', pattern: one, handle: (call) => ok(viewPipeline(storeOf(call).get(param(call, 'pipeline')), drop(call))) },
  { ...write, method: 'PUT', pattern: one, handle: (call) => update(call, true) },
  { ...write, method: 'PATCH', pattern: one, handle: (call) => update(call, false) },
  { ...write, method: 'DELETE', pattern: one, handle: remove },
  { ...read, method: 'GET', pattern: `${one}/audit`, handle: () => ok({ results: [] }) },
  {
    ...read,
    method: 'GET',
    pattern: `${one}/stages`,
    handle: (call) =>
      ok({
        results: storeOf(call)
          .get(param(call, 'pipeline'))
          .stages.map((stage) => viewStage(stage, drop(call))),
      }),
  },
  {
    ...write,
    method: 'POST',
    pattern: `${one}/stages`,
    handle: (call) => ({
      status: 201,
      body: viewStage(storeOf(call).createStage(param(call, 'pipeline'), bodyOf(call, partialStageSchema)), drop(call)),
    }),
  },
  {
    ...read,
    method: 'GET',
    pattern: oneStage,
    handle: (call) => ok(viewStage(storeOf(call).getStage(param(call, 'pipeline'), param(call, 'stage')), drop(call))),
  },
  { ...write, method: 'PUT', pattern: oneStage, handle: updateStage },
  { ...write, method: 'PATCH', pattern: oneStage, handle: updateStage },
  { ...write, method: 'DELETE', pattern: oneStage, handle: removeStage },
  { ...read, method: 'GET', pattern: `${oneStage}/audit`, handle: () => ok({ results: [] }) },
];

const drop = ({ portal }: HubSpotCall): boolean => portal.settings().dropZeroMs;

function storeOf(call: HubSpotCall): PipelineStore {
  if (typeParam(call) !== 'deals') throw new HubSpotApiError(404, 'resource not found');
  return call.portal.pipelines;
}

function list(call: HubSpotCall): VendorResponse {
  return ok({
    results: typeParam(call) === 'deals' ? call.portal.pipelines.list().map((pipeline) => viewPipeline(pipeline, drop(call))) : [],
  });
}

function update(call: HubSpotCall, replace: boolean): VendorResponse {
  return ok(viewPipeline(storeOf(call).update(param(call, 'pipeline'), bodyOf(call, pipelinePatchSchema), replace), drop(call)));
}

function updateStage(call: HubSpotCall): VendorResponse {
  return ok(
    viewStage(storeOf(call).updateStage(param(call, 'pipeline'), param(call, 'stage'), bodyOf(call, partialStageSchema)), drop(call)),
  );
}

function remove(call: HubSpotCall): VendorResponse {
  storeOf(call).remove(param(call, 'pipeline'));
  return noContent;
}

function removeStage(call: HubSpotCall): VendorResponse {
  storeOf(call).removeStage(param(call, 'pipeline'), param(call, 'stage'));
  return noContent;
}
