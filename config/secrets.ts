import { ConfigurationError } from './configuration-error';
import type { ConfigurationProblem } from './configuration-error';
import type { Secret } from './secret';
import { createSecret } from './secret';
import { maySendTo, mayName } from './secret-policy';
import type { SecretPolicy } from './secret-policy';
import type { SecretRef, TenantConfig } from './tenant-config';

/** The places in which secrets are looked up. */
export interface SecretSources {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly policy: SecretPolicy;
  /**
   * Returns the text of a file; null when it lies outside of the policy's folder, links followed. Throws when it can't be read. A relative
   * path begins at that folder, or at the process's working folder.
   */
  readonly readFile: (path: string) => string | null;
}

/** One tenant's secrets, looked up. */
export interface TenantSecrets {
  readonly officernd: { readonly clientId: Secret; readonly clientSecret: Secret };
  readonly hubspot:
    | { readonly kind: 'token'; readonly accessToken: Secret }
    | { readonly kind: 'oauth'; readonly clientId: Secret; readonly clientSecret: Secret; readonly refreshToken: Secret };
  /** HubSpot's app that tells of changes; absent where the tenant has none. */
  readonly app?: { readonly clientId: Secret; readonly clientSecret: Secret };
}

/**
 * Looks up all secrets of a tenant, without the white space around them. Throws one `ConfigurationError` that lists all that are missing or
 * may not be used, and all addresses that they may not be sent to.
 */
export function resolveTenantSecrets({ tenant, officernd, hubspot }: TenantConfig, sources: SecretSources): TenantSecrets {
  const problems: ConfigurationProblem[] = [];
  const addresses = { 'officernd.apiUrl': officernd.apiUrl, 'officernd.tokenUrl': officernd.tokenUrl, 'hubspot.apiUrl': hubspot.apiUrl };
  for (const [setting, url] of Object.entries(addresses)) {
    if (maySendTo(sources.policy, url)) continue;
    const { hostname } = new URL(url);
    problems.push({
      setting,
      message: `no secret may be sent to ${hostname}; if it is yours, name it in ORSYNC_ALLOWED_HOSTS of this process`,
    });
  }
  const secret = (setting: string, ref: SecretRef | undefined): Secret => {
    const found: FoundSecret = ref === undefined ? { kind: 'missing', message: 'this setting is missing' } : lookUp(ref, sources);
    if (found.kind === 'missing') problems.push({ setting, message: found.message });
    return createSecret(found.kind === 'found' ? found.text : '');
  };
  const secrets: TenantSecrets = {
    officernd: {
      clientId: secret('officernd.clientId', officernd.clientId),
      clientSecret: secret('officernd.clientSecret', officernd.clientSecret),
    },
    hubspot:
      hubspot.oauth === undefined
        ? { kind: 'token', accessToken: secret('hubspot.accessToken', hubspot.accessToken) }
        : {
            kind: 'oauth',
            clientId: secret('hubspot.oauth.clientId', hubspot.oauth.clientId),
            clientSecret: secret('hubspot.oauth.clientSecret', hubspot.oauth.clientSecret),
            refreshToken: secret('hubspot.oauth.refreshToken', hubspot.oauth.refreshToken),
          },
    ...(hubspot.app !== undefined && {
      app: {
        clientId: secret('hubspot.app.clientId', hubspot.app.clientId),
        clientSecret: secret('hubspot.app.clientSecret', hubspot.app.clientSecret),
      },
    }),
  };
  if (problems.length > 0) throw new ConfigurationError(problems, `tenant ${tenant}`);
  return secrets;
}

/** A header can't carry it, so the vendor would never be asked. */
const ODD_CHARACTER = 'the secret contains a space, a line break or another character that no token has; write it again';

export type FoundSecret = { readonly kind: 'found'; readonly text: string } | { readonly kind: 'missing'; readonly message: string };

/** Looks up one secret, without the white space around it. The message says what is missing, and never repeats a secret. */
export function lookUp(ref: SecretRef, { env, policy, readFile }: SecretSources): FoundSecret {
  if (typeof ref === 'string') return { kind: 'found', text: ref };
  if ('env' in ref && !mayName(policy, ref.env)) return { kind: 'missing', message: refusedName(ref.env, policy) };
  if ('env' in ref) return given(env[ref.env], `set the environment variable ${ref.env}`);
  try {
    const text = readFile(ref.file);
    if (text === null)
      return {
        kind: 'missing',
        message: `the file ${ref.file} is not in ${policy.folder}; put it there, or name its folder in ORSYNC_SECRETS_DIR`,
      };
    return given(text, `the file ${ref.file} is empty; write the secret into it`);
  } catch {
    return { kind: 'missing', message: `the file ${ref.file} cannot be read; it must exist and be readable for this process` };
  }
}

const refusedName = (name: string, { prefixes }: SecretPolicy): string =>
  `a tenant's secret may not stand in the variable ${name}; its name must begin with ${prefixes.join(', ')} (more by ORSYNC_SECRET_PREFIXES)`;

function given(text: string | undefined, message: string): FoundSecret {
  const trimmed = text?.trim() ?? '';
  if (!/^[\x21-\x7E]*$/.test(trimmed)) return { kind: 'missing', message: ODD_CHARACTER };
  return trimmed === '' ? { kind: 'missing', message } : { kind: 'found', text: trimmed };
}
