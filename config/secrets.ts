import { ConfigurationError } from './configuration-error';
import type { ConfigurationProblem } from './configuration-error';
import type { Secret } from './secret';
import { createSecret } from './secret';
import type { SecretRef, TenantConfig } from './tenant-config';

/** The places in which secrets are looked up. */
export interface SecretSources {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Returns the text of a file; throws when it can't be read. A relative path begins at the process's working folder. */
  readonly readFile: (path: string) => string;
}

/** One tenant's secrets, looked up. */
export interface TenantSecrets {
  readonly officernd: { readonly clientId: Secret; readonly clientSecret: Secret };
  readonly hubspot:
    | { readonly kind: 'token'; readonly accessToken: Secret }
    | { readonly kind: 'oauth'; readonly clientId: Secret; readonly clientSecret: Secret; readonly refreshToken: Secret };
}

/** Looks up all secrets of a tenant, without the white space around them. Throws one `ConfigurationError` that lists all missing ones. */
export function resolveTenantSecrets({ tenant, officernd, hubspot }: TenantConfig, sources: SecretSources): TenantSecrets {
  const problems: ConfigurationProblem[] = [];
  const secret = (setting: string, ref: SecretRef | undefined): Secret => {
    const found: Found = ref === undefined ? { kind: 'missing', message: 'this setting is missing' } : lookUp(ref, sources);
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
  };
  if (problems.length > 0) throw new ConfigurationError(problems, `tenant ${tenant}`);
  return secrets;
}

type Found = { readonly kind: 'found'; readonly text: string } | { readonly kind: 'missing'; readonly message: string };

function lookUp(ref: SecretRef, { env, readFile }: SecretSources): Found {
  if (typeof ref === 'string') return { kind: 'found', text: ref };
  if ('env' in ref) return given(env[ref.env], `set the environment variable ${ref.env}`);
  try {
    return given(readFile(ref.file), `the file ${ref.file} is empty; write the secret into it`);
  } catch {
    return { kind: 'missing', message: `the file ${ref.file} cannot be read; it must exist and be readable for this process` };
  }
}

function given(text: string | undefined, message: string): Found {
  const trimmed = text?.trim() ?? '';
  return trimmed === '' ? { kind: 'missing', message } : { kind: 'found', text: trimmed };
}
