import { Command } from 'commander';
import { z } from 'zod';
import { CliError, noRunUnderWay } from '../cli-error';
import { exitCodes } from '../exit-codes';
import { noteSilence, requireTenant, tenantName } from './command';
import type { CommandKit } from './command';

const tenantInput = z.object({ tenant: tenantName });

/** `orsync resume` */
export const resumeCommand = ({ action }: CommandKit): Command =>
  new Command('resume')
    .description('continue a run that is blocked or paused, or try again now when it waits by itself')
    .argument('<tenant>')
    .action(
      action(tenantInput, async ({ tenant }, context) => {
        await requireTenant(context, tenant);
        const client = await context.session.sync();
        if (!(await client.isRunning(tenant))) throw noRunUnderWay(tenant);
        if (!(await client.resume(tenant, { onSilence: () => noteSilence(context) }))) {
          throw new CliError(
            'nothing-stopped',
            `The run of ${tenant} is not blocked, not paused, and waits for nothing; "orsync status ${tenant}" shows its state.`,
            exitCodes.failed,
          );
        }
        context.terminal.result({ tenant, resumed: true }, () => `The run of ${tenant} goes on.`);
        return exitCodes.ok;
      }),
    );

/** `orsync pause` */
export const pauseCommand = ({ action }: CommandKit): Command =>
  new Command('pause')
    .description('stop the run of a tenant before its next slice, until "orsync resume"')
    .argument('<tenant>')
    .action(
      action(tenantInput, async ({ tenant }, context) => {
        await requireTenant(context, tenant);
        if (!(await (await context.session.sync()).pause(tenant, { onSilence: () => noteSilence(context) }))) throw noRunUnderWay(tenant);
        context.terminal.result(
          { tenant, paused: true },
          () => `The run of ${tenant} stops within a minute; "orsync resume ${tenant}" goes on.`,
        );
        return exitCodes.ok;
      }),
    );

/** `orsync cancel` */
export const cancelCommand = ({ action }: CommandKit): Command =>
  new Command('cancel')
    .description('stop the run of a tenant between two records; it still writes its report')
    .argument('<tenant>')
    .action(
      action(tenantInput, async ({ tenant }, context) => {
        await requireTenant(context, tenant);
        if (!(await (await context.session.sync()).cancel(tenant))) throw noRunUnderWay(tenant);
        context.terminal.result(
          { tenant, cancelling: true },
          () => `The run of ${tenant} was asked to stop; "orsync status ${tenant}" shows when it has ended.`,
        );
        return exitCodes.ok;
      }),
    );
