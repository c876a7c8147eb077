import { Command } from 'commander';
import { z } from 'zod';
import { actorOf } from '../../client/actor';
import { loadNames } from '../../client/standing/named-records';
import { rejectedNow, rejectIn, withdrawRejections } from '../../client/standing/reject';
import type { RejectedProposals } from '../../client/standing/reject';
import { asLabel } from '../../domain/printable';
import { usageError } from '../cli-error';
import { exitCodes } from '../exit-codes';
import { recordLines } from '../text/records';
import { counted, shownTime } from '../text/tables';
import { requireTenant } from './command';
import type { CommandContext, CommandKit } from './command';
import { decisionInput, partOf, PROPOSAL, refused, withPart } from './part-options';

const input = z.object({ ...decisionInput, withdraw: z.boolean().default(false), list: z.boolean().default(false) });

/** `orsync reject` (P2) */
export const rejectCommand = ({ action }: CommandKit): Command =>
  withPart(
    new Command('reject')
      .description('reject what a brake holds, or a part of it: no run does it or proposes it again')
      .argument('<tenant>')
      .argument('[proposal]', PROPOSAL),
    'reject',
  )
    .option('--withdraw', 'take rejections back: all, or those that --entity, --id or --file name')
    .option('--list', 'list what is rejected')
    .action(
      action(input, async ({ tenant, proposal, note, withdraw, list, ...part }, context) => {
        await requireTenant(context, tenant);
        if (list) return listRejected(context, tenant);
        const store = await context.session.store();
        const chosen = await partOf(part);
        const said = { by: actorOf(context.env), note: note ?? null, at: new Date() };
        if (withdraw) {
          if (proposal !== undefined) throw usageError('Name no proposal with --withdraw; --entity, --id or --file name what is meant.');
          const withdrawn = await withdrawRejections(store.forTenant(tenant), chosen ?? { entities: null, ids: null }, said);
          context.terminal.result(
            { tenant, withdrawn },
            () => `Took back ${counted(withdrawn, 'rejection')}; the next run proposes them again.`,
          );
          return exitCodes.ok;
        }
        const meant = { id: proposal ?? null, isUnderWay: false };
        const rejected = await rejectIn(store, tenant, meant, said, chosen).catch(refused);
        context.terminal.result({ tenant, rejected: true, ...rejected }, () => rejectedText(tenant, rejected));
        return exitCodes.ok;
      }),
    );

async function listRejected(context: CommandContext, tenant: string): Promise<typeof exitCodes.ok> {
  const store = await context.session.store();
  const rejected = await rejectedNow(store.forTenant(tenant));
  const nameOf = await loadNames(
    store,
    tenant,
    rejected.map(({ effect }) => effect),
  );
  const shown = rejected.map(({ effect, fields, by, at, note, proposal }) => ({
    ...effect,
    fields,
    proposal,
    by,
    at: at.toISOString(),
    note,
    ...nameOf(effect),
  }));
  const text = (): string =>
    shown.length === 0
      ? `Nothing of ${tenant} is rejected.`
      : shown
          .flatMap((one) =>
            recordLines(one, `${one.entity} · ${one.kind} (${one.reason}) · by ${asLabel(one.by)}, ${shownTime(one.at)} UTC`),
          )
          .join('\n');
  context.terminal.result({ tenant, rejected: shown }, text);
  return exitCodes.ok;
}

const rejectedText = (tenant: string, { operations, left }: RejectedProposals): string =>
  `Rejected ${counted(operations, 'operation')}: no run does them, and none proposes them again until something about them changes.` +
  `${left === 0 ? '' : ` ${counted(left, 'operation')} of the list stay held until somebody decides about them.`}` +
  ` "orsync reject ${tenant} --withdraw" takes it back.`;
