import { inspect } from 'node:util';
import { ConfigurationError } from '../../config/configuration-error';
import { createSecret } from '../../config/secret';
import { readSecretPolicy } from '../../config/secret-policy';
import type { SecretSources } from '../../config/secrets';
import { resolveTenantSecrets } from '../../config/secrets';
import type { SecretRef, TenantConfig } from '../../config/tenant-config';
import { aConfig } from './fixtures';

const sources = (
  env: SecretSources['env'],
  files: Readonly<Record<string, string | null>> = {},
  settings: Readonly<Record<string, string>> = { ORSYNC_SECRET_PREFIXES: 'A,B,C,EMPTY,ODD' },
): SecretSources => ({
  env,
  policy: readSecretPolicy(settings, '/run/secrets'),
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
  [
    { env: 'ODD' },
    'officernd.clientSecret: the secret contains a space, a line break or another character that no token has; write it again (in tenant acme).',
  ],
  [{ env: 'EMPTY' }, 'officernd.clientSecret: set the environment variable EMPTY (in tenant acme).'],
  [{ file: 'empty' }, 'officernd.clientSecret: the file empty is empty; write the secret into it (in tenant acme).'],
  [
    { file: 'absent' },
    'officernd.clientSecret: the file absent cannot be read; it must exist and be readable for this process (in tenant acme).',
  ],
])('a missing secret is named with what to do: %j', (ref, message) => {
  const read = () => resolveTenantSecrets(withSecret(ref), sources({ EMPTY: ' ', ODD: 'hunter\n2' }, { empty: '\n' }));
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

describe('what a tenant file may name, and where its secrets may be sent', () => {
  const known = {
    ORND_CLIENT_ID: 'id',
    ORND_CLIENT_SECRET: 'secret',
    HUBSPOT_TOKEN: 'token',
    MONGODB_URI: 'hunter2',
    ACME_TOKEN: 'hunter2',
  };

  test.each([
    'MONGODB_URI',
    'TEMPORAL_API_KEY',
    'ORSYNC_PAYLOAD_KEYS',
    'ORSYNC_CODEC_TOKEN',
    'ORSYNC_SECRET_PREFIXES',
    'ACME_TOKEN',
    'PATH',
    'hubspot_token',
  ])('the variable %s is refused', (name) => {
    const read = () => resolveTenantSecrets(withSecret({ env: name }), sources({ ...known, [name]: 'hunter2' }, {}, {}));
    expect(read).toThrow(
      `officernd.clientSecret: a tenant's secret may not stand in the variable ${name}; its name must begin with ORND_, `,
    );
    expect(read).not.toThrow(/hunter2/);
  });

  test.each(['ORND_X', 'OFFICERND_X', 'HUBSPOT_X', 'ORSYNC_SECRET_X', 'ACME_X'])('the variable %s is read', (name) => {
    const { officernd } = resolveTenantSecrets(
      withSecret({ env: name }),
      sources({ [name]: 'x' }, {}, { ORSYNC_SECRET_PREFIXES: 'ACME_, BETA_' }),
    );
    expect(officernd.clientSecret.reveal()).toBe('x');
  });

  test('no prefix opens the installation’s own variables', () => {
    const settings = { ORSYNC_SECRET_PREFIXES: 'MONGODB_,TEMPORAL_,ORSYNC_,M' };
    const read = () => resolveTenantSecrets(withSecret({ env: 'MONGODB_URI' }), sources(known, {}, settings));
    expect(read).toThrow('may not stand in the variable MONGODB_URI');
  });

  test('a file outside of the folder is refused', () => {
    const read = () => resolveTenantSecrets(withSecret({ file: '/etc/shadow' }), sources(known, { '/etc/shadow': null }));
    expect(read).toThrow(
      'officernd.clientSecret: the file /etc/shadow is not in /run/secrets; put it there, or name its folder in ORSYNC_SECRETS_DIR',
    );
  });

  const sentTo = (apiUrl: string, hosts = '') => {
    const config = aConfig();
    const hubspot = { ...config.hubspot, apiUrl };
    return () => resolveTenantSecrets({ ...config, hubspot }, sources(known, {}, { ORSYNC_ALLOWED_HOSTS: hosts }));
  };

  test.each([
    'https://evil.example',
    'https://hubspot.com.evil.example',
    'https://evilhubspot.com',
    'http://emulators:4010',
    'https://10.0.0.1',
  ])('no secret is sent to %s', (url) => {
    expect(sentTo(url)).toThrow(
      `hubspot.apiUrl: no secret may be sent to ${new URL(url).hostname}; if it is yours, name it in ORSYNC_ALLOWED_HOSTS`,
    );
  });

  test.each([
    ['https://api.hubapi.com', ''],
    ['https://api-eu1.hubspot.com', ''],
    ['https://app.officernd.com', ''],
    ['http://127.0.0.1:4010', ''],
    ['http://localhost:4010', ''],
    ['https://proxy.acme.example', 'Proxy.acme.example, other.example'],
    ['http://emulators:4010', 'emulators'],
  ])('secrets are sent to %s with ORSYNC_ALLOWED_HOSTS=%j', (url, hosts) => {
    expect(sentTo(url, hosts)).not.toThrow();
  });

  test.each([
    ['ORSYNC_SECRET_PREFIXES', 'A B'],
    ['ORSYNC_ALLOWED_HOSTS', 'https://x.example'],
  ])('a wrong %s is named', (name, value) => {
    expect(() => readSecretPolicy({ [name]: value }, '.')).toThrow(new RegExp(`^${name}: this must be `));
  });
});
