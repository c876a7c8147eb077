import type { StatusTable } from '../../domain/field-mapping';
import { asLabel } from '../../domain/printable';
import { PIPELINE_FIELD } from '../../domain/paused';
import type { PausedField } from '../../domain/paused';
import type { WhenGone } from './when-gone';
import type { ConfigurationProblem } from '../configuration-error';
import type { Definitions } from './definitions';
import type { Labelled } from './labels';
import { findLabelled, listLabelled, normaliseLabel, offered } from './labels';
import type { TenantConfig } from '../tenant-config';

export interface ResolvedStatuses {
  readonly pipelineId: string;
  readonly statuses: StatusTable;
  /** V3: pairs that are left out, or the pipeline. */
  readonly paused: readonly PausedField[];
  readonly problems: readonly ConfigurationProblem[];
  readonly warnings: readonly ConfigurationProblem[];
}

/**
 * Resolves the pipeline and the table of stages and statuses to ids. First come the tenant's own pairs, then pairs with the same label, if
 * the label is unique on both sides. A stage or status without a pair has no counterpart (M12), and a warning names it.
 */
export function resolveStatuses(
  { opportunities }: TenantConfig,
  { hubspot, officernd }: Definitions,
  whenGone: WhenGone,
): ResolvedStatuses {
  const pipeline = findPipeline(opportunities.pipeline, hubspot.pipelines);
  if (pipeline === undefined) {
    const name = asLabel(opportunities.pipeline);
    const message = `HubSpot has no deal pipeline ${name}, or several with this label; ${offered(hubspot.pipelines, whenGone)}`;
    const none = { pipelineId: opportunities.pipeline, statuses: { statusByStage: {}, stageByStatus: {} }, warnings: [] };
    if (whenGone === 'pause')
      return {
        ...none,
        paused: [{ entity: 'opportunity', field: PIPELINE_FIELD, message }],
        problems: [],
      };
    return { ...none, paused: [], problems: [{ setting: 'opportunities.pipeline', message }] };
  }
  const statuses = officernd.opportunityStatuses.map(({ id, description }) => ({ id, label: description }));
  const configured = resolvePairs(opportunities.statuses, { stages: pipeline.stages, statuses, whenGone });
  const halves = pausedHalves(configured);
  // A label must not give the remaining half of a pair another meaning.
  const labelled = byLabel(pipeline.stages, statuses).filter(
    ({ stage, status }) =>
      configured.pairs.every((pair) => pair.stage !== stage) && !halves.stages.includes(stage) && !halves.statuses.includes(status),
  );
  const table = { ...tableOf([...configured.pairs, ...labelled]), ...probabilitiesOf(officernd.opportunityStatuses) };
  const hasHalves = halves.stages.length + halves.statuses.length > 0;
  return {
    pipelineId: pipeline.id,
    statuses: {
      ...table,
      labels: { stages: labelsOf(pipeline.stages), statuses: labelsOf(statuses) },
      ...(hasHalves && { paused: halves }),
    },
    paused: whenGone === 'pause' ? configured.gone.map(pausedPair) : [],
    problems: [...(whenGone === 'pause' ? [] : configured.gone), ...configured.problems],
    warnings: unmapped(table, pipeline.stages, statuses),
  };
}

const labelsOf = (all: readonly Labelled[]): Readonly<Record<string, string>> =>
  Object.fromEntries(all.filter(({ label }) => label !== '').map(({ id, label }) => [id, asLabel(label)]));

interface Pair {
  readonly stage: string;
  readonly status: string;
}

type Pipelines = Definitions['hubspot']['pipelines'];

/** Our default is `default`, the id of a portal's first pipeline. If that is gone and only one pipeline is left, that one is meant. */
function findPipeline(wanted: string, pipelines: Pipelines): Pipelines[number] | undefined {
  const found = findLabelled(pipelines, wanted);
  if (found.kind === 'found') return pipelines.find(({ id }) => id === found.id);
  return found.kind === 'unknown' && wanted === 'default' && pipelines.length === 1 ? pipelines[0] : undefined;
}

interface ResolvedPairs {
  readonly pairs: readonly Pair[];
  /** Stages and statuses that are not there, or not alone with their label (V3). */
  readonly gone: readonly ConfigurationProblem[];
  /** The other halves of their pairs. */
  readonly halves: { readonly stages: readonly string[]; readonly statuses: readonly string[] };
  readonly problems: readonly ConfigurationProblem[];
}

