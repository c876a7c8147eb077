import { Command } from 'commander';
import { z } from 'zod';
import { ConfigurationError } from '../../config/configuration-error';
import { readEnvironment } from '../../config/environment';
import type { TenantConfig } from '../../config/tenant-config';
import { parseTenantConfig } from '../../config/tenant-file';
import { overriddenOptions } from '../../store/address';
import type { Store } from '../../store/store';
import type { StoredTenant } from '../../store/tenants';
import { problem, silence, verdictOf } from '../../workers/doctor/finding';
import type { Finding, Subject } from '../../workers/doctor/finding';
import { unknownTenant } from '../cli-error';
import { describeFailure } from '../describe-failure';
import { exitCodes } from '../exit-codes';
import type { ExitCode } from '../exit-codes';
import { untilInterrupted } from '../interruption';
import { findingsText } from '../text/findings';
import type { ShownFinding } from '../text/findings';
import { tenantName } from './command';
import type { CommandContext, CommandKit } from './command';
import { loadDoctor } from './programs';

const input = z.object({ tenant: tenantName.optional() });

/** `orsync doctor` */
export const doctorCommand = ({ action }: CommandKit): Command =>
  new Command('doctor')
    .description('look at everything that a run needs, and say what is wrong and what to do; it changes nothing')
    .argument('[tenant]', 'also ask both vendors, with this tenant’s credentials (default: all tenants, without asking vendors)')
    .action(
      action(input, async ({ tenant }, context) => {
        const findings = await untilInterrupted((signal) => examine(context, tenant ?? null, signal));
        const verdict = verdictOf(findings);
        context.terminal.result({ ok: verdict === 'well', findings }, () => findingsText(findings));
        return exitCodeOf[verdict];
      }),
    );

const exitCodeOf: Readonly<Record<ReturnType<typeof verdictOf>, ExitCode>> = {
  well: exitCodes.ok,
  silent: exitCodes.failed,
  wrong: exitCodes.wrong,
};

async function examine(context: CommandContext, tenant: string | null, signal: AbortSignal): Promise<readonly ShownFinding[]> {
  const ofEnvironment = await attempt('configuration', async () => {
    readEnvironment(context.env);
    return [];
  });
  if (ofEnvironment.length > 0) return ofEnvironment;
  const [ofTemporal, ofMongodb] = await Promise.all([
    attempt('temporal', () => examineTemporal(context)),
    attempt('mongodb', () => examineMongodb(context)),
  ]);
  const servers = [...ofTemporal, ...ofMongodb];
  // Without the database, nothing is known of tenants.
  if (verdictOf(ofMongodb) !== 'well') return servers;
  const store = await context.session.store();
  const tenants = await tenantsOf(store, tenant);
  const findings: ShownFinding[] = [...servers];
  for (const stored of tenants) {
    const ofTenant = await examineTenant(context, { store, stored, asksVendors: tenant !== null, signal });
    findings.push(...ofTenant.map((finding) => ({ ...finding, tenant: stored.tenant })));
  }
  return findings;
}

async function tenantsOf(store: Store, tenant: string | null): Promise<readonly StoredTenant[]> {
  if (tenant === null) return store.tenants.list();
  const stored = await store.tenants.get(tenant);
  if (stored === null) throw unknownTenant(tenant);
  return [stored];
}

/** Turns a failure to look into a finding, so that everything else is still looked at. */
async function attempt(about: Subject, look: () => Promise<readonly Finding[]>): Promise<readonly Finding[]> {
  try {
    return await look();
  } catch (error) {
    if (error instanceof ConfigurationError)
      return error.problems.map(({ setting, message }) => problem({ about, setting, message: `${setting}: ${message}.` }));
    const { message, setting, exitCode } = describeFailure(error);
    const said = { about, message, ...(setting !== undefined && { setting }) };
    return [exitCode === exitCodes.wrong ? problem(said) : silence(said)];
  }
}

async function examineTemporal({ session, env }: CommandContext): Promise<readonly Finding[]> {
  const { readNamespace, readQueues, judgeNamespace, judgeQueues } = await loadDoctor();
  const { temporal, queuePrefix } = readEnvironment(env);
  const { connection } = await session.temporal();
  const place = { services: connection, namespace: temporal.namespace, address: temporal.address ?? '' };
  return connection.withDeadline(Date.now() + ANSWER_MS, async () => {
    const facts = await readNamespace(place);
    const findings = judgeNamespace(facts);
    if (facts.description === 'missing') return findings;
    const queues = await readQueues(place, queuePrefix, ['workflows', 'hubspot', 'officernd']);
    return [...findings, ...judgeQueues(queues, Date.now())];
  });
}

const ANSWER_MS = 10_000;

async function examineMongodb({ session, env }: CommandContext): Promise<readonly Finding[]> {
  const { judgeDatabase, judgeClock, judgeOptions } = await loadDoctor();
  const facts = await (await session.store()).inspect();
  const options = overriddenOptions(readEnvironment(env).mongodb?.uri.reveal() ?? '');
  return [...judgeDatabase(facts), ...judgeOptions(options), ...judgeClock(facts)];
}

interface TenantToExamine {
  readonly store: Store;
  readonly stored: StoredTenant;
  readonly asksVendors: boolean;
  readonly signal: AbortSignal;
}

async function examineTenant(
  context: CommandContext,
  { store, stored, asksVendors, signal }: TenantToExamine,
): Promise<readonly Finding[]> {
  const doctor = await loadDoctor();
  const { tenant } = stored;
  let config: TenantConfig | null = null;
  const read = await attempt('configuration', async () => {
    config = parseTenantConfig(stored.config, `tenant ${tenant}`);
    return [];
  });
  if (config === null) return read;
  const known: TenantConfig = config;
  const { facts, secrets } = doctor.readSecrets(known, doctor.processSecrets());
  const ofVendors = asksVendors && secrets !== null ? await doctor.examineAccounts(known, secrets, signal) : [];
  const ofStore = await attempt('mongodb', async () => {
    const schedules = asksVendors ? await schedulesOf(context, tenant) : null;
    return doctor.judgeTenant({ ...(await doctor.readTenant(known, store.forTenant(tenant), new Date())), schedules });
  });
  return [...doctor.judgeSecrets(facts), ...ofVendors, ...ofStore];
}

/** Null when Temporal can't be asked: that has been said already. */
async function schedulesOf({ session }: CommandContext, tenant: string) {
  const { readScheduleFacts } = await loadDoctor();
  return session
    .temporal()
    .then((client) => readScheduleFacts(client, tenant))
    .catch(() => null);
}
