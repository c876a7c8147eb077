import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { modeOfSecretFile, processSecrets } from '../../workers/tenants/process-secrets';

/** Files with secrets lie below one folder. Links are followed before that is decided. */

const folder = mkdtempSync(join(tmpdir(), 'orsync-secrets-'));
const secrets = join(folder, 'secrets');

beforeAll(() => {
  // Tests with servers set it for their stages.
  delete process.env['ORSYNC_SECRETS_DIR'];
  mkdirSync(join(secrets, 'acme'), { recursive: true });
  writeFileSync(join(secrets, 'acme', 'token'), 'inside');
  writeFileSync(join(folder, 'outside'), 'outside');
  symlinkSync(join(folder, 'outside'), join(secrets, 'leads-out'));
  symlinkSync(join(secrets, 'acme', 'token'), join(folder, 'leads-in'));
});
afterAll(() => rmSync(folder, { recursive: true }));

test.each([
  ['acme/token', 'inside'],
  [join(secrets, 'acme', 'token'), 'inside'],
  [join(folder, 'leads-in'), 'inside'],
  [join(folder, 'outside'), null],
  ['../outside', null],
  ['leads-out', null],
  ['/etc/passwd', null],
])('the file %s beside a tenant file is read as %j', (path, text) => {
  expect(processSecrets(folder).readFile(path)).toBe(text);
});

test('a file that is not there cannot be read, and without the folder none is read', () => {
  expect(() => processSecrets(folder).readFile('absent')).toThrow('no such file');
  expect(processSecrets(secrets).readFile(join(secrets, 'acme', 'token'))).toBeNull();
});

test('the permissions of a secret’s file are those of the file, links followed, and of no file outside of the folder', () => {
  process.env['ORSYNC_SECRETS_DIR'] = secrets;
  try {
    chmodSync(join(secrets, 'acme', 'token'), 0o640);
    expect(modeOfSecretFile('acme/token')).toBe(0o640);
    expect(modeOfSecretFile(join(folder, 'leads-in'))).toBe(0o640);
    expect([modeOfSecretFile('leads-out'), modeOfSecretFile('absent')]).toEqual([null, null]);
  } finally {
    delete process.env['ORSYNC_SECRETS_DIR'];
  }
});
