import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { runInCliHost } from '../support/cli-host';
import { freePort } from '../support/free-port';
import { runCli } from '../support/run-cli';
import type { CliResult } from '../support/run-cli';
import { inStore, writesIn } from '../support/sight';
import { createStage } from '../support/stage';
import type { Stage } from '../support/stage';

/**
 * Wrong files, credentials, names and addresses: one clear sentence that names the setting, the right exit code, nothing written,
 * nothing leaked.
 */

const SECRET = 'zz-not-for-print-zz';
const errorSchema = z.object({ error: z.looseObject({ kind: z.string(), message: z.string(), setting: z.string().optional() }) });

let stage: Stage;
/** An address on which nobody listens. */
let nobody = '';

beforeAll(async () => {
  stage = await createStage('bad-input');
  nobody = `127.0.0.1:${await freePort()}`;
  await stage.putWorld({
    officernd: { companies: [{ name: 'Untouched' }] },
    hubspot: { companies: [{ id: '1', properties: { name: 'New' } }] },
  });
  expect(await stage.applyTenant('bad-input-good')).toMatchObject({ code: 0 });
});

afterAll(async () => {
  try {
    expect(writesIn(await stage.requests('officernd'))).toEqual({});
    expect(writesIn(await stage.requests('hubspot'))).toEqual({});
    expect(await inStore(stage, (db) => db.collection<{ tenant: string }>('tenants').distinct('tenant', {}))).toEqual(['bad-input-good']);
  } finally {
    await stage.stop();
  }
});

interface Expected {
  readonly setting?: string | undefined;
  /** A part that the sentence must contain. */
  readonly says?: string;
}

/** Checks the rules for every refusal, with and without --json. Returns the exit code. */
function refusal({ code, stdout, stderr }: CliResult, expected: Expected, json: boolean): number | null {
  const [message = ''] = json ? [errorSchema.parse(JSON.parse(stdout)).error.message] : stderr.split('\n');
  if (!json) expect(stdout).toBe('');
  expect(message).toMatch(/^\S.*[.)]$/);
  expect(message).not.toContain('\n');
  if (expected.says !== undefined) expect(message).toContain(expected.says);
  if (json && expected.setting !== undefined) expect(errorSchema.parse(JSON.parse(stdout)).error.setting).toBe(expected.setting);
  const output = `${stdout}\n${stderr}`;
  expect(output).not.toMatch(/^\s+at /m);
  for (const secret of [SECRET, stage.officernd.clientSecret, stage.hubspot.accessToken]) expect(output).not.toContain(secret);
  expect(output).not.toMatch(/[\w.]+@[\w.]+\.\w+/);
  return code;
}

/** A command that would run until it is stopped gets a process of its own. So does one whose server does not answer. */
const needsProcess = ([command]: readonly string[], env: Readonly<Record<string, string>>): boolean =>
  ['worker', 'servers', 'emulators'].includes(command ?? '') || 'TEMPORAL_ADDRESS' in env || 'MONGODB_URI' in env;

const refused = async (args: readonly string[], expected: Expected, env: Readonly<Record<string, string>> = {}): Promise<number | null> => {
  const run = needsProcess(args, env) ? runCli : runInCliHost;
  return refusal(await run([...args, '--json'], { ...stage.env, ...env }), expected, true);
};

/** A change that makes a correct tenant file wrong. */
type Change = (file: Readonly<Record<string, unknown>>) => Readonly<Record<string, unknown>>;
const withSection =
  (section: string, changes: object): Change =>
  (file) => ({ ...file, [section]: { ...z.record(z.string(), z.unknown()).parse(file[section]), ...changes } });
const withSetting =
  (changes: object): Change =>
  (file) => ({ ...file, ...changes });
const tenantFile = (name: string, change: Change): string => stage.writeFile(`${name}.json`, change(stage.tenantFile('broken')));

