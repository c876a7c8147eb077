import { Command } from 'commander';
import { z } from 'zod';
import { ScheduleRefusedError } from '../../client/runs/schedule';
import type { SyncClient } from '../../client/sync-client';
import { CliError, usageError } from '../cli-error';
import { exitCodes } from '../exit-codes';
import { scheduleText } from '../text/schedule';
import { requireTenant, tenantName } from './command';
import type { CommandContext, CommandKit } from './command';

const input = z.object({
  tenant: tenantName,
  action: z.enum(['show', 'set', 'pause', 'resume', 'off'], { error: 'it is set, pause, resume or off, or left out' }).default('show'),
  every: z.string().optional(),
  cron: z.string().optional(),
  mode: z.enum(['incremental', 'full'], { error: 'it is incremental or full' }).optional(),
  jitter: z.string().optional(),
  note: z.string().max(500, 'a note has 500 characters at most').optional(),
});
type Input = z.output<typeof input>;

/** `orsync schedule` */
export const scheduleCommand = ({ action }: CommandKit): Command =>
  new Command('schedule')
    .description('show or change when runs of a tenant start by themselves, by a Temporal Schedule')
    .argument('<tenant>')
    .argument('[action]', 'set, pause, resume or off; left out, the schedule is shown')
    .option('--every <interval>', 'with set: 15m, 2h or 1d, from a minute to 30 days')
    .option('--cron <expression>', 'with set: five fields, in the tenant’s time zone')
    .option('--mode <mode>', 'with set: incremental or full (default: incremental)')
    .option('--jitter <time>', 'with set: each time comes later by a random part of this, such as 90s (default: none)')
    .option('--note <text>', 'why; shown with the schedule, also in Temporal')
    .action(
      action(input, async (given, context) => {
        refuseWrongOptions(given);
        await requireTenant(context, given.tenant);
        await verbs[given.action](await context.session.sync(), given, context);
        return exitCodes.ok;
      }),
    );

function refuseWrongOptions({ action, every, cron, mode, jitter, note }: Input): void {
  if (action === 'set') {
    if ((every === undefined) === (cron === undefined)) throw usageError('Give either --every, such as --every 15m, or --cron.');
    return;
  }
  if ([every, cron, mode, jitter].some((option) => option !== undefined))
    throw usageError('--every, --cron, --mode and --jitter go with "orsync schedule T set".');
  if (note !== undefined && action !== 'pause' && action !== 'resume') throw usageError('--note goes with set, pause and resume.');
}

type Verb = (client: SyncClient, given: Input, context: CommandContext) => Promise<void>;

const show: Verb = async (client, { tenant }, { terminal }) => {
  const schedule = await client.schedule(tenant);
  if (schedule === null) throw noSchedule(tenant);
  terminal.result(schedule, () => scheduleText(schedule));
};

const verbs: Readonly<Record<Input['action'], Verb>> = {
  show,
  set: async (client, given, context) => {
    const { tenant, every, cron, mode, jitter, note } = given;
    const wish = {
      ...(every !== undefined && { every }),
      ...(cron !== undefined && { cron }),
      ...(mode !== undefined && { mode }),
      ...(jitter !== undefined && { jitter }),
    };
    try {
      await client.setSchedule(tenant, wish, note === undefined ? {} : { note });
    } catch (error) {
      throw error instanceof ScheduleRefusedError ? usageError(error.message) : error;
    }
    await show(client, given, context);
  },
  pause: async (client, given, context) => {
    if (!(await client.pauseSchedule(given.tenant, noteOf(given)))) throw noSchedule(given.tenant);
    await show(client, given, context);
  },
  resume: async (client, given, context) => {
    if (!(await client.resumeSchedule(given.tenant, noteOf(given)))) throw noSchedule(given.tenant);
    await show(client, given, context);
  },
  off: async (client, { tenant }, { terminal }) => {
    if (!(await client.removeSchedule(tenant))) throw noSchedule(tenant);
    terminal.result({ tenant, removed: true }, () => `The schedule of ${tenant} is removed; a run under way goes on.`);
  },
};

const noteOf = ({ note }: Input): { readonly note?: string } => (note === undefined ? {} : { note });

const noSchedule = (tenant: string): CliError =>
  new CliError('no-schedule', `${tenant} has no schedule; "orsync schedule ${tenant} set --every 15m" makes one.`, exitCodes.failed);
