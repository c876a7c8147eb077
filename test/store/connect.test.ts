import { MongoClient } from 'mongodb';
import type { Document } from 'mongodb';
import { mongodbUri } from './test-store';
import { databaseIn, overriddenOptions, withoutCredentials } from '../../store/address';
import { connectStore, StoreUnavailableError } from '../../store/connect';
import { createMongoStore } from '../../store/mongo-store';

test.each([
  ['mongodb://127.0.0.1:27017', 'orsync'],
  ['mongodb://127.0.0.1:27017/', 'orsync'],
  ['mongodb://127.0.0.1:27017/?replicaSet=rs0', 'orsync'],
  ['mongodb://u:p@a:1,b:2/mine?replicaSet=rs0', 'mine'],
  ['mongodb+srv://u:p@cluster.example.net/test', 'test'],
])('the database of %s is %s', (uri, name) => expect(databaseIn(uri)).toBe(name));

test.each([
  ['mongodb://127.0.0.1:27017/x', 'mongodb://127.0.0.1:27017/x'],
  ['mongodb://ann:s3cret@a:1,b:2/x?authSource=admin', 'mongodb://a:1,b:2/x'],
  ['mongodb+srv://ann:s3cret@host/x', 'mongodb+srv://host/x'],
  // Nobody can tell where such a password ends.
  ['mongodb+srv://ann:s3c/r?t@h@host/x', 'the address in MONGODB_URI'],
  ['mongodb://ann:1234?5@host/x', 'the address in MONGODB_URI'],
  ['mongodb://ann:s3c@ret@host/x', 'the address in MONGODB_URI'],
  ['mongodb://host/?proxyHost=proxy&proxyUsername=ann&proxyPassword=p@s3cret', 'the address in MONGODB_URI'],
  ['mongodb://host/?proxyHost=proxy&proxyUsername=ann&proxyPassword=p%40s3cret', 'mongodb://host/'],
  ['mongodb://host/?authMechanismProperties=AWS_SESSION_TOKEN:s3cret', 'mongodb://host/'],
])('A6 %s is shown as %s', (uri, shown) => expect(withoutCredentials(uri)).toBe(shown));

const withOptions = (options: string): string => {
  const uri = mongodbUri();
  return `${uri}${uri.includes('?') ? '&' : '?'}${options}`;
};

const refusal = (uri: string): Promise<unknown> =>
  connectStore({ uri }).then(
    () => 'connected',
    (error: unknown) => error,
  );

test('a server that does not answer is one clear error', async () => {
  const error = await refusal('mongodb://ann:s3cret@127.0.0.1:1/x');
  expect(error).toBeInstanceOf(StoreUnavailableError);
  expect(error).toMatchObject({ kind: 'unavailable' });
  expect(String(error)).toContain(
    "MongoDB can't be used at mongodb://127.0.0.1:1/x (connect ECONNREFUSED 127.0.0.1:1): start it there, or set MONGODB_URI",
  );
  expect(String(error)).not.toContain('s3cret');
});

test('an invalid address is one clear error, too', async () => {
  const error = await refusal('mongodb://ann:s3c@ret:@host:port:9/x');
  expect(error).toMatchObject({ name: 'StoreUnavailableError', kind: 'configuration' });
  expect(String(error)).toContain('the address is not valid');
  expect(String(error)).not.toContain('s3c');
});

test.each([
  ['mongodb://127.0.0.1:1/x?proxyHost=127.0.0.1&proxyPort=1&proxyUsername=ann&proxyPassword=p@s3cret'],
  ['mongodb://127.0.0.1:1/x?proxyHost=127.0.0.1&proxyPort=1&proxyUsername=ann&proxyPassword=p%40s3cret'],
  ['mongodb://127.0.0.1:1/x?proxyPassword=p@s3cret'],
  ['mongodb://127.0.0.1:1/x?authMechanism=MONGODB-AWS&authMechanismProperties=AWS_SESSION_TOKEN:s3cret'],
  ['mongodb://127.0.0.1:1/x?tls=true&tlsCertificateKeyFilePassword=s3cret'],
  ['mongodb://s3cret:12/34@127.0.0.1:1/x'],
])('A6 no message about %s shows a secret', async (uri) => {
  const error = await refusal(uri);
  expect(error).toBeInstanceOf(StoreUnavailableError);
  expect(String(error)).toContain('MONGODB_URI');
  expect(String(error)).not.toContain('s3cret');
});

test('a name of mongodb+srv that is not found is no invalid address', async () => {
  const error = await refusal('mongodb+srv://ann:s3cret@cluster.orsync.invalid/x');
  expect(error).toMatchObject({ kind: 'unavailable' });
  expect(String(error)).toContain("the name in MONGODB_URI can't be looked up (query");
  expect(String(error)).not.toContain('s3cret');
});

test.each([
  ['mongodb://host/x', []],
  ['mongodb://host/x?replicaSet=rs0&retryWrites=true', []],
  [
    'mongodb://host/x?readPreference=secondaryPreferred&W=1&readConcernLevel=local&journal=false',
    ['readPreference', 'W', 'readConcernLevel', 'journal'],
  ],
])('of %s, %j has no effect', (uri, options) => expect(overriddenOptions(uri)).toEqual(options));

test('reads and writes go to the primary and the majority, whatever the address says', async () => {
  const commands: Document[] = [];
  const client = new MongoClient(withOptions('readPreference=secondaryPreferred&readConcernLevel=local&w=1&journal=false'), {
    monitorCommands: true,
  });
  client.on('commandStarted', ({ command }) => commands.push(command));
  const store = createMongoStore({ client, databaseName: `concerns-${process.pid}`, historyDays: 1, now: () => new Date() });
  try {
    await store.prepare();
    commands.length = 0;
    const { runs, reviews } = store.forTenant('acme');
    const fence = await runs.takeFence({ run: 'run', turn: 1, slice: 'slice' });
    expect(await runs.holdsFence({ run: 'run', slice: 'slice' }, fence ?? 0)).toBe(true);
    await reviews.countOpen();
    await store.forTenant('acme').startPreview();
    const [write, read] = [commands.filter((one) => 'findAndModify' in one), commands.filter((one) => 'find' in one || 'aggregate' in one)];
    expect(write).toMatchObject([{ writeConcern: { w: 'majority', j: true } }]);
    expect(read.length).toBeGreaterThan(2);
    for (const { readConcern } of read) expect(readConcern).toEqual({ level: 'majority' });
    for (const command of commands)
      expect(command).not.toMatchObject({ $readPreference: { mode: expect.stringMatching(/^(secondary|nearest)/) } });
  } finally {
    await client.db(`concerns-${process.pid}`).dropDatabase();
    await store.close();
  }
});

test('a server that refuses the password is another error than one that does not answer', async () => {
  const uri = new URL(mongodbUri());
  [uri.username, uri.password] = ['ann', 's3cret'];
  uri.searchParams.set('authSource', 'admin');
  const error = await refusal(uri.href);
  expect(error).toMatchObject({ name: 'StoreUnavailableError', kind: 'unauthorized' });
  expect(String(error)).toContain('refuses the user or the password in MONGODB_URI');
  expect(String(error)).not.toContain('s3cret');
});