describe('tenant files', () => {
  test.each<[string, Change, string]>([
    ['no organisation', withSection('officernd', { organization: undefined }), 'officernd.organization'],
    ['no portal', withSection('hubspot', { portalId: undefined }), 'hubspot.portalId'],
    ['a portal that is no number', withSection('hubspot', { portalId: 'mine' }), 'hubspot.portalId'],
    ['no token', withSection('hubspot', { accessToken: undefined }), 'hubspot.accessToken'],
    [
      'a secret in the file for a real address',
      withSection('hubspot', { apiUrl: 'https://api.hubapi.com', accessToken: SECRET }),
      'hubspot.accessToken',
    ],
    ['an address that is none', withSection('officernd', { apiUrl: 'ftp://x' }), 'officernd.apiUrl'],
    ['no tenant', withSetting({ tenant: undefined }), 'tenant'],
    ['a name with capitals', withSetting({ tenant: 'Bad Name' }), 'tenant'],
    ['an unknown section', withSetting({ brake: {} }), 'brake'],
    ['an unknown setting', withSetting({ policies: { drif: 'report' } }), 'policies.drif'],
    ['an unknown entity', withSetting({ entities: ['company', 'invoice'] }), 'entities[1]'],
    ['an arrow that is none', withSetting({ standard: { 'member.phone': '=>' } }), 'standard.member.phone.direction'],
    ['a standard property that is none', withSetting({ standard: { 'member.fax': '→' } }), 'standard.member.fax'],
    ['a time zone that is none', withSetting({ timeZone: 'Mars/Olympus' }), 'timeZone'],
    ['a policy that is none', withSetting({ matching: { ambiguous: 'guess' } }), 'matching.ambiguous'],
    ['a share above one', withSetting({ brakes: { unlink: { share: 5 } } }), 'brakes.unlink.share'],
    ['a limit of nothing', withSetting({ limits: { hubspot: { per10s: 0 } } }), 'limits.hubspot.per10s'],
    [
      'a property without its other half',
      withSetting({ additional: { company: [{ officernd: 'email', direction: '->' }] } }),
      'additional.company[0].hubspot',
    ],
  ])('a file with %s', async (name, change, setting) => {
    expect(await refused(['tenant', 'check', tenantFile(name.replaceAll(' ', '-'), change)], { setting, says: setting })).toBe(2);
  });

  test.each([
    ['is not YAML', 'tenant: [broken'],
    ['is empty', ''],
    ['is a list', '- 1\n- 2'],
    ['repeats a setting', 'tenant: a\ntenant: b'],
  ])('a file that %s', async (_what, text) => {
    expect(await refused(['tenant', 'apply', stage.writeFile('broken.yaml', text)], { says: 'broken.yaml' })).toBe(2);
  });

  test('a file that is not there', async () => {
    for (const command of ['check', 'apply'])
      expect(await refused(['tenant', command, '/no/such/file.yaml'], { says: 'file.yaml' })).toBe(2);
  });

  test('everything that is wrong is listed at once', async () => {
    const file = tenantFile('many', withSetting({ timeZone: 'Mars/Olympus', policies: { drift: 'sometimes' } }));
    const { stdout, stderr } = await stage.cli('tenant', 'check', file, '--json');
    const { error } = errorSchema.parse(JSON.parse(stdout));
    expect(
      z
        .array(z.object({ setting: z.string() }))
        .parse(error['problems'])
        .map(({ setting }) => setting),
    ).toEqual(['timeZone', 'policies.drift']);
    expect(stderr).toContain('policies.drift');
  });
});

