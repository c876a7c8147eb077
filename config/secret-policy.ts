import { z } from 'zod';
import { ConfigurationError } from './configuration-error';
import { problemsOf, settingErrors } from './schema-messages';
import { commaList } from './schema-parts';
import { isLoopbackUrl } from './urls';

/**
 * Which secrets a tenant file may name, and where they may be sent. The author of the file decides neither. It might name
 * MongoDB's password and send it to a server of its own.
 */
export interface SecretPolicy {
  /** Names of environment variables begin with one of these. */
  readonly prefixes: readonly string[];
  /** Files lie below this folder. */
  readonly folder: string;
  /** Hosts, beside the vendors' own and this machine. */
  readonly hosts: readonly string[];
}

const PREFIXES = ['ORND_', 'OFFICERND_', 'HUBSPOT_', 'ORSYNC_SECRET_'];
/** Never a tenant's, whatever `ORSYNC_SECRET_PREFIXES` says: the installation's own settings. */
const OWN = ['MONGODB_', 'TEMPORAL_', 'ORSYNC_'];
/** The vendors' own domains; their hosts end with a dot and one of these, or are it. */
const VENDOR_DOMAINS = ['officernd.com', 'hubapi.com', 'hubspot.com'];

const schema = z.object({
  ORSYNC_SECRET_PREFIXES: commaList(
    (part) => /^[A-Za-z_][A-Za-z0-9_]*$/.test(part),
    'this must be beginnings of variable names, divided by commas, such as ACME_,BETA_',
  ),
  ORSYNC_SECRETS_DIR: z.string().default(''),
  ORSYNC_ALLOWED_HOSTS: commaList(
    (part) => /^[a-z0-9.-]+$/i.test(part),
    'this must be host names, divided by commas, such as proxy.example.com',
  ),
});

/**
 * Reads the policy of this process.
 * @param env `process.env`, or a test's own
 * @param defaultFolder the folder for files where `ORSYNC_SECRETS_DIR` names none
 */
export function readSecretPolicy(env: Readonly<Record<string, string | undefined>>, defaultFolder: string): SecretPolicy {
  const result = schema.safeParse(env, { error: settingErrors });
  if (!result.success) throw new ConfigurationError(problemsOf(result.error), 'the environment');
  const { ORSYNC_SECRET_PREFIXES: more, ORSYNC_SECRETS_DIR: folder, ORSYNC_ALLOWED_HOSTS: hosts } = result.data;
  return {
    prefixes: [...PREFIXES, ...more],
    folder: folder === '' ? defaultFolder : folder,
    hosts: hosts.map((host) => host.toLowerCase()),
  };
}

/** Whether a tenant file may name this environment variable. */
export function mayName({ prefixes }: SecretPolicy, variable: string): boolean {
  const isOwn = OWN.some((prefix) => variable.startsWith(prefix)) && !variable.startsWith('ORSYNC_SECRET_');
  return !isOwn && variable !== 'ORSYNC_SECRET_PREFIXES' && prefixes.some((prefix) => variable.startsWith(prefix));
}

/** Whether secrets may be sent to this address. */
export function maySendTo({ hosts }: SecretPolicy, url: string): boolean {
  if (isLoopbackUrl(url)) return true;
  const { hostname } = new URL(url);
  return hosts.includes(hostname) || VENDOR_DOMAINS.some((domain) => hostname === domain || hostname.endsWith(`.${domain}`));
}
