import { createReadStream } from 'node:fs';
import { basename, dirname } from 'node:path';
import { text } from 'node:stream/consumers';
import { Command } from 'commander';
import { stringify } from 'yaml';
import { z } from 'zod';
import { ConfigurationError } from '../../config/configuration-error';
import type { ConfigurationProblem } from '../../config/configuration-error';
import { pairOf } from '../../config/pair-of';
import { readServeSettings } from '../../config/serve-settings';
import { MAX_TENANT_FILE_BYTES, readTenantFile, usableTenantConfig } from '../../config/tenant-file';
import type { TenantConfig } from '../../config/tenant-config';
import { fieldsWithoutBase } from '../../domain/base-owner';
import { KEPT_DAYS } from '../../store/kept';
import type { Store } from '../../store/store';
import type { JsonValue } from '../../domain/json';
import type { TenantMapping } from '../../domain/tenant-mapping';
import { refuseProblems } from '../../workers/doctor/finding';
import { CliError, unknownTenant } from '../cli-error';
import { describeFailure } from '../describe-failure';
import { exitCodes } from '../exit-codes';
import { untilInterrupted } from '../interruption';
import { checkedText, shownFields, shownLinkProperty, withoutBaseText } from '../text/mapping';
import type { CheckedTenant } from '../text/mapping';
import type { Terminal } from '../terminal';
import { counted, shownTime, table } from '../text/tables';
import { webhookText } from '../text/webhook';
import { withoutLiteralSecrets } from '../without-literal-secrets';
import { noteCancelled, tenantName } from './command';
import type { CommandContext, CommandKit } from './command';
import { bindPair } from './bind-pair';
import { loadDoctor, loadKnownRecords, loadLiveCheck, loadWebhook } from './programs';

const fileInput = z.object({ file: z.string() });
const applyInput = fileInput.extend({ newPair: z.boolean().default(false), renamed: z.boolean().default(false) });
const tenantInput = z.object({ tenant: tenantName });
const removeInput = tenantInput.extend({ everything: z.boolean().default(false) });

/** `orsync tenant …` */
export const tenantCommand = (kit: CommandKit): Command =>
  new Command('tenant')
    .description('check, store, list, show and remove tenants')
    .addCommand(checkCommand(kit))
    .addCommand(applyCommand(kit))
    .addCommand(listCommand(kit))
    .addCommand(showCommand(kit))
    .addCommand(removeCommand(kit));

const checkCommand = ({ action }: CommandKit): Command =>
  new Command('check')
    .description('check a tenant file, also against both vendors, and show what will be kept in step')
    .argument('<file>', 'YAML or JSON')
    .action(
      action(fileInput, async ({ file }, { terminal }) => {
        const { checked } = await check(file, terminal);
        terminal.result(checked, () => checkedText(checked));
        return exitCodes.ok;
      }),
    );

const applyCommand = ({ action }: CommandKit): Command =>
  new Command('apply')
    .description('check a tenant file and store it; the next run uses it')
    .argument('<file>', 'YAML or JSON')
    .option('--new-pair', 'the file names another organisation or portal: set everything of the old pair aside and begin afresh')
    .option('--renamed', 'the organisation has got another short name: keep everything')
    .action(
      action(applyInput, async ({ file, newPair, renamed }, context) => {
        const { terminal, session } = context;
        const { publicUrl } = readServeSettings(context.env);
        // The store comes first, so that a missing database is reported before the vendors are asked.
        const store = await session.store();
        refuseProblems((await loadDoctor()).judgeDatabase(await store.inspect()));
        const { config, mapping, checked } = await check(file, terminal);
        await store.prepare();
        const { tenant } = config;
        const { knowsLinkedRecords } = await loadKnownRecords();
        const owners = await bindPair(
          config,
          { newPair, renamed },
          {
            store,
            assertNoRun: () => refuseWhileRunning(context, tenant),
            knowsLinkedRecords: () =>
              untilInterrupted((signal) => knowsLinkedRecords(config, store.forTenant(tenant), signal, dirname(file))),
          },
        );
        const withoutBase = fieldsWithoutBase(mapping, owners);
        await store.kept.giveBack(pairOf(config), tenant);
        await store.tenants.put(tenant, asJson(config), new Date());
        const { ensureWebhook } = await loadWebhook();
        const webhook = await untilInterrupted((signal) =>
          ensureWebhook(config, { publicUrl, besideFile: dirname(file), signal, onWait: terminal.note }),
        );
        terminal.result({ ...checked, applied: true, withoutBase, ...(webhook !== null && { webhook }) }, () =>
          [
            checkedText(checked),
            ...withoutBase.map(withoutBaseText),
            ...(webhook === null ? [] : [webhookText(webhook, config.officernd.webhookSecret)]),
            `Stored; "orsync sync ${tenant}" starts a run.`,
          ].join('\n'),
        );
        return exitCodes.ok;
      }),
    );

