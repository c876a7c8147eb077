import { Command } from 'commander';
import { z } from 'zod';
import type { Explanation } from '../../client/explain/explain';
import { RecordNotFoundError } from '../../client/explain/find-record';
import type { NamedRecord } from '../../client/explain/find-record';
import { createExplainVerbs } from '../../client/explain/verbs';
import type { ExplainVerbs } from '../../client/explain/verbs';
import { parseTenantConfig } from '../../config/tenant-file';
import { entities } from '../../domain/entity';
import { CliError, unknownTenant } from '../cli-error';
import { exitCodes } from '../exit-codes';
import { untilInterrupted } from '../interruption';
import { explanationText } from '../text/explanation';
import { recordHistoryText } from '../text/record-history';
import { refuseOtherEntities, requireTenant, tenantName } from './command';
import type { CommandContext, CommandKit } from './command';
import { loadLiveLook } from './programs';

const recordInput = z.object({ tenant: tenantName, entity: z.enum(entities), id: z.string().trim().min(1).max(1_000) });
const explainInput = recordInput.extend({ live: z.boolean().default(false) });

const ID = 'the id of either side, a value of hubspot_link_id, or an e-mail address';

/** `orsync explain` */
export const explainCommand = ({ action }: CommandKit): Command =>
  new Command('explain')
    .description('say why a record is as it is: its link, each field, what was not written, and what a person could do')
    .argument('<tenant>')
    .argument('<entity>', 'company, member or opportunity')
    .argument('<id>', ID)
    .option('--live', 'look at both records as they are now, instead of as they were read last; nothing is written')
    .action(
      action(explainInput, async ({ tenant, entity, id, live }, context) => {
        refuseOtherEntities(tenant, [entity], await requireTenant(context, tenant));
        const explanation = await explain(context, tenant, { entity, id }, live);
        context.terminal.result(explanation, () => explanationText(explanation));
        return exitCodes.ok;
      }),
    );

/** `orsync history` */
export const recordHistoryCommand = ({ action }: CommandKit): Command =>
  new Command('history')
    .description('list everything that was done to a record, oldest first')
    .argument('<tenant>')
    .argument('<entity>', 'company, member or opportunity')
    .argument('<id>', ID)
    .action(
      action(recordInput, async ({ tenant, entity, id }, context) => {
        await requireTenant(context, tenant);
        const verbs = createExplainVerbs(await context.session.store());
        const history = await found(verbs.history(tenant, { entity, id }));
        context.terminal.result(history, () => recordHistoryText(history));
        return exitCodes.ok;
      }),
    );

async function explain(context: CommandContext, tenant: string, record: NamedRecord, isLive: boolean): Promise<Explanation> {
  // Only what is stored is asked for, so Temporal need not answer.
  const verbs = createExplainVerbs(await context.session.store());
  const explained = isLive ? await explainLive(context, verbs, tenant, record) : await found(verbs.explain(tenant, record));
  if (explained === null) throw new CliError('no-run', `${tenant} has no run yet; "orsync sync ${tenant}" starts one.`, exitCodes.failed);
  return explained;
}

async function explainLive(context: CommandContext, verbs: ExplainVerbs, tenant: string, record: NamedRecord): Promise<Explanation | null> {
  const stored = await (await context.session.store()).tenants.get(tenant);
  if (stored === null) throw unknownTenant(tenant);
  const config = parseTenantConfig(stored.config, `tenant ${tenant}`);
  const { createLiveLook } = await loadLiveLook();
  return untilInterrupted((signal) =>
    found(verbs.explain(tenant, record, { look: createLiveLook(config, { signal, onWait: context.terminal.note }) })),
  );
}

/** A record that is not known is a failure, one that is named ambiguously is wrong usage. */
async function found<T>(asked: Promise<T>): Promise<T> {
  return asked.catch((error: unknown) => {
    if (!(error instanceof RecordNotFoundError)) throw error;
    throw new CliError(error.kind, error.message, error.kind === 'several-records' ? exitCodes.wrong : exitCodes.failed);
  });
}
