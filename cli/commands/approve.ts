import { Command } from 'commander';
import { z } from 'zod';
import { actorOf } from '../../client/actor';
import type { ApprovalOutcome } from '../../client/sync-client';
import { exitCodes } from '../exit-codes';
import { counted } from '../text/tables';
import { noteCancelled, noteSilence, requireTenant } from './command';
import type { CommandKit } from './command';
import { decisionInput, partOf, PROPOSAL, refused, withPart } from './part-options';

const input = z.object(decisionInput);

/** `orsync approve` (P2) */
export const approveCommand = ({ action }: CommandKit): Command =>
  withPart(
    new Command('approve')
      .description('approve what a brake holds, or a part of it, and start the run that does it')
      .argument('<tenant>')
      .argument('[proposal]', PROPOSAL),
    'approve',
  ).action(
    action(input, async ({ tenant, proposal, note, ...part }, context) => {
      await requireTenant(context, tenant);
      const client = await context.session.sync();
      const chosen = await partOf(part);
      const options = {
        by: actorOf(context.env),
        ...(note !== undefined && { note }),
        ...(chosen !== null && { part: chosen }),
        onSilence: () => noteSilence(context),
        onCancelled: () => noteCancelled(context, tenant),
      };
      const approved = await client.approve(tenant, proposal ?? null, options).catch(refused);
      context.terminal.result({ tenant, approved: true, ...approved }, () => approvedText(tenant, approved));
      return exitCodes.ok;
    }),
  );

function approvedText(tenant: string, { outcome, operations, left = 0, runId }: ApprovalOutcome): string {
  const rest = left === 0 ? '' : ` ${counted(left, 'operation')} of the list stay held until somebody decides about them.`;
  const follow = `does those that it would still plan; "orsync status ${tenant}" shows its progress.${rest}`;
  switch (outcome) {
    case 'released':
      return `Released; run ${runId} goes on.`;
    case 'started':
    case 'joined':
      return `Approved ${counted(operations, 'operation')}. Run ${runId} ${follow}`;
    case 'queued':
      return `Approved ${counted(operations, 'operation')}. A run that follows ${runId} ${follow}`;
  }
}
