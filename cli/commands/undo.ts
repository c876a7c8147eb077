import { Command } from 'commander';
import { z } from 'zod';
import { actorOf } from '../../client/actor';
import { UndoRefusedError } from '../../client/undo/refused';
import { entities } from '../../domain/entity';
import type { Entity } from '../../domain/entity';
import type { SyncTicket } from '../../workflows/api';
import { CliError } from '../cli-error';
import { exitCodes } from '../exit-codes';
import type { ExitCode } from '../exit-codes';
import { untilInterrupted } from '../interruption';
import type { SyncClient } from '../../client/sync-client';
import type { UndoOptions } from '../../client/undo';
import { collect, noteCancelled, noteSilence, refuseOtherEntities, requireTenant, tenantName } from './command';
import type { CommandContext, CommandKit } from './command';
import { printReport, printTicket, watch } from './sync';

const undoInput = z.object({
  tenant: tenantName,
  run: z.string().min(1),
  entity: z.enum(entities).optional(),
  id: z.string().min(1).optional(),
  field: z.string().min(1).optional(),
  preview: z.boolean().default(false),
  wait: z.boolean().default(false),
  note: z.string().optional(),
});

/** `orsync undo` (X1–X3) */
export const undoCommand = ({ action }: CommandKit): Command =>
  new Command('undo')
    .description('take back what a run did; what has changed since is left, and listed')
    .argument('<tenant>')
    .argument('<run>', 'the run’s id')
    .option('--preview', 'write nothing; report what would be taken back, and what can’t be')
    .option('--entity <entity>', 'company, member or opportunity (default: all)')
    .option('--id <id>', 'only what the run did to this record; the id of either side')
    .option('--field <field>', 'only what the run wrote in this field, such as phone; links stay')
    .option('--wait', 'show progress and print the report when the run has ended or waits for a person')
    .option('--note <text>', 'why; kept with the run')
    .action(
      action(undoInput, async ({ tenant, run, entity, id, field, preview, wait, note }, context) => {
        const what = {
          run,
          ...(entity !== undefined && { entity }),
          ...(id !== undefined && { id }),
          ...(field !== undefined && { field }),
        };
        return ask(context, { tenant, preview, entity, note, wait }, (client, options) => client.undo(tenant, what, options));
      }),
    );

const takeBackInput = z.object({
  tenant: tenantName,
  conflict: z.array(z.string().min(1)).default([]),
  run: z.string().min(1).optional(),
  entity: z.enum(entities).optional(),
  field: z.string().min(1).optional(),
  preview: z.boolean().default(false),
  wait: z.boolean().default(false),
  note: z.string().optional(),
});

/** `orsync take-back` (D2) */
export const takeBackCommand = ({ action }: CommandKit): Command =>
  new Command('take-back')
    .description('write values that gave way in a conflict or at a first link to both sides')
    .argument('<tenant>')
    .argument('[conflict...]', 'the conflicts’ ids, as "orsync conflicts" shows them; their beginnings are enough')
    .option('--run <run>', 'all that gave way in this run')
    .option('--entity <entity>', 'only of company, member or opportunity')
    .option('--field <field>', 'all that gave way in this field, in that run or the newest')
    .option('--preview', 'write nothing; report what would be written')
    .option('--wait', 'show progress and print the report when the run has ended or waits for a person')
    .option('--note <text>', 'why; kept with the run')
    .action(
      action(takeBackInput, async ({ tenant, conflict, run, entity, field, preview, wait, note }, context) => {
        const isNamed = conflict.length > 0;
        if (isNamed === (run !== undefined || field !== undefined || entity !== undefined))
          throw new CliError(
            'usage',
            'Name conflicts by their ids, or all of a run with --run, or of a field with --field.',
            exitCodes.wrong,
          );
        const ofRun = { ...(run !== undefined && { run }), ...(entity !== undefined && { entity }), ...(field !== undefined && { field }) };
        const what = isNamed ? { conflicts: conflict.flatMap((one) => collect(one, undefined)) } : ofRun;
        return ask(context, { tenant, preview, entity, note, wait }, (client, options) => client.takeBack(tenant, what, options));
      }),
    );

interface Asked {
  readonly tenant: string;
  readonly preview: boolean;
  readonly entity: Entity | undefined;
  readonly note: string | undefined;
  readonly wait: boolean;
}

/** Asks for a run that takes something back, and prints where it went or its report. */
async function ask(
  context: CommandContext,
  { tenant, preview, entity, note, wait }: Asked,
  start: (client: SyncClient, options: UndoOptions) => Promise<SyncTicket>,
): Promise<ExitCode> {
  const configured = await requireTenant(context, tenant);
  if (entity !== undefined) refuseOtherEntities(tenant, [entity], configured);
  const startedAt = new Date();
  return untilInterrupted(async (signal) => {
    const client = await context.session.sync();
    const options = {
      signal,
      preview,
      by: actorOf(context.env),
      ...(note !== undefined && { note }),
      onSilence: () => noteSilence(context),
      onCancelled: () => noteCancelled(context, tenant),
    };
    const ticket = await start(client, options).catch((error: unknown) => {
      throw error instanceof UndoRefusedError ? new CliError(error.kind, error.message, exitCodes.wrong) : error;
    });
    // A preview is of no use without its list.
    if (!wait && !preview) return printTicket(context, tenant, ticket);
    const demand = { tenant, mode: preview ? 'preview' : 'incremental', entities: configured, startedAt } as const;
    return printReport(context, demand, await watch(context, demand, ticket, signal));
  });
}