describe('credentials and the vendors’ definitions', () => {
  /** The exit codes of check and apply. */
  const check = (name: string, change: Change, setting: string, env?: Readonly<Record<string, string>>) => {
    const file = tenantFile(name, change);
    return Promise.all(['check', 'apply'].map((command) => refused(['tenant', command, file], { setting, says: setting }, env)));
  };

  test('secrets whose variable or file is missing', async () => {
    expect(await check('env', withSection('officernd', { clientSecret: { env: 'ORND_NOT_SET' } }), 'officernd.clientSecret')).toEqual([
      2, 2,
    ]);
    expect(await check('file', withSection('hubspot', { accessToken: { file: '/no/such/secret' } }), 'hubspot.accessToken')).toEqual([
      2, 2,
    ]);
    expect(
      await check('empty', withSection('hubspot', { accessToken: { env: 'ORND_EMPTY' } }), 'hubspot.accessToken', { ORND_EMPTY: '' }),
    ).toEqual([2, 2]);
  });

  test('a wrong client secret, a wrong token', async () => {
    expect(
      await check('secret', withSection('officernd', { clientSecret: { env: 'ORND_WRONG' } }), 'officernd.clientSecret', {
        ORND_WRONG: SECRET,
      }),
    ).toEqual([2, 2]);
    expect(await check('token', withSection('hubspot', { accessToken: SECRET }), 'hubspot.accessToken')).toEqual([2, 2]);
  });

  test('a wrong organisation, a wrong portal', async () => {
    expect(await check('organization', withSection('officernd', { organization: 'somebody-else' }), 'officernd.organization')).toEqual([
      2, 2,
    ]);
    expect(await check('portal', withSection('hubspot', { portalId: '87654321' }), 'hubspot.portalId')).toEqual([2, 2]);
  });

  test('missing scopes on either side are named', async () => {
    const before = z.looseObject({ grantedScopes: z.array(z.string()) }).parse(await stage.admin('officernd', 'GET', '/settings'));
    await stage.admin('officernd', 'PUT', '/settings', {
      grantedScopes: before.grantedScopes.filter((scope) => !scope.includes('members')),
    });
    expect(await check('scopes', withSetting({}), 'officernd.clientId')).toEqual([2, 2]);
    await stage.admin('officernd', 'PUT', '/settings', { grantedScopes: before.grantedScopes });
    await stage.admin('hubspot', 'PUT', '/settings', { scopes: ['crm.objects.companies.read'] });
    expect(await check('scopes', withSetting({}), 'hubspot.accessToken')).toEqual([2, 2]);
    await stage.admin('hubspot', 'PUT', '/settings', { scopes: null });
  });

  test.each<[string, object, string]>([
    ['unknown in OfficeRnD', { officernd: 'properties.No Such', hubspot: 'phone', direction: '->' }, 'additional.company[0].officernd'],
    ['unknown in HubSpot', { officernd: 'email', hubspot: 'no_such_property', direction: '->' }, 'additional.company[0].hubspot'],
    ['read-only in HubSpot', { officernd: 'email', hubspot: 'hs_object_id', direction: '->' }, 'additional.company[0].direction'],
    ['computed in OfficeRnD', { officernd: 'status', hubspot: 'phone', direction: '<-' }, 'additional.company[0].direction'],
    ['mapped twice', { officernd: 'email', hubspot: 'city', direction: '->' }, 'additional.company[0].hubspot'],
    ['standard already', { officernd: 'description', hubspot: 'phone', direction: '->' }, 'additional.company[0].officernd'],
  ])('a property that is %s', async (_what, field, setting) => {
    expect(
      await refused(['tenant', 'check', tenantFile('property', withSetting({ additional: { company: [field] } }))], {
        setting,
        says: setting,
      }),
    ).toBe(2);
  });

  test('addresses that do not answer', async () => {
    expect(await check('api', withSection('officernd', { apiUrl: `http://${nobody}/api/v2` }), 'officernd.apiUrl')).toEqual([1, 1]);
    expect(await check('tokens', withSection('officernd', { tokenUrl: `http://${nobody}/oauth/token` }), 'officernd.tokenUrl')).toEqual([
      1, 1,
    ]);
    expect(await check('hubspot', withSection('hubspot', { apiUrl: `http://${nobody}` }), 'hubspot.apiUrl')).toEqual([1, 1]);
  });
});

describe('servers', () => {
  test('Temporal that does not answer, or is not named', async () => {
    const commands = [['sync', 'bad-input-good'], ['status', 'bad-input-good'], ['resume', 'bad-input-good'], ['worker']];
    const codes = await Promise.all(
      commands.map((args) => refused(args, { setting: 'TEMPORAL_ADDRESS', says: 'TEMPORAL_ADDRESS' }, { TEMPORAL_ADDRESS: nobody })),
    );
    expect(codes).toEqual(commands.map(() => 1));
    expect(await refused(['sync', 'bad-input-good'], { says: 'TEMPORAL_NAMESPACE' }, { TEMPORAL_NAMESPACE: 'no-such-namespace' })).toBe(2);
  });

  test('MongoDB that does not answer, is not named, or whose address is none', async () => {
    const uri = `mongodb://user:${SECRET}@${nobody}/orsync?serverSelectionTimeoutMS=500&authSource=admin`;
    const commands = [['sync', 'bad-input-good'], ['tenant', 'list'], ['worker']];
    const codes = await Promise.all(
      commands.map((args) => refused(args, { setting: 'MONGODB_URI', says: 'MONGODB_URI' }, { MONGODB_URI: uri })),
    );
    expect(codes).toEqual(commands.map(() => 1));
    expect(await refused(['tenant', 'list'], { setting: 'MONGODB_URI', says: 'MONGODB_URI' }, { MONGODB_URI: '' })).toBe(2);
    expect(
      await refused(
        ['tenant', 'list'],
        { setting: 'MONGODB_URI', says: 'MONGODB_URI' },
        { MONGODB_URI: `postgres://user:${SECRET}@${nobody}/x` },
      ),
    ).toBe(2);
  });
});

