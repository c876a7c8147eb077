import { mongodbUri } from './test-store';
import { connectStore, databaseIn, StoreUnavailableError, withoutCredentials } from '../../store/connect';

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
  ['mongodb+srv://ann:s3c/r?t@h@host/x', 'mongodb+srv://host/x'],
  ['mongodb://host/?authMechanismProperties=AWS_SESSION_TOKEN:s3cret', 'mongodb://host/'],
])('A6 %s is shown as %s', (uri, shown) => expect(withoutCredentials(uri)).toBe(shown));

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

test('a server that refuses the password is another error than one that does not answer', async () => {
  const uri = new URL(mongodbUri());
  [uri.username, uri.password] = ['ann', 's3cret'];
  uri.searchParams.set('authSource', 'admin');
  const error = await refusal(uri.href);
  expect(error).toMatchObject({ name: 'StoreUnavailableError', kind: 'unauthorized' });
  expect(String(error)).toContain('refuses the user or the password in MONGODB_URI');
  expect(String(error)).not.toContain('s3cret');
});
