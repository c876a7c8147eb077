import { inspect } from 'node:util';
import { ConfigurationError } from '../../config/configuration-error';
import { createSecret } from '../../config/secret';
import type { SecretSources } from '../../config/secrets';
import { resolveTenantSecrets } from '../../config/secrets';
import type { SecretRef, TenantConfig } from '../../config/tenant-config';
import { aConfig } from './fixtures';

const sources = (env: SecretSources['env'], files: Readonly<Record<string, string>> = {}): SecretSources => ({
  env,
  readFile: (path) => {
    const text = files[path];
    if (text === undefined) throw new Error('ENOENT');
    return text;
  },
});

test('A6 a secret shows nowhere but in reveal()', () => {
  const secret = createSecret('hunter2');
  expect(secret.reveal()).toBe('hunter2');
  const shown = [
    JSON.stringify({ secret }),
    inspect({ secret }, { showHidden: true, depth: 9 }),
    String(secret),
    Object.values(secret).map(String).join(),
  ];
  expect(shown.join()).not.toContain('hunter2');
  expect(inspect({ secret })).toBe('{ secret: [secret] }');
});

/** A configuration whose OfficeRnD secret stands there, beside a client id and a token that are given. */
function withSecret(clientSecret: SecretRef): TenantConfig {
  const config = aConfig();
  return {
    ...config,
    officernd: { ...config.officernd, clientId: 'id', clientSecret },
    hubspot: { ...config.hubspot, accessToken: 'token' },
  };
}

test.each([
  ['a variable', { env: 'A' }],
  ['a file', { file: '/run/secrets/a' }],
  ['a literal', 'hunter2'],
])('a secret comes from %s, without white space around it', (_title, ref) => {
  const { officernd } = resolveTenantSecrets(withSecret(ref), sources({ A: ' hunter2 ' }, { '/run/secrets/a': 'hunter2\n' }));
  expect(officernd.clientSecret.reveal()).toBe('hunter2');
});

test.each([
  [{ env: 'ORND_CLIENT_SECRET' }, 'officernd.clientSecret: set the environment variable ORND_CLIENT_SECRET (in tenant acme).'],
  [{ env: 'EMPTY' }, 'officernd.clientSecret: set the environment variable EMPTY (in tenant acme).'],
  [{ file: 'empty' }, 'officernd.clientSecret: the file empty is empty; write the secret into it (in tenant acme).'],
  [
    { file: 'absent' },
    'officernd.clientSecret: the file absent cannot be read; it must exist and be readable for this process (in tenant acme).',
  ],
])('a missing secret is named with what to do: %j', (ref, message) => {
  const read = () => resolveTenantSecrets(withSecret(ref), sources({ EMPTY: ' ' }, { empty: '\n' }));
  expect(read).toThrow(ConfigurationError);
  expect(read).toThrow(message);
});

test('a tenant’s secrets are looked up together', () => {
  const env = { ORND_CLIENT_ID: 'id', ORND_CLIENT_SECRET: 'secret', HUBSPOT_TOKEN: 'token' };
  const { officernd, hubspot } = resolveTenantSecrets(aConfig(), sources(env));
  expect([officernd.clientId.reveal(), officernd.clientSecret.reveal()]).toEqual(['id', 'secret']);
  expect(hubspot.kind === 'token' && hubspot.accessToken.reveal()).toBe('token');
});

test('an app’s own credentials take the place of a token', () => {
  const oauth = { clientId: { env: 'A' }, clientSecret: { env: 'B' }, refreshToken: { env: 'C' } };
  const config = aConfig({ hubspot: { portalId: '1', oauth } });
  const { hubspot } = resolveTenantSecrets(config, sources({ A: 'a', B: 'b', C: 'c', ORND_CLIENT_ID: 'd', ORND_CLIENT_SECRET: 'e' }));
  expect(hubspot.kind === 'oauth' && hubspot.refreshToken.reveal()).toBe('c');
});

test('all secrets that are missing are listed at once', () => {
  const read = () => resolveTenantSecrets(aConfig(), sources({ ORND_CLIENT_ID: 'id' }));
  expect(read).toThrow('officernd.clientSecret: set the environment variable ORND_CLIENT_SECRET; and 1 more problem (in tenant acme).');
});
