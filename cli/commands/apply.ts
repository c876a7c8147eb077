import { Command } from 'commander';
import { z } from 'zod';
import { actorOf } from '../../client/actor';
import type { ApplyOutcome } from '../../client/previews';
import type { RunOutcome } from '../../client/runs/follow-run';
import type { SyncTicket } from '../../workflows/api';
import { exitCodes } from '../exit-codes';
import type { ExitCode } from '../exit-codes';
import { untilInterrupted } from '../interruption';
import { counted } from '../text/tables';
import { noteCancelled, noteSilence, requireTenant, tenantName } from './command';
import type { CommandContext, CommandKit } from './command';
import { refused } from './part-options';
import { printReport, watch } from './sync';

const input = z.object({ tenant: tenantName, preview: z.string(), note: z.string().optional(), wait: z.boolean().default(false) });

/** `orsync apply`: carries out what a preview lists, less what has changed since. */
export const applyCommand = ({ action }: CommandKit): Command =>
  new Command('apply')
    .description('carry out exactly what a preview lists, less what has changed since')
    .argument('<tenant>')
    .argument('<preview>', 'the run id of the preview')
    .option('--note <text>', 'why; kept with the run')
    .option('--wait', 'show progress, and print what was done and what was not')
    .action(action(input, apply));

async function apply({ tenant, preview, note, wait }: z.infer<typeof input>, context: CommandContext): Promise<ExitCode> {
  const entities = await requireTenant(context, tenant);
  const startedAt = new Date();
  return untilInterrupted(async (signal) => {
    const client = await context.session.sync();
    const options = {
      by: actorOf(context.env),
      ...(note !== undefined && { note }),
      signal,
      onSilence: () => noteSilence(context),
      onCancelled: () => noteCancelled(context, tenant),
    };
    const outcome = await client.apply(tenant, preview, options).catch(refused);
    if (wait) {
      const demand = { tenant, mode: 'full', entities, startedAt } as const;
      return printReport(context, demand, await untilApplied(context, demand, outcome, signal));
    }
    const workflowId = context.session.workflowId(tenant);
    context.terminal.result({ tenant, workflowId, ...outcome }, () => outcomeText(tenant, outcome));
    return exitCodes.ok;
  });
}

function outcomeText(tenant: string, { effects, runId, outcome }: ApplyOutcome): string {
  const what = `${counted(effects, 'change')} as far as they would still be made`;
  switch (outcome) {
    case 'started':
    case 'joined':
      return `Run ${runId} makes ${what}; "orsync report ${tenant} ${runId}" lists what it has not done, and why.`;
    case 'queued':
      return `A run that follows ${runId} makes ${what}; "orsync status ${tenant}" shows its progress.`;
  }
}

/** Waits for the run that carries out the preview. Runs that were asked for before may come first. */
async function untilApplied(
  context: CommandContext,
  demand: { readonly tenant: string; readonly startedAt: Date },
  { preview, runId, outcome }: ApplyOutcome,
  signal: AbortSignal,
): Promise<RunOutcome> {
  const { tenant } = demand;
  const client = await context.session.sync();
  const { runs, preview: previews } = (await context.session.store()).forTenant(tenant);
  for (let ticket: SyncTicket = { runId, outcome }; ;) {
    const ended = await watch(context, demand, ticket, signal);
    const run = await runs.get(ended.runId);
    if (ended.state === 'blocked' || run?.applies?.preview === preview) return ended;
    const doneBy = (await previews().runs.get(preview))?.application?.carriedOutBy ?? null;
    const next = doneBy ?? (await client.runningId(tenant));
    // The request ended with the run ahead of it.
    if (next === null || next === ended.runId) return ended;
    ticket = { runId: next, outcome: 'started' };
  }
}
