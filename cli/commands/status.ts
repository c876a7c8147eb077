import { Command } from 'commander';
import { z } from 'zod';
import { isWaitingFor } from '../../client/runs/held';
import type { TenantStatus } from '../../client/standing/status';
import { waitsForPerson } from '../../domain/report';
import { exitCodes } from '../exit-codes';
import { statusText } from '../text/status';
import { valuesBy } from '../text/values';
import { requireTenant, tenantName } from './command';
import type { CommandKit } from './command';

const input = z.object({ tenant: tenantName });

/** `orsync status` */
export const statusCommand = ({ action }: CommandKit): Command =>
  new Command('status')
    .description('show what a tenant’s sync is doing, what is out of step, and what waits for a person')
    .argument('<tenant>')
    .action(
      action(input, async ({ tenant }, context) => {
        await requireTenant(context, tenant);
        const client = await context.session.sync();
        const onSilence = (): void =>
          context.terminal.note('A run is under way, but no worker answers; start one with "orsync worker". What is stored about the run:');
        const status = await client.status(tenant, { onSilence });
        const latest = await (await context.session.store()).forTenant(tenant).runs.latest();
        context.terminal.result(status, () => statusText(status, valuesBy(latest?.mapping)));
        return isWaiting(status) ? exitCodes.waiting : exitCodes.ok;
      }),
    );

/** A run that waits for a person, or a list that nobody has decided about. */
const isWaiting = ({ running, state, proposals }: TenantStatus): boolean =>
  running ? state !== null && waitsForPerson(state) : proposals.some(isWaitingFor);
