import { PROGRAM_VERSION } from '../../activities/program-version';
import { main } from '../../cli/main';
import { createProgressBar } from '../../cli/text/progress-bar';

/** Runs a command line that needs no server. */
async function run(...argv: string[]) {
  const out: string[] = [];
  const err: string[] = [];
  const streams = {
    out: (text: string) => void out.push(text),
    err: (text: string) => void err.push(text),
    bar: createProgressBar(process.stderr, false),
  };
  const code = await main(argv, { streams, env: {} });
  return { code, out: out.join(''), err: err.join('') };
}

describe('wrong usage ends with 2', () => {
  test.each([
    ['no command', []],
    ['an unknown command', ['frobnicate']],
    ['an unknown option', ['status', 'acme', '--frobnicate']],
    ['a missing argument', ['sync']],
    ['one argument too many', ['status', 'acme', 'beta']],
    ['an unknown mode', ['sync', 'acme', '--mode', 'half']],
    ['an unknown entity', ['sync', 'acme', '--entity', 'invoice']],
    ['a tenant that cannot be', ['status', 'Acme Inc']],
    ['a missing option', ['servers', '--data-dir', 'x']],
    ['an unknown queue', ['worker', '--queues', 'workflows,others']],
    ['a port that is none', ['emulators', '--ready-file', 'x', '--port-hubspot', '70000']],
    ['no command of a group', ['tenant']],
    ['a time that is none', ['sync', 'acme', '--timeout', 'soon']],
    ['an unknown vendor', ['failures', 'acme', '--vendor', 'salesforce']],
  ])('%s', async (_title, argv) => {
    const plain = await run(...argv);
    expect(plain).toMatchObject({ code: 2, out: '' });
    expect(plain.err).not.toBe('');
    const json = await run(...argv, '--json');
    expect(json.code).toBe(2);
    expect(JSON.parse(json.out)).toEqual({ error: { kind: 'usage', message: expect.stringMatching(/^[A-Z`a-z].*[.?)]$/s) } });
  });
});

test('a configuration that is missing ends with 2 and names the variable', async () => {
  const { code, out } = await run('status', 'acme', '--json');
  expect(code).toBe(2);
  expect(JSON.parse(out)).toMatchObject({ error: { kind: 'configuration', setting: 'MONGODB_URI' } });
});

test('a tenant file that cannot be read ends with 2', async () => {
  const { code, err } = await run('tenant', 'check', '/nowhere/acme.yaml');
  expect({ code, err }).toEqual({ code: 2, err: expect.stringContaining('acme.yaml') });
});

test('a stack is printed only with --verbose', async () => {
  expect((await run('status', 'acme')).err).not.toMatch(/ at .*\.ts/);
  expect((await run('status', 'acme', '--verbose')).err).toMatch(/ at .*\.ts/);
});

test.each([['--help'], ['sync', '--help'], ['tenant', 'apply', '--help']])('help is no failure: %s', async (...argv) => {
  const { code, out } = await run(...argv);
  expect(code).toBe(0);
  expect(out).toMatch(/^Usage: orsync/);
});

test('the version is that of the package', async () => {
  expect(await run('--version')).toMatchObject({ code: 0, out: `${PROGRAM_VERSION}\n` });
  expect(JSON.parse((await run('--version', '--json')).out)).toEqual({ version: PROGRAM_VERSION });
});

test('every command that docs/commands.md names as public is there', async () => {
  const { out } = await run('--help');
  const names = [
    'demo',
    'servers',
    'emulators',
    'worker',
    'tenant',
    'sync',
    'approve',
    'reject',
    'failures',
    'resume',
    'retry',
    'status',
    'runs',
    'report',
  ];
  for (const name of names) expect(out).toMatch(new RegExp(`^ {2}${name} `, 'm'));
});
