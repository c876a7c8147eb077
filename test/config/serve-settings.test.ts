import { resolveHookSecrets } from '../../config/hook-secrets';
import { readServeSettings } from '../../config/serve-settings';
import type { SecretSources } from '../../config/secrets';
import { aConfig, settings } from './fixtures';

test('without variables, nothing is assumed about a proxy', () => {
  expect(readServeSettings({ ORSYNC_PUBLIC_URL: '' })).toEqual({ publicUrl: null, trustedProxies: [], requestsPerSecond: 200 });
});

test('the address is kept without a trailing slash, proxies as a list', () => {
  const env = {
    ORSYNC_PUBLIC_URL: 'https://sync.example.com/orsync/',
    ORSYNC_TRUSTED_PROXIES: ' 10.0.0.0/8, ::1 ,192.168.1.7',
    ORSYNC_HOOKS_PER_SECOND: '50',
  };
  expect(readServeSettings(env)).toEqual({
    publicUrl: 'https://sync.example.com/orsync',
    trustedProxies: ['10.0.0.0/8', '::1', '192.168.1.7'],
    requestsPerSecond: 50,
  });
});

test.each([
  ['ORSYNC_PUBLIC_URL', 'http://sync.example.com'],
  ['ORSYNC_PUBLIC_URL', 'https://user:secret@sync.example.com'],
  ['ORSYNC_PUBLIC_URL', 'sync.example.org:443'],
  ['ORSYNC_TRUSTED_PROXIES', 'proxy.example.com'],
  ['ORSYNC_TRUSTED_PROXIES', '10.0.0.0/33'],
  ['ORSYNC_TRUSTED_PROXIES', '10.0.0.0/8/8'],
  ['ORSYNC_HOOKS_PER_SECOND', '-4'],
  ['ORSYNC_HOOKS_PER_SECOND', '100001'],
  ['ORSYNC_HOOKS_PER_SECOND', 'many'],
])('%s=%s is refused, by the name of the variable alone', (name, value) => {
  const refused = () => readServeSettings({ [name]: value });
  expect(refused).toThrow(name);
  expect(refused).not.toThrow(value);
});

const sources = (env: Readonly<Record<string, string>>): SecretSources => ({
  env,
  policy: { prefixes: ['HUBSPOT_', 'ORND_'], folder: '/none', hosts: [] },
  readFile: () => null,
});

test('the secrets that vendors sign with are looked up alone: none of those for the vendors need be there', () => {
  const given = settings();
  const config = aConfig({
    officernd: { ...Object(given['officernd']), webhookSecret: { env: 'ORND_WEBHOOK_SECRET' } },
    hubspot: {
      ...Object(given['hubspot']),
      app: { clientId: { env: 'HUBSPOT_APP_ID' }, clientSecret: { env: 'HUBSPOT_APP_SECRET' } },
    },
  });
  const all = resolveHookSecrets(config, sources({ ORND_WEBHOOK_SECRET: 'one', HUBSPOT_APP_SECRET: 'two' }));
  expect([all.officernd?.reveal(), all.hubspot?.reveal(), all.problems]).toEqual(['one', 'two', []]);
  const missing = resolveHookSecrets(config, sources({ ORND_WEBHOOK_SECRET: 'one' }));
  expect([missing.officernd?.reveal(), missing.hubspot]).toEqual(['one', null]);
  expect(missing.problems).toEqual([
    { setting: 'hubspot.app.clientSecret', message: expect.stringContaining('HUBSPOT_APP_SECRET') as unknown },
  ]);
  expect(resolveHookSecrets(aConfig(), sources({}))).toEqual({ hubspot: null, officernd: null, problems: [] });
});
