import { Command, Option } from 'commander';
import { z } from 'zod';
import { failureGroups } from '../../client/standing/failures';
import { sides } from '../../domain/entity';
import { exitCodes } from '../exit-codes';
import { failuresText } from '../text/failures';
import { collect, entityNames, requireTenant, tenantName } from './command';
import type { CommandKit } from './command';

const input = z.object({
  tenant: tenantName,
  entity: entityNames,
  vendor: z.enum(sides).optional(),
  field: z.string().optional(),
  group: z.string().optional(),
});

/** `orsync failures`: the failures that stand, by vendor, code and field. */
export const failuresCommand = ({ action }: CommandKit): Command =>
  new Command('failures')
    .description('list the failures that stand by vendor, code and field, with what to do about each')
    .argument('<tenant>')
    .option('--entity <entity>', 'only company, member or opportunity; may be repeated', collect)
    .addOption(new Option('--vendor <vendor>', 'only what this vendor refused').choices(sides))
    .option('--field <field>', 'only this field, by its name in the mapping')
    .option('--group <group>', 'only this group, by the beginning of its id')
    .action(
      action(input, async ({ tenant, entity, vendor, field, group }, context) => {
        await requireTenant(context, tenant);
        const groups = await failureGroups(await context.session.store(), tenant, {
          ...(entity.length > 0 && { entities: entity }),
          ...(vendor !== undefined && { vendor }),
          ...(field !== undefined && { field }),
          ...(group !== undefined && { group }),
        });
        context.terminal.result({ tenant, groups }, () => failuresText(tenant, groups));
        return exitCodes.ok;
      }),
    );
