import { Command } from 'commander';
import { z } from 'zod';
import { actorOf } from '../../client/actor';
import { ApprovalRefusedError } from '../../client/approve';
import type { ApprovalOutcome } from '../../client/sync-client';
import { CliError } from '../cli-error';
import { exitCodes } from '../exit-codes';
import { counted } from '../text/tables';
import { noteCancelled, noteSilence, requireTenant, tenantName } from './command';
import type { CommandKit } from './command';

const input = z.object({ tenant: tenantName, proposal: z.string(), note: z.string().optional() });

/** `orsync approve` (P2) */
export const approveCommand = ({ action }: CommandKit): Command =>
  new Command('approve')
    .description('approve what a brake holds, and start the run that does it')
    .argument('<tenant>')
    .argument('<proposal>', 'the proposal’s id, as "orsync status" shows it; or a run’s id, for all that it ended with')
    .option('--note <text>', 'why; kept with the approval')
    .action(
      action(input, async ({ tenant, proposal, note }, context) => {
        await requireTenant(context, tenant);
        const client = await context.session.sync();
        const options = {
          by: actorOf(context.env),
          ...(note !== undefined && { note }),
          onSilence: () => noteSilence(context),
          onCancelled: () => noteCancelled(context, tenant),
        };
        const approved = await client.approve(tenant, proposal, options).catch((error: unknown) => {
          throw error instanceof ApprovalRefusedError ? refused(error) : error;
        });
        context.terminal.result({ tenant, approved: true, ...approved }, () => approvedText(tenant, approved));
        return exitCodes.ok;
      }),
    );

/** An id that names nothing is wrong usage. */
export const refused = ({ kind, message }: ApprovalRefusedError): CliError =>
  new CliError(kind, message, kind === 'unknown-proposal' || kind === 'unknown-preview' ? exitCodes.wrong : exitCodes.failed);

function approvedText(tenant: string, { outcome, operations, runId }: ApprovalOutcome): string {
  switch (outcome) {
    case 'released':
      return `Released; run ${runId} goes on.`;
    case 'started':
    case 'joined':
      return `Approved ${counted(operations, 'operation')}. Run ${runId} does those that it would still plan; "orsync status ${tenant}" shows its progress.`;
    case 'queued':
      return `Approved ${counted(operations, 'operation')}. A run that follows ${runId} does those that it would still plan; "orsync status ${tenant}" shows its progress.`;
  }
}