/** Drops settings that are not given, because JSON has no `undefined`. */
const asJson = (config: TenantConfig): JsonValue => z.json().parse(JSON.parse(JSON.stringify(config)));

async function check(
  file: string,
  terminal: Terminal,
): Promise<{ readonly config: TenantConfig; readonly mapping: TenantMapping; readonly checked: CheckedTenant }> {
  const { config: given, problems } = readTenantFile(await textOf(file), basename(file));
  const { checkTenantLive } = await loadLiveCheck();
  const { mapping, warnings, config } = await alsoWrong(problems, basename(file), () =>
    untilInterrupted((signal) => checkTenantLive(given, signal, dirname(file), terminal.note)),
  );
  const linkProperty = shownLinkProperty(mapping);
  return { config, mapping, checked: { tenant: config.tenant, ok: true, fields: shownFields(mapping), linkProperty, warnings } };
}

/** Makes the check of a file that has problems already, and throws these together with what else is wrong. */
async function alsoWrong<T>(problems: readonly ConfigurationProblem[], source: string, make: () => Promise<T>): Promise<T> {
  const found = await make().catch((error: unknown) => {
    // Ctrl-C is not one more problem.
    if (problems.length === 0 || (error instanceof Error && error.name === 'AbortError')) throw error;
    throw new ConfigurationError([...problems, ...problemsIn(error)], source, { cause: error });
  });
  if (problems.length > 0) throw new ConfigurationError(problems, source);
  return found;
}

function problemsIn(error: unknown): readonly ConfigurationProblem[] {
  if (error instanceof ConfigurationError) return error.problems;
  const { setting = '', message } = describeFailure(error);
  return [{ setting, message: message.replace(/\.$/, '') }];
}

async function textOf(file: string): Promise<string> {
  try {
    // A byte more than is allowed shows that the file is too large, and a device without an end is not read for ever.
    return await text(createReadStream(file, { end: MAX_TENANT_FILE_BYTES }));
  } catch (error) {
    const message = 'this file cannot be read; check its name and that this user may read it';
    throw new ConfigurationError([{ setting: '', message }], basename(file), { cause: error });
  }
}

const listCommand = ({ action }: CommandKit): Command =>
  new Command('list').description('list the tenants that are stored').action(
    action(z.object({}), async (_nothing, { terminal, session }) => {
      const tenants = (await (await session.store()).tenants.list()).map(({ tenant, config, updatedAt }) => {
        const known = usableTenantConfig(config);
        const shown = { tenant, updatedAt: updatedAt.toISOString() };
        if (known === null) return { ...shown, organization: null, portalId: null, entities: [], isUsable: false };
        const { officernd, hubspot, entities } = known;
        return { ...shown, organization: officernd.organization, portalId: hubspot.portalId, entities };
      });
      terminal.result({ tenants }, () =>
        tenants.length === 0
          ? 'There is no tenant yet; "orsync tenant apply FILE" stores one.'
          : table(
              ['Tenant', 'OfficeRnD', 'HubSpot', 'Entities', 'Stored (UTC)'],
              tenants.map(({ tenant, organization, portalId, entities, updatedAt }) => [
                tenant,
                organization ?? 'not usable',
                portalId ?? `see "orsync doctor ${tenant}"`,
                entities.join(', '),
                shownTime(updatedAt),
              ]),
            ),
      );
      return exitCodes.ok;
    }),
  );

