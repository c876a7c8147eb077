import { Command } from 'commander';
import { z } from 'zod';
import { CliError } from '../cli-error';
import { exitCodes } from '../exit-codes';
import { newestRuns } from '../../client/runs/find-run';
import { reportOf } from '../../client/runs/run-report';
import type { FoundRun, RunOverview } from '../../client/runs/find-run';
import { counted, shownDuration, shownTime, table } from '../text/tables';
import { collect, entityNames, requireTenant, tenantName } from './command';
import type { CommandKit } from './command';
import { findNamedRun, findUnderWay } from './find-named-run';
import { listOptions, viewOf, withListOptions } from './list-options';
import { showReport } from './show-report';

const runsInput = z.object({ tenant: tenantName, limit: z.coerce.number('this must be a number').int().min(1).max(10_000) });
const reportInput = z.object({ tenant: tenantName, run: z.string().optional(), entity: entityNames, ...listOptions });

/** `orsync runs` */
export const runsCommand = ({ action }: CommandKit): Command =>
  new Command('runs')
    .description('list the runs of a tenant, newest first')
    .argument('<tenant>')
    .option('--limit <number>', 'the most runs to list', '20')
    .action(
      action(runsInput, async ({ tenant, limit }, context) => {
        const configured = await requireTenant(context, tenant);
        const stored = await newestRuns((await context.session.store()).forTenant(tenant), limit);
        const unstored = await findUnderWay(context, tenant, configured);
        const found = unstored === null ? stored : [unstored, ...stored].slice(0, limit);
        const runs = found.map(({ run }) => shownRun(run));
        context.terminal.result({ tenant, runs }, () => runsText(tenant, found));
        return exitCodes.ok;
      }),
    );

const shownRun = ({ id, mode, entities, state, startedAt, finishedAt, trouble }: RunOverview) => ({
  runId: id,
  mode,
  entities,
  state,
  startedAt: startedAt.toISOString(),
  finishedAt: finishedAt?.toISOString() ?? null,
  trouble,
});

function runsText(tenant: string, found: readonly FoundRun[]): string {
  if (found.length === 0) return `${tenant} has no run yet; "orsync sync ${tenant}" starts one.`;
  const rows = found.map(({ run }) => [
    run.id,
    run.mode,
    run.state,
    shownTime(run.startedAt),
    run.finishedAt === null ? '' : shownDuration(run.finishedAt.getTime() - run.startedAt.getTime()),
    run.report === null ? '' : attention(run.report),
  ]);
  return table(['Run', 'Mode', 'State', 'Started (UTC)', 'Took', 'Of note'], rows);
}

function attention({ conflicts, failures, drift }: NonNullable<RunOverview['report']>): string {
  const parts = [
    ...(conflicts > 0 ? [counted(conflicts, 'conflict')] : []),
    ...(failures > 0 ? [counted(failures, 'failure')] : []),
    ...(drift > 0 ? [`${drift} drift`] : []),
  ];
  return parts.join(', ');
}

/** `orsync report` */
export const reportCommand = ({ action }: CommandKit): Command =>
  withListOptions(new Command('report'))
    .description('print the report of a run')
    .argument('<tenant>')
    .argument('[run]', 'the run’s id, or its beginning (default: the newest run)')
    .option('--entity <entity>', 'of a preview: list company, member or opportunity only; may be repeated', collect)
    .action(
      action(reportInput, async ({ tenant, run, ...list }, context) => {
        const found = await findNamedRun(context, tenant, run);
        if (found === null) {
          throw new CliError('no-run', `${tenant} has no run yet; "orsync sync ${tenant}" starts one.`, exitCodes.failed);
        }
        const report = await reportOf(context.session.workflowId(tenant), tenant, found);
        await showReport(context.terminal, report, found, { store: await context.session.store(), view: viewOf(list) });
        return exitCodes.ok;
      }),
    );
