import { z } from 'zod';

export interface DealStage {
  readonly id: string;
  readonly label: string;
  readonly displayOrder: number;
  /** Flags and numbers are texts here, too: `{isClosed: "true", probability: "1.0"}`. */
  readonly metadata: Readonly<Record<string, string>>;
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
}

export interface DealPipeline {
  readonly id: string;
  readonly label: string;
  readonly displayOrder: number;
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
  readonly stages: readonly DealStage[];
}

const metadataSchema = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]).transform(String));

/** A stage in a world or a create call. */
export const partialStageSchema = z.object({
  id: z.string().optional(),
  stageId: z.string().optional(),
  label: z.string().optional(),
  displayOrder: z.int().optional(),
  metadata: metadataSchema.optional(),
});

/** A pipeline in a world or a create call. An id or a label is enough. */
export const partialPipelineSchema = z.object({
  id: z.string().optional(),
  pipelineId: z.string().optional(),
  label: z.string().optional(),
  displayOrder: z.int().optional(),
  stages: z.array(partialStageSchema).default([]),
});

export type PartialStage = z.infer<typeof partialStageSchema>;
export type PartialPipeline = z.infer<typeof partialPipelineSchema>;
export const pipelinePatchSchema = partialPipelineSchema.partial();
export type PipelinePatch = z.infer<typeof pipelinePatchSchema>;

/** The standard stages of a sales pipeline with their probabilities. */
const standardStages: readonly (readonly [id: string, label: string, probability: string])[] = [
  ['appointmentscheduled', 'Appointment Scheduled', '0.2'],
  ['qualifiedtobuy', 'Qualified To Buy', '0.4'],
  ['presentationscheduled', 'Presentation Scheduled', '0.6'],
  ['decisionmakerboughtin', 'Decision Maker Bought-In', '0.8'],
  ['contractsent', 'Contract Sent', '0.9'],
  ['closedwon', 'Closed Won', '1.0'],
  ['closedlost', 'Closed Lost', '0.0'],
];

/** The pipeline of every new account. It dates from 1970. */
export const defaultPipeline: PartialPipeline = {
  id: 'default',
  label: 'Sales Pipeline',
  displayOrder: 0,
  stages: standardStages.map(([id, label, probability], displayOrder) => ({
    id,
    label,
    displayOrder,
    metadata: { isClosed: String(id.startsWith('closed')), probability },
  })),
};

/**
 * Fills in label, order and metadata, and ids from `newId`. A stage without a probability gets that of the standard stage with its id,
 * else 0.5.
 */
export function completePipeline(partial: PartialPipeline, index: number, atMs: number, newId: () => string): DealPipeline {
  const id = partial.id ?? partial.pipelineId ?? newId();
  return {
    id,
    label: partial.label ?? id,
    displayOrder: partial.displayOrder ?? index,
    createdAtMs: atMs,
    updatedAtMs: atMs,
    stages: partial.stages.map((stage, place) => completeStage(stage, place, atMs, newId)),
  };
}

export function completeStage(partial: PartialStage, index: number, atMs: number, newId: () => string): DealStage {
  const id = partial.id ?? partial.stageId ?? newId();
  const standard = standardStages.find(([standardId]) => standardId === id);
  const probability = partial.metadata?.probability ?? standard?.[2] ?? '0.5';
  return {
    id,
    label: partial.label ?? standard?.[1] ?? id,
    displayOrder: partial.displayOrder ?? index,
    metadata: { isClosed: String(['0', '1'].includes(String(Number(probability)))), ...partial.metadata, probability },
    createdAtMs: atMs,
    updatedAtMs: atMs,
  };
}
