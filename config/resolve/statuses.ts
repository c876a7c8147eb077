import type { StatusTable } from '../../domain/field-mapping';
import type { ConfigurationProblem } from '../configuration-error';
import type { Definitions } from './definitions';
import type { Labelled } from './labels';
import { findLabelled, listLabelled, normaliseLabel } from './labels';
import type { TenantConfig } from '../tenant-config';

export interface ResolvedStatuses {
  readonly pipelineId: string;
  readonly statuses: StatusTable;
  readonly problems: readonly ConfigurationProblem[];
  readonly warnings: readonly ConfigurationProblem[];
}

/**
 * Resolves the pipeline and the table of stages and statuses to ids. First come the tenant's own pairs, then pairs with the same label, if
 * the label is unique on both sides. A stage or status without a pair has no counterpart (M12), and a warning names it.
 */
export function resolveStatuses({ opportunities }: TenantConfig, { hubspot, officernd }: Definitions): ResolvedStatuses {
  const pipeline = findPipeline(opportunities.pipeline, hubspot.pipelines);
  if (pipeline === undefined) {
    const message = `HubSpot has no such deal pipeline, or several with this label; there are: ${listLabelled(hubspot.pipelines)}`;
    const problems = [{ setting: 'opportunities.pipeline', message }];
    return { pipelineId: opportunities.pipeline, statuses: { statusByStage: {}, stageByStatus: {} }, problems, warnings: [] };
  }
  const statuses = officernd.opportunityStatuses.map(({ id, description }) => ({ id, label: description }));
  const configured = resolvePairs(opportunities.statuses, pipeline.stages, statuses);
  const labelled = byLabel(pipeline.stages, statuses).filter(({ stage }) => configured.pairs.every((pair) => pair.stage !== stage));
  const table = tableOf([...configured.pairs, ...labelled]);
  return { pipelineId: pipeline.id, statuses: table, problems: configured.problems, warnings: unmapped(table, pipeline.stages, statuses) };
}

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

function resolvePairs(
  configured: readonly Pair[],
  stages: readonly Labelled[],
  statuses: readonly Labelled[],
): { readonly pairs: readonly Pair[]; readonly problems: readonly ConfigurationProblem[] } {
  const pairs: Pair[] = [];
  const problems: ConfigurationProblem[] = [];
  for (const { stage, status } of configured) {
    const setting = `opportunities.statuses.${stage}`;
    const foundStage = findLabelled(stages, stage);
    const foundStatus = findLabelled(statuses, status);
    if (foundStage.kind !== 'found') {
      problems.push({ setting, message: complaint(foundStage.kind, `stage ${stage} in the pipeline`, stages) });
    } else if (pairs.some((pair) => pair.stage === foundStage.id)) {
      problems.push({ setting, message: 'this stage is in the table twice; keep one of the two' });
    }
    if (foundStatus.kind !== 'found')
      problems.push({ setting, message: complaint(foundStatus.kind, `OfficeRnD status ${status}`, statuses) });
    if (foundStage.kind === 'found' && foundStatus.kind === 'found') pairs.push({ stage: foundStage.id, status: foundStatus.id });
  }
  return { pairs, problems };
}

const complaint = (kind: 'unknown' | 'ambiguous', what: string, all: readonly Labelled[]): string =>
  kind === 'unknown'
    ? `there is no ${what}; there are: ${listLabelled(all)}`
    : `there is more than one ${what} with this label; give the id: ${listLabelled(all)}`;

function byLabel(stages: readonly Labelled[], statuses: readonly Labelled[]): readonly Pair[] {
  const alone = (all: readonly Labelled[], label: string): boolean =>
    all.filter((one) => normaliseLabel(one.label) === normaliseLabel(label)).length === 1;
  return stages.flatMap(({ id, label }) => {
    const found = findLabelled(statuses, label);
    if (normaliseLabel(label) === '' || !alone(stages, label) || !alone(statuses, label) || found.kind !== 'found') return [];
    return [{ stage: id, status: found.id }];
  });
}

/** If several stages have one status, the first stage is written. */
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
