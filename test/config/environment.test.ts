import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { readEnvironment, requireMongodb, requireTemporal } from '../../config/environment';

const folder = mkdtempSync(join(tmpdir(), 'orsync-environment-'));
/** A home folder without a Temporal profile. */
const home = { HOME: folder, XDG_CONFIG_HOME: folder };
const profile = (name: string, text: string) => {
  const path = join(folder, `${name}.toml`);
  writeFileSync(path, text);
  return { ...home, TEMPORAL_CONFIG_FILE: path };
};

test('an empty environment gives defaults and no addresses', () => {
  const environment = readEnvironment({ ...home, MONGODB_URI: '', ORSYNC_LOG_LEVEL: undefined });
  expect(environment).toMatchObject({ mongodb: null, logLevel: 'info', temporal: { address: null, namespace: 'default' } });
  expect(() => requireMongodb(environment)).toThrow(/^MONGODB_URI: set it to .* \(in the environment\)\.$/);
  expect(() => requireTemporal(environment)).toThrow(/^TEMPORAL_ADDRESS: set it to .* \(in the environment\)\.$/);
});

test('Temporal’s standard variables are read', () => {
  const env = { ...home, TEMPORAL_ADDRESS: 'acme.tmprl.cloud:7233', TEMPORAL_NAMESPACE: 'acme.prod', TEMPORAL_API_KEY: 'hunter2' };
  const temporal = requireTemporal(readEnvironment(env));
  expect(temporal).toMatchObject({ address: 'acme.tmprl.cloud:7233', namespace: 'acme.prod' });
  expect(temporal.connectionOptions()).toMatchObject({ address: 'acme.tmprl.cloud:7233', apiKey: 'hunter2', tls: true });
});

test('a profile is read, and variables come before it', () => {
  const env = profile('good', '[profile.prod]\naddress = "from-profile:7233"\nnamespace = "from-profile"\n');
  const { temporal } = readEnvironment({ ...env, TEMPORAL_PROFILE: 'prod', TEMPORAL_NAMESPACE: 'from-variable' });
  expect(temporal).toMatchObject({ address: 'from-profile:7233', namespace: 'from-variable' });
});

test.each([
  ['mongodb://localhost:27017', 'orsync'],
  ['mongodb://localhost:27017/', 'orsync'],
  ['mongodb://user:pa%2Fss@a:1,b:2/sync?replicaSet=rs0', 'sync'],
  ['mongodb+srv://user:pass@cluster.example.net/?retryWrites=true', 'orsync'],
])('the database is the path of %s, default orsync', (uri, database) => {
  const mongodb = requireMongodb(readEnvironment({ ...home, MONGODB_URI: uri }));
  expect(mongodb.database).toBe(database);
  expect(mongodb.uri.reveal()).toBe(uri);
});

test.each([
  ['MONGODB_URI', { MONGODB_URI: 'postgres://hunter2@localhost' }],
  ['MONGODB_URI', { MONGODB_URI: 'mongodb://a:hunter2@localhost/a.b' }],
  ['ORSYNC_LOG_LEVEL', { ORSYNC_LOG_LEVEL: 'hunter2' }],
  ['ORSYNC_DEAD_WORKER_SECONDS', { ORSYNC_DEAD_WORKER_SECONDS: '2' }],
  ['ORSYNC_DEAD_WORKER_SECONDS', { ORSYNC_DEAD_WORKER_SECONDS: 'hunter2' }],
  ['TEMPORAL_PROFILE', { TEMPORAL_PROFILE: 'absent' }],
  ['TEMPORAL_PROFILE', profile('broken', '[profile.default]\napi_key = "hunter2\n')],
  ['TEMPORAL_TLS_SERVER_CA_CERT_PATH', { TEMPORAL_TLS_SERVER_CA_CERT_PATH: join(folder, 'absent.pem') }],
])('A6 a wrong %s is named without its value', (variable, env) => {
  const read = () => readEnvironment({ ...home, ...env });
  expect(read).toThrow(new RegExp(`^${variable}: .* \\(in the environment\\)\\.$`));
  expect(read).not.toThrow(/hunter2/);
});

test('A6 no secret of the environment shows when it is printed', () => {
  const environment = readEnvironment({ ...home, MONGODB_URI: 'mongodb://a:hunter2@localhost', TEMPORAL_API_KEY: 'hunter2' });
  expect(JSON.stringify(environment) + inspect(environment, { depth: 9 })).not.toContain('hunter2');
});
