import { Command, Option } from 'commander';
import { z } from 'zod';
import type { Entity } from '../../domain/entity';
import { asSentence } from '../../domain/printable';
import { syncModes } from '../../domain/report';
import type { SyncMode } from '../../domain/report';
import type { Progress, SyncTicket } from '../../workflows/api';
import { usageError } from '../cli-error';
import { exitCodeOf, exitCodes } from '../exit-codes';
import type { ExitCode } from '../exit-codes';
import type { RunOutcome } from '../../client/runs/follow-run';
import type { SyncClient, SyncDemand, SyncOptions } from '../../client/sync-client';
import { InterruptedError } from '../../client/runs/until-answered';
import { untilInterrupted } from '../interruption';
import { countPhasesDone } from '../text/progress-bar';
import { progressLine } from '../text/progress-line';
import { findRun, unstoredRun } from '../../client/runs/find-run';
import { reportOf } from '../../client/runs/run-report';
import { collect, entityNames, noteCancelled, noteSilence, refuseOtherEntities, requireTenant, tenantName } from './command';
import type { CommandContext, CommandKit } from './command';
import { listOptions, viewOf, wholeList, withListOptions } from './list-options';
import type { ListView } from './list-options';
import { showReport } from './show-report';

/** A worker that runs takes a request within a second; one that is being restarted, within this time. */
const DEFAULT_TIMEOUT_S = 60;
const wrongTimeout = 'this must be a number of seconds, from 1 to 86400';

const input = z.object({
  tenant: tenantName,
  mode: z.enum(syncModes),
  entity: entityNames,
  wait: z.boolean().default(false),
  ...listOptions,
  timeout: z.coerce.number(wrongTimeout).min(1, wrongTimeout).max(86_400, wrongTimeout).optional(),
});

/** `orsync sync` */
export const syncCommand = ({ action }: CommandKit): Command =>
  withListOptions(new Command('sync'))
    .description('start a sync of a tenant, or join the one that runs')
    .argument('<tenant>')
    .addOption(
      new Option('--mode <mode>', 'full: everything; incremental: what changed; preview: plan, and write nothing')
        .choices(syncModes)
        .default('full'),
    )
    .option('--entity <entity>', 'company, member or opportunity; may be repeated (default: all that the tenant has)', collect)
    .option('--wait', 'show progress and print the report when the run has ended or waits for a person')
    .option(
      '--timeout <seconds>',
      `without --wait: how long to wait for a worker (default: ${DEFAULT_TIMEOUT_S}); the request is stored all the same`,
    )
    .action(action(input, sync));

async function sync({ tenant, mode, entity, wait, timeout, ...list }: z.infer<typeof input>, context: CommandContext): Promise<ExitCode> {
  const view = viewOf(list);
  if (view !== wholeList && (mode !== 'preview' || !wait))
    throw usageError('--rule, --id, --limit and --save are about the list of a preview; add --mode preview --wait.');
  const configured = await requireTenant(context, tenant);
  refuseOtherEntities(tenant, entity, configured);
  if (wait && timeout !== undefined) throw usageError('With --wait the command waits for the end of the run, so --timeout has no meaning.');
  const entities = entity.length === 0 || configured.every((one) => entity.includes(one)) ? null : entity;
  const startedAt = new Date();
  return untilInterrupted(async (signal) => {
    const client = await context.session.sync();
    const notes = { onSilence: () => noteSilence(context), onCancelled: () => noteCancelled(context, tenant) };
    if (!wait) {
      const ticket = await askOrLeave(
        client,
        { tenant, mode, entities },
        { ...notes, signal, withinMs: (timeout ?? DEFAULT_TIMEOUT_S) * 1_000 },
      );
      return printTicket(context, tenant, ticket);
    }
    const ticket = await client.sync({ tenant, mode, entities }, { ...notes, signal });
    const demand: Demand = { tenant, mode, entities: entities ?? configured, startedAt };
    const outcome = await watch(context, demand, ticket, signal);
    return printReport(context, demand, outcome, view);
  });
}