const showCommand = ({ action }: CommandKit): Command =>
  new Command('show')
    .description('show a tenant’s configuration as it is stored')
    .argument('<tenant>')
    .action(
      action(tenantInput, async ({ tenant }, { terminal, session }) => {
        const stored = await (await session.store()).tenants.get(tenant);
        if (stored === null) throw unknownTenant(tenant);
        const config = withoutLiteralSecrets(stored.config);
        terminal.result({ tenant, updatedAt: stored.updatedAt.toISOString(), config }, () => stringify(config).trimEnd());
        return exitCodes.ok;
      }),
    );

const removeCommand = ({ action }: CommandKit): Command =>
  new Command('remove')
    .description('remove a tenant and what is stored for it; nothing changes at the vendors')
    .argument('<tenant>')
    .option('--everything', `also forget which records must not be created again, which is kept for ${KEPT_DAYS} days otherwise (D3)`)
    .action(
      action(removeInput, async ({ tenant, everything }, context) => {
        const store = await context.session.store();
        const stored = await store.tenants.get(tenant);
        if (stored === null) throw unknownTenant(tenant);
        await refuseWhileRunning(context, tenant);
        const kept = everything ? 0 : await keepDecisions(store, tenant, stored.config);
        // First, as it would start runs of a tenant that is gone. It starts none of one that could not be removed, which is the safer half.
        const scheduleRemoved = context.session.knowsTemporal() && (await (await context.session.sync()).removeSchedule(tenant));
        await store.tenants.remove(tenant);
        context.terminal.result({ tenant, removed: true, kept, scheduleRemoved }, () =>
          [`${tenant} is removed${scheduleRemoved ? ', and so is its schedule' : ''}.`, ...(kept === 0 ? [] : [keptText(kept)])].join(' '),
        );
        return exitCodes.ok;
      }),
    );

/** D3: keeps decisions about records with the pairs that they are about. A tenant without a stored pair has that of its configuration. */
async function keepDecisions(store: Store, tenant: string, config: JsonValue): Promise<number> {
  const until = new Date(Date.now() + KEPT_DAYS * DAY_MS);
  const known = await store.pairs.allOf(tenant);
  const configured = known.some(({ name }) => name === tenant) ? null : usableTenantConfig(config);
  const own = configured === null ? [] : [{ name: tenant, pair: pairOf(configured) }];
  let count = 0;
  for (const { name, pair } of [...known, ...own]) count += await store.kept.keep(name, pair, until);
  return count;
}

const DAY_MS = 24 * 3_600_000;

const keptText = (count: number): string =>
  `For ${KEPT_DAYS} days, ${counted(count, 'decision')} about records ${count === 1 ? 'is' : 'are'} kept for a tenant with the same accounts.`;

/** A run would write again what is being removed. Without Temporal's address nothing is known about runs, and nothing is refused. */
async function refuseWhileRunning(context: CommandContext, tenant: string): Promise<void> {
  if (!context.session.knowsTemporal()) return;
  const client = await context.session.sync();
  await untilInterrupted((signal) => client.untilCancelled(tenant, { signal, onCancelled: () => noteCancelled(context, tenant) }));
  if (!(await client.isRunning(tenant))) return;
  throw new CliError('running', `A run of ${tenant} is under way; end it first with "orsync cancel ${tenant}".`, exitCodes.failed);
}
