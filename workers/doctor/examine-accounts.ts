import type { Connectors } from '../../activities/deps';
import { ConfigurationError } from '../../config/configuration-error';
import type { ConfigurationProblem } from '../../config/configuration-error';
import { resolveTenantSecrets } from '../../config/secrets';
import type { SecretSources, TenantSecrets } from '../../config/secrets';
import type { SecretRef, TenantConfig } from '../../config/tenant-config';
import { VendorError } from '../../connectors/errors';
import { localLimiters } from '../limits';
import { appProblems } from '../tenants/app-problems';
import { createConnectors } from '../tenants/connectors';
import { missingScopes } from '../tenants/missing-scopes';
import { modeOfSecretFile } from '../tenants/process-secrets';
import { resolveTenant } from '../tenants/resolve';
import { judgeAccounts } from './accounts';
import type { AccountFacts } from './accounts';
import type { Finding } from './finding';
import type { SecretFacts, SecretFile } from './secrets';

/** A tenant's secrets, and what is to be said about them. */
export interface SecretsFound {
  readonly facts: SecretFacts;
  /** Null when something is missing. */
  readonly secrets: TenantSecrets | null;
}

/** Looks up a tenant's secrets in this process's environment and files. */
export function readSecrets(config: TenantConfig, sources: SecretSources): SecretsFound {
  const files = refsOf(config).flatMap(({ setting, ref }): SecretFile[] =>
    typeof ref === 'object' && 'file' in ref ? [{ setting, path: ref.file, mode: modeOfSecretFile(ref.file) }] : [],
  );
  try {
    const secrets = resolveTenantSecrets(config, sources);
    return { facts: { problems: [], files, quoted: quotedAmong(secrets) }, secrets };
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    return { facts: { problems: error.problems, files, quoted: [] }, secrets: null };
  }
}

interface NamedRef {
  readonly setting: string;
  readonly ref: SecretRef | undefined;
}

const refsOf = ({ officernd, hubspot: { accessToken, oauth, app } }: TenantConfig): readonly NamedRef[] => [
  { setting: 'officernd.clientId', ref: officernd.clientId },
  { setting: 'officernd.clientSecret', ref: officernd.clientSecret },
  { setting: 'hubspot.accessToken', ref: accessToken },
  { setting: 'hubspot.oauth.clientId', ref: oauth?.clientId },
  { setting: 'hubspot.oauth.clientSecret', ref: oauth?.clientSecret },
  { setting: 'hubspot.oauth.refreshToken', ref: oauth?.refreshToken },
  { setting: 'hubspot.app.clientId', ref: app?.clientId },
  { setting: 'hubspot.app.clientSecret', ref: app?.clientSecret },
];

/** Settings whose secrets somebody has written with the quotation marks of a shell or of YAML. */
function quotedAmong({ officernd, hubspot, app }: TenantSecrets): readonly string[] {
  const named =
    hubspot.kind === 'token'
      ? { 'hubspot.accessToken': hubspot.accessToken }
      : {
          'hubspot.oauth.clientId': hubspot.clientId,
          'hubspot.oauth.clientSecret': hubspot.clientSecret,
          'hubspot.oauth.refreshToken': hubspot.refreshToken,
        };
  const ofApp = app === undefined ? {} : { 'hubspot.app.clientId': app.clientId, 'hubspot.app.clientSecret': app.clientSecret };
  const all = { 'officernd.clientId': officernd.clientId, 'officernd.clientSecret': officernd.clientSecret, ...named, ...ofApp };
  return Object.entries(all).flatMap(([setting, secret]) => (/^(["']).*\1$/.test(secret.reveal()) ? [setting] : []));
}

/** Asks both vendors, each by itself, so that the trouble of one does not hide that of the other. It writes nothing. */
export async function examineAccounts(config: TenantConfig, secrets: TenantSecrets, signal: AbortSignal): Promise<readonly Finding[]> {
  const connectors = createConnectors(config, secrets, { count: () => undefined }, localLimiters);
  const [officernd, hubspot] = await Promise.all([
    answerOf(() => connectors.officernd.locations({ signal })),
    answerOf(() => connectors.hubspot.account({ signal })),
  ]);
  if (officernd !== 'answers' || hubspot !== 'answers') {
    return judgeAccounts({ officernd, hubspot, callsLeft: connectors.hubspot.callsLeft(), scopes: [], definitions: null });
  }
  return judgeAccounts(await readDefinitions(config, { connectors, secrets, signal }));
}

async function answerOf(ask: () => Promise<unknown>): Promise<VendorError | 'answers'> {
  try {
    await ask();
    return 'answers';
  } catch (error) {
    if (error instanceof VendorError) return error;
    throw error;
  }
}

interface Looking {
  readonly connectors: Connectors;
  readonly secrets: TenantSecrets;
  readonly signal: AbortSignal;
}

async function readDefinitions(config: TenantConfig, { connectors, secrets, signal }: Looking): Promise<AccountFacts> {
  const answered = { officernd: 'answers', hubspot: 'answers' } as const;
  const callsLeft = connectors.hubspot.callsLeft();
  try {
    const { mapping, warnings } = await resolveTenant(config, connectors, signal);
    const scopes = [...(await missingScopes(connectors, mapping, signal)), ...(await appProblems(config, secrets, signal))];
    return { ...answered, callsLeft: connectors.hubspot.callsLeft(), scopes, definitions: { problems: [], warnings } };
  } catch (error) {
    if (error instanceof VendorError) return { ...answered, [error.details.vendor]: error, callsLeft, scopes: [], definitions: null };
    return { ...answered, callsLeft, scopes: [], definitions: { problems: problemsIn(error), warnings: [] } };
  }
}

function problemsIn(error: unknown): readonly ConfigurationProblem[] {
  if (error instanceof ConfigurationError) return error.problems;
  throw error;
}