/** A request that no worker has taken yet. Temporal keeps it. */
type Left = Pick<SyncTicket, 'runId'> & { readonly outcome: 'stored' };

interface AskWithin extends SyncOptions {
  readonly signal: AbortSignal;
  readonly withinMs: number;
}

/** Asks for a sync. When no worker answers in time, the request stays with Temporal: a worker that starts later carries it out. */
async function askOrLeave(client: SyncClient, demand: SyncDemand, { signal, withinMs, ...notes }: AskWithin): Promise<SyncTicket | Left> {
  const timeUp = AbortSignal.timeout(withinMs);
  try {
    return await client.sync(demand, { ...notes, signal: AbortSignal.any([signal, timeUp]) });
  } catch (error) {
    if (!(error instanceof InterruptedError) || signal.aborted) throw error;
    return { runId: await client.leave(demand), outcome: 'stored' };
  }
}

/** A run that is waited for. */
export interface Demand {
  readonly tenant: string;
  readonly mode: SyncMode;
  readonly entities: readonly Entity[];
  readonly startedAt: Date;
}

function ticketText({ outcome, runId }: SyncTicket): string {
  switch (outcome) {
    case 'started':
      return `Started run ${runId}`;
    case 'joined':
      return `Joined run ${runId}, which does the same work`;
    case 'queued':
      return `Queued behind run ${runId}`;
  }
}

/** Prints where a request went. */
export function printTicket({ terminal, session }: CommandContext, tenant: string, ticket: SyncTicket | Left): ExitCode {
  const { runId, outcome } = ticket;
  const said =
    ticket.outcome === 'stored'
      ? `No worker has answered yet. Temporal has stored the request (run ${runId}), and the next worker carries it out. Start one with "orsync worker".`
      : `${ticketText({ ...ticket, outcome: ticket.outcome })}.`;
  terminal.result(
    { tenant, runId, workflowId: session.workflowId(tenant), outcome },
    () => `${said} "orsync status ${tenant}" shows its progress.`,
  );
  return exitCodes.ok;
}

/** Shows the progress of a run until it has ended or waits for a person. */
export async function watch(
  context: CommandContext,
  { tenant, startedAt }: Pick<Demand, 'tenant' | 'startedAt'>,
  ticket: SyncTicket,
  signal: AbortSignal,
): Promise<RunOutcome> {
  const { session, terminal } = context;
  const client = await session.sync();
  terminal.live({ line: `${tenant}: ${ticketText(ticket)} …`, phasesDone: 0 });
  const told = new Set<string>();
  const tellWaits = ({ waits }: Progress): void => {
    for (const { message } of waits.map(({ trouble }) => trouble)) {
      if (!told.has(message)) terminal.note(`Waiting: ${asSentence(message)}`);
      told.add(message);
    }
  };
  try {
    return await client.wait(tenant, ticket, {
      signal,
      onProgress: (progress) => {
        tellWaits(progress);
        terminal.live({ line: progressLine(tenant, progress, Date.now() - startedAt.getTime()), phasesDone: countPhasesDone(progress) });
      },
      onSilence: () => noteSilence(context),
    });
  } finally {
    terminal.live(null);
  }
}

/** Prints the report of a run that has been waited for. */
export async function printReport(
  { session, terminal }: CommandContext,
  demand: Demand,
  { runId, state, trouble, counts }: RunOutcome,
  view: ListView = wholeList,
): Promise<ExitCode> {
  const { tenant, mode, entities, startedAt } = demand;
  const store = (await session.store()).forTenant(tenant);
  const unstored = { runId, mode, entities, state, startedAt: startedAt.toISOString(), trouble };
  const found = (await findRun(store, runId)) ?? unstoredRun(store, unstored);
  await showReport(
    terminal,
    await reportOf(session.workflowId(tenant), tenant, found, { state, trouble, ...(counts !== undefined && { counts }) }),
    found,
    { store: await session.store(), view },
  );
  return exitCodeOf(state);
}