/** V3: a status that another pair still has is not paused; a stage stands in one pair only. */
const pausedHalves = ({ pairs, halves }: ResolvedPairs): ResolvedPairs['halves'] => ({
  stages: halves.stages,
  statuses: halves.statuses.filter((status) => pairs.every((pair) => pair.status !== status)),
});

const pausedPair = ({ setting, message }: ConfigurationProblem): PausedField => ({
  entity: 'opportunity',
  field: 'status',
  message: `${setting}: ${message}`,
});

interface Vendors {
  readonly stages: readonly Labelled[];
  readonly statuses: readonly Labelled[];
  readonly whenGone: WhenGone;
}

function resolvePairs(configured: readonly Pair[], { stages, statuses, whenGone }: Vendors): ResolvedPairs {
  const pairs: Pair[] = [];
  const gone: ConfigurationProblem[] = [];
  const halves: { readonly stages: string[]; readonly statuses: string[] } = { stages: [], statuses: [] };
  const problems: ConfigurationProblem[] = [];
  for (const { stage, status } of configured) {
    const setting = `opportunities.statuses.${asLabel(stage)}`;
    const foundStage = findLabelled(stages, stage);
    const foundStatus = findLabelled(statuses, status);
    if (foundStage.kind !== 'found') {
      gone.push({ setting, message: complaint(foundStage.kind, `stage ${asLabel(stage)} in the pipeline`, offered(stages, whenGone)) });
      if (foundStatus.kind === 'found') halves.statuses.push(foundStatus.id);
    } else if (pairs.some((pair) => pair.stage === foundStage.id)) {
      problems.push({ setting, message: `the stage ${asLabel(stage)} is in the table twice; keep one of the two` });
    }
    if (foundStatus.kind !== 'found') {
      gone.push({ setting, message: complaint(foundStatus.kind, `OfficeRnD status ${asLabel(status)}`, offered(statuses, whenGone)) });
      if (foundStage.kind === 'found') halves.stages.push(foundStage.id);
    }
    if (foundStage.kind === 'found' && foundStatus.kind === 'found') pairs.push({ stage: foundStage.id, status: foundStatus.id });
  }
  return { pairs, gone, halves, problems };
}

const complaint = (kind: 'unknown' | 'ambiguous', what: string, others: string): string =>
  kind === 'unknown' ? `there is no ${what}; ${others}` : `there is more than one ${what} with this label, so give its id; ${others}`;

function byLabel(stages: readonly Labelled[], statuses: readonly Labelled[]): readonly Pair[] {
  const alone = (all: readonly Labelled[], label: string): boolean =>
    all.filter((one) => normaliseLabel(one.label) === normaliseLabel(label)).length === 1;
  return stages.flatMap(({ id, label }) => {
    const found = findLabelled(statuses, label);
    if (normaliseLabel(label) === '' || !alone(stages, label) || !alone(statuses, label) || found.kind !== 'found') return [];
    return [{ stage: id, status: found.id }];
  });
}

/** M13: the probability that each status gives, where OfficeRnD says it. */
const probabilitiesOf = (statuses: Definitions['officernd']['opportunityStatuses']): Pick<StatusTable, 'probabilityByStatus'> => ({
  probabilityByStatus: Object.fromEntries(
    statuses.flatMap(({ id, probability }) => (typeof probability === 'number' ? [[id, probability] as const] : [])),
  ),
});

/** Of several stages for one status, the first is the one that is written. */
function tableOf(pairs: readonly Pair[]): StatusTable {
  const stageByStatus = new Map<string, string>();
  for (const { stage, status } of pairs) if (!stageByStatus.has(status)) stageByStatus.set(status, stage);
  return {
    statusByStage: Object.fromEntries(pairs.map(({ stage, status }) => [stage, status])),
    stageByStatus: Object.fromEntries(stageByStatus),
  };
}

function unmapped(table: StatusTable, stages: readonly Labelled[], statuses: readonly Labelled[]): readonly ConfigurationProblem[] {
  const without = (all: readonly Labelled[], mapped: Readonly<Record<string, string>>, what: string): readonly ConfigurationProblem[] => {
    const left = all.filter(({ id }) => !Object.hasOwn(mapped, id));
    if (left.length === 0) return [];
    return [
      {
        setting: 'opportunities.statuses',
        message: `no counterpart, so differences are only reported, for ${what}: ${listLabelled(left)}`,
      },
    ];
  };
  return [
    ...without(stages, table.statusByStage, 'the HubSpot stages'),
    ...without(statuses, table.stageByStatus, 'the OfficeRnD statuses'),
  ];
}