describe('the command line itself', () => {
  test.each<[string, readonly string[], string]>([
    ['an unknown command', ['snyc', 'bad-input-good'], 'snyc'],
    ['an unknown sub-command', ['tenant', 'destroy', 'bad-input-good'], 'destroy'],
    ['an unknown option', ['sync', 'bad-input-good', '--fast'], '--fast'],
    ['a missing argument', ['sync'], 'tenant'],
    ['an unknown mode', ['sync', 'bad-input-good', '--mode', 'half'], 'half'],
    ['an unknown entity', ['sync', 'bad-input-good', '--entity', 'invoice'], 'entity'],
    ['an unknown tenant in sync', ['sync', 'nobody'], 'nobody'],
    ['an unknown tenant in status', ['status', 'nobody'], 'nobody'],
    ['an unknown tenant in runs', ['runs', 'nobody'], 'nobody'],
    ['an unknown tenant in tenant show', ['tenant', 'show', 'nobody'], 'nobody'],
    ['an unknown tenant in tenant remove', ['tenant', 'remove', 'nobody'], 'nobody'],
    ['an unknown tenant in resume', ['resume', 'nobody'], 'nobody'],
    ['an unknown tenant in retry', ['retry', 'nobody'], 'nobody'],
    ['an unknown run in report', ['report', 'bad-input-good', 'no-such-run'], 'no-such-run'],
    ['an unknown run in approve', ['approve', 'bad-input-good', 'no-such-run'], 'no-such-run'],
    ['a folder as the emulators’ ready file', ['emulators', '--ready-file', tmpdir()], 'it is a folder'],
    [
      'a folder as the servers’ ready file',
      ['servers', '--data-dir', join(tmpdir(), 'never-made'), '--ready-file', tmpdir()],
      'it is a folder',
    ],
    ['an unknown queue', ['worker', '--queues', 'emails'], 'queues'],
  ])('%s', async (_what, args, says) => {
    expect(await refused(args, { says })).toBe(2);
  });

  test('without --json the sentence is on standard error alone, and --verbose adds the stack', async () => {
    const file = tenantFile('plain', withSetting({ timeZone: 'Mars/Olympus' }));
    for (const args of [
      ['status', 'nobody'],
      ['sync', 'bad-input-good', '--fast'],
      ['tenant', 'check', file],
    ])
      expect(refusal(await stage.cli(...args), {}, false)).toBe(2);
    const listed = await runCli(['tenant', 'list'], { ...stage.env, MONGODB_URI: `mongodb://${nobody}/?serverSelectionTimeoutMS=500` });
    expect(refusal(listed, { says: 'MONGODB_URI' }, false)).toBe(1);
    expect((await stage.cli('status', 'nobody', '--verbose')).stderr).toMatch(/^\s+at /m);
  });
});

test('a configuration that went wrong since it was stored blocks the run, names the setting and writes nothing', async () => {
  await stage.startWorker();
  await stage.admin('hubspot', 'PUT', '/settings', { scopes: [] });
  const { code, stdout, stderr } = await stage.cli('sync', 'bad-input-good', '--wait', '--json');
  expect(code).toBe(3);
  expect(JSON.parse(stdout)).toMatchObject({ state: 'blocked', trouble: { setting: 'hubspot.accessToken' } });
  expect(`${stdout}\n${stderr}`).not.toMatch(/^\s+at /m);
  expect(await stage.cli('cancel', 'bad-input-good')).toMatchObject({ code: 0 });
  await stage.admin('hubspot', 'PUT', '/settings', { scopes: null });
});
