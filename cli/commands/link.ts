import { Command } from 'commander';
import { z } from 'zod';
import { actorOf } from '../../client/actor';
import { createDecisionVerbs } from '../../client/decisions/decision-verbs';
import { entities } from '../../domain/entity';
import { exitCodes } from '../exit-codes';
import { shownDecision } from '../../client/decisions/shown-decision';
import { decisionsTable } from '../text/decisions';
import { refuseOtherEntities, requireTenant, tenantName } from './command';
import type { CommandKit } from './command';
import { saying } from './decide';

const entity = z.enum(entities, `an entity is ${entities.join(', ')}`);
const linkInput = z.object({
  tenant: tenantName,
  entity,
  officernd: z.string(),
  hubspot: z.string(),
  prefer: z.enum(['hubspot'], 'prefer is "hubspot"; without it, OfficeRnD’s values win').optional(),
  note: z.string().optional(),
});

/** `orsync link` (D1) */
export const linkCommand = ({ action }: CommandKit): Command =>
  new Command('link')
    .description('link two records by hand, with the next run')
    .argument('<tenant>')
    .argument('<entity>', 'company, member or opportunity')
    .argument('<officernd>', 'the OfficeRnD record’s id')
    .argument('<hubspot>', 'the HubSpot record’s id')
    .option('--prefer <side>', 'hubspot: its values win where both differ')
    .option('--note <text>', 'why; kept with the decision')
    .action(
      action(linkInput, async ({ tenant, entity: of, officernd, hubspot, prefer, note }, context) => {
        refuseOtherEntities(tenant, [of], await requireTenant(context, tenant));
        const verbs = createDecisionVerbs(await context.session.store());
        const pair = { entity: of, officerndId: officernd, hubspotId: hubspot, prefer: prefer ?? null };
        const decision = await saying(context, () => verbs.link(tenant, pair, { by: actorOf(context.env), note: note ?? null }));
        context.terminal.result(
          { tenant, decision: shownDecision(decision) },
          () => `${decisionsTable([decision])}\nThe next run links them: "orsync sync ${tenant}".`,
        );
        return exitCodes.ok;
      }),
    );

const unlinkInput = z.object({ tenant: tenantName, entity, id: z.string(), note: z.string().optional() });

/** `orsync unlink` (D1) */
export const unlinkCommand = ({ action }: CommandKit): Command =>
  new Command('unlink')
    .description('end a link by hand, with the next run, and keep the two records apart')
    .argument('<tenant>')
    .argument('<entity>', 'company, member or opportunity')
    .argument('<id>', 'the record’s id in OfficeRnD or HubSpot')
    .option('--note <text>', 'why; kept with the decision')
    .action(
      action(unlinkInput, async ({ tenant, entity: of, id, note }, context) => {
        refuseOtherEntities(tenant, [of], await requireTenant(context, tenant));
        const verbs = createDecisionVerbs(await context.session.store());
        const decision = await saying(context, () =>
          verbs.unlink(tenant, { entity: of, id }, { by: actorOf(context.env), note: note ?? null }),
        );
        context.terminal.result(
          { tenant, decision: shownDecision(decision) },
          () => `${decisionsTable([decision])}\nThe next run ends the link: "orsync sync ${tenant}".`,
        );
        return exitCodes.ok;
      }),
    );
