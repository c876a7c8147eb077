import { Command } from 'commander';
import { z } from 'zod';
import type { Run } from '../../store/store';
import { CliError, unknownRun } from '../cli-error';
import { exitCodes } from '../exit-codes';
import { findRun, newestRuns, reportOf } from '../run-report';
import type { FoundRun } from '../run-report';
import { counted, shownDuration, shownTime, table } from '../tables';
import { requireTenant, tenantName } from './command';
import type { CommandKit } from './command';
import { showReport } from './show-report';

const runsInput = z.object({ tenant: tenantName, limit: z.coerce.number('this must be a number').int().min(1).max(10_000) });
const reportInput = z.object({ tenant: tenantName, run: z.string().optional() });

/** `orsync runs` */
export const runsCommand = ({ action }: CommandKit): Command =>
  new Command('runs')
    .description('list the runs of a tenant, newest first')
    .argument('<tenant>')
    .option('--limit <number>', 'at most so many', '20')
    .action(
      action(runsInput, async ({ tenant, limit }, context) => {
        await requireTenant(context, tenant);
        const found = await newestRuns((await context.session.store()).forTenant(tenant), limit);
        const runs = found.map(({ run }) => shownRun(run));
        context.terminal.result({ tenant, runs }, () => runsText(tenant, found));
        return exitCodes.ok;
      }),
    );

const shownRun = ({ id, mode, entities, state, startedAt, finishedAt, trouble }: Run) => ({
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

function attention({ conflicts, failures, drift }: NonNullable<Run['report']>): string {
  const parts = [
    ...(conflicts > 0 ? [counted(conflicts, 'conflict')] : []),
    ...(failures > 0 ? [counted(failures, 'failure')] : []),
    ...(drift > 0 ? [`${drift} drift`] : []),
  ];
  return parts.join(', ');
}

/** `orsync report` */
export const reportCommand = ({ action }: CommandKit): Command =>
  new Command('report')
    .description('print the report of a run')
    .argument('<tenant>')
    .argument('[run]', 'the run’s id (default: the newest run)')
    .action(
      action(reportInput, async ({ tenant, run }, context) => {
        await requireTenant(context, tenant);
        const { session, terminal } = context;
        const found = await findRun((await session.store()).forTenant(tenant), run);
        if (found === null) {
          if (run !== undefined) throw unknownRun(tenant, run);
          throw new CliError('no-run', `${tenant} has no run yet; "orsync sync ${tenant}" starts one.`, exitCodes.failed);
        }
        await showReport(terminal, await reportOf(tenant, found), found);
        return exitCodes.ok;
      }),
    );
