import { HubSpotApiError, invalid } from './api-error';
import {
  completePipeline,
  completeStage,
  type PartialPipeline,
  type PartialStage,
  type DealPipeline,
  type PipelinePatch,
  type DealStage,
} from './pipeline';
import type { PropertyOption } from './property-definition';

const STAGE_LIMIT = 100;

interface PipelineStoreDeps {
  readonly now: () => number;
  readonly newId: () => string;
  /** The number of live deals in a stage. */
  readonly dealsInStage: (stageId: string) => number;
  /** Called after a stage's metadata changed or the stage was replaced. */
  readonly onStagesChanged: () => void;
}

export interface PipelineStore {
  readonly list: () => readonly DealPipeline[];
  readonly get: (id: string) => DealPipeline;
  readonly find: (id: string) => DealPipeline | undefined;
  /** The stage with this id, in any pipeline or in the given one. */
  readonly findStage: (stageId: string, pipelineId?: string) => DealStage | undefined;
  readonly pipelineOfStage: (stageId: string) => DealPipeline | undefined;
  readonly getStage: (pipelineId: string, stageId: string) => DealStage;
  readonly create: (partial: PartialPipeline) => DealPipeline;
  readonly update: (id: string, patch: PipelinePatch, replace: boolean) => DealPipeline;
  readonly remove: (id: string) => void;
  readonly createStage: (pipelineId: string, partial: PartialStage) => DealStage;
  readonly updateStage: (pipelineId: string, stageId: string, patch: PartialStage) => DealStage;
  readonly removeStage: (pipelineId: string, stageId: string) => void;
  readonly pipelineOptions: () => readonly PropertyOption[];
  readonly stageOptions: (pipelineId?: string) => readonly PropertyOption[];
}

/** The deal pipelines of the account. Its functions throw HubSpotApiError. */
export function createPipelineStore(
  initial: readonly DealPipeline[],
  { now, newId, dealsInStage, onStagesChanged }: PipelineStoreDeps,
): PipelineStore {
  const pipelines = new Map(initial.map((pipeline) => [pipeline.id, pipeline]));
  const get = (id: string): DealPipeline => {
    const pipeline = pipelines.get(id);
    if (pipeline === undefined) throw pipelineMissing(id);
    return pipeline;
  };
  const put = (pipeline: DealPipeline): DealPipeline => {
    const ordered = { ...pipeline, stages: pipeline.stages.toSorted((a, b) => a.displayOrder - b.displayOrder) };
    pipelines.set(pipeline.id, ordered);
    onStagesChanged();
    return ordered;
  };
  const getStage = (pipelineId: string, stageId: string): DealStage => {
    const stage = get(pipelineId).stages.find(({ id }) => id === stageId);
    if (stage === undefined)
      throw new HubSpotApiError(404, `Pipeline stage ${stageId} does not exist`, {
        category: 'OBJECT_NOT_FOUND',
        context: { stageId: [stageId] },
      });
    return stage;
  };
  const withStages = (pipelineId: string, stages: readonly DealStage[]): DealPipeline =>
    put({ ...get(pipelineId), stages, updatedAtMs: now() });
  const mayRemove = (stageId: string): void => {
    if (dealsInStage(stageId) > 0) {
      throw invalid(`Stage ID ${stageId} is currently in use`, {
        subCategory: 'PipelineError.STAGE_ID_IN_USE',
        context: { stageId: [stageId] },
      });
    }
  };

  return {
    list: () => [...pipelines.values()].toSorted((a, b) => a.displayOrder - b.displayOrder),
    get,
    find: (id) => pipelines.get(id),
    findStage: (stageId, pipelineId) =>
      [...pipelines.values()]
        .filter(({ id }) => pipelineId === undefined || id === pipelineId)
        .flatMap(({ stages }) => stages)
        .find(({ id }) => id === stageId),
    pipelineOfStage: (stageId) => [...pipelines.values()].find(({ stages }) => stages.some(({ id }) => id === stageId)),
    getStage,
    create: (partial) => {
      const pipeline = completePipeline(partial, pipelines.size, now(), newId);
      if (pipelines.has(pipeline.id))
        throw new HubSpotApiError(409, `A pipeline with id ${pipeline.id} already exists`, { category: 'OBJECT_ALREADY_EXISTS' });
      return put(pipeline);
    },
    update: (id, patch, replace) => {
      const before = get(id);
      const stages = replace ? (patch.stages ?? []).map((stage, index) => completeStage(stage, index, now(), newId)) : before.stages;
      for (const stage of before.stages) if (!stages.some((kept) => kept.id === stage.id)) mayRemove(stage.id);
      return put({
        ...before,
        label: patch.label ?? before.label,
        displayOrder: patch.displayOrder ?? before.displayOrder,
        stages,
        updatedAtMs: now(),
      });
    },
    remove: (id) => {
      for (const stage of get(id).stages) mayRemove(stage.id);
      pipelines.delete(id);
    },
    createStage: (pipelineId, partial) => {
      const { stages } = get(pipelineId);
      if (stages.length >= STAGE_LIMIT) throw invalid(`A pipeline can have at most ${STAGE_LIMIT} stages.`);
      const stage = completeStage(partial, stages.length, now(), newId);
      if (stages.some(({ id }) => id === stage.id))
        throw new HubSpotApiError(409, `A stage with id ${stage.id} already exists`, { category: 'OBJECT_ALREADY_EXISTS' });
      withStages(pipelineId, [...stages, stage]);
      return stage;
    },
    updateStage: (pipelineId, stageId, patch) => {
      const before = getStage(pipelineId, stageId);
      const stage: DealStage = {
        ...before,
        label: patch.label ?? before.label,
        displayOrder: patch.displayOrder ?? before.displayOrder,
        metadata: { ...before.metadata, ...patch.metadata },
        updatedAtMs: now(),
      };
      withStages(
        pipelineId,
        get(pipelineId).stages.map((other) => (other.id === stageId ? stage : other)),
      );
      return stage;
    },
    removeStage: (pipelineId, stageId) => {
      getStage(pipelineId, stageId);
      mayRemove(stageId);
      withStages(
        pipelineId,
        get(pipelineId).stages.filter(({ id }) => id !== stageId),
      );
    },
    pipelineOptions: () => [...pipelines.values()].map(({ id, label, displayOrder }) => option(id, label, displayOrder)),
    stageOptions: (pipelineId) =>
      [...pipelines.values()]
        .filter(({ id }) => pipelineId === undefined || id === pipelineId)
        .flatMap(({ stages }) => stages.map(({ id, label, displayOrder }) => option(id, label, displayOrder))),
  };
}

const option = (value: string, label: string, displayOrder: number): PropertyOption => ({
  value,
  label,
  displayOrder,
  hidden: false,
  description: '',
});

const pipelineMissing = (id: string): HubSpotApiError =>
  new HubSpotApiError(404, `Pipeline ${id} does not exist`, { category: 'OBJECT_NOT_FOUND', context: { pipelineId: [id] } });
