import { MAX_TENANT_FILE_BYTES, parseTenantConfig, parseTenantFile } from '../../config/tenant-file';
import { errorOf, settings } from './fixtures';

const problemsOf = (changes: Readonly<Record<string, unknown>>) => errorOf(() => parseTenantConfig(settings(changes), 'test')).problems;

const officernd = (changes: Readonly<Record<string, unknown>>) => ({
  officernd: { organization: 'o', clientId: { env: 'A' }, clientSecret: { env: 'B' }, ...changes },
});
const hubspot = (changes: Readonly<Record<string, unknown>>) => ({ hubspot: { portalId: '1', accessToken: { env: 'A' }, ...changes } });
const field = (changes: Readonly<Record<string, unknown>>) => ({
  additional: { company: [{ officernd: 'email', hubspot: 'email', direction: '↔', ...changes }] },
});

describe('a file that is refused', () => {
  test.each<[setting: string, changes: Readonly<Record<string, unknown>>]>([
    ['tenant', { tenant: undefined }],
    ['tenant', { tenant: 'Acme Ltd' }],
    ['tenant', { tenant: 'a'.repeat(41) }],
    ['timeZone', { timeZone: 'Europe/Lodnon' }],
    ['timeZone', { timeZone: '+01:00' }],
    ['officernd', { officernd: undefined }],
    ['officernd', { officernd: 'acme' }],
    ['officernd.organization', officernd({ organization: '' })],
    ['officernd.organization', officernd({ organization: '../acme' })],
    ['officernd.apiUrl', officernd({ apiUrl: 'ftp://example.com' })],
    ['officernd.tokenUrl', officernd({ tokenUrl: 'http://identity.example.com/oauth/token' })],
    ['officernd.tokenUrl', officernd({ tokenUrl: 'https://user:pass@example.com/oauth/token' })],
    ['officernd.apiURL', officernd({ apiURL: 'https://example.com' })],
    ['officernd.clientId', officernd({ clientId: undefined })],
    ['officernd.clientId.env', officernd({ clientId: { env: 'NOT A NAME' } })],
    ['officernd.clientSecret', officernd({ clientSecret: { env: 'A', file: 'b' } })],
    ['officernd.clientSecret', officernd({ clientSecret: { vault: 'a' } })],
    ['hubspot.portalId', hubspot({ portalId: 'eu1' })],
    ['hubspot.version', hubspot({ version: 'v4' })],
    ['hubspot.accessToken', hubspot({ accessToken: undefined })],
    ['hubspot.accessToken', hubspot({ oauth: { clientId: { env: 'A' }, clientSecret: { env: 'B' }, refreshToken: { env: 'C' } } })],
    ['hubspot.oauth.refreshToken', hubspot({ accessToken: undefined, oauth: { clientId: { env: 'A' }, clientSecret: { env: 'B' } } })],
    ['entities', { entities: [] }],
    ['entities', { entities: ['member', 'member'] }],
    ['entities[1]', { entities: ['company', 'contact'] }],
    ['standard.member.fone', { standard: { 'member.fone': '→' } }],
    ['standard.member.phone.direction', { standard: { 'member.phone': '=>' } }],
    ['standard.member.phone.hubspot', { standard: { 'member.phone': { hubspot: 'mobilephone' } } }],
    ['additional.companies', { additional: { companies: [] } }],
    ['additional.company[0].officernd', field({ officernd: undefined })],
    ['additional.company[0].hubspot', field({ hubspot: 7 })],
    ['additional.company[0].direction', field({ direction: undefined })],
    ['additional.company[0].type', field({ type: 'name' })],
    ['additional.company[0].drift', field({ drift: 'ignore' })],
    ['matching.ambiguous', { matching: { ambiguous: 'newest' } }],
    ['matching.emailsDiffer', { matching: { emailsDiffer: 'oldest' } }],
    ['locations.property', { locations: { map: { Downtown: 'x' } } }],
    ['locations.map.Downtown', { locations: { property: 'office', map: { Downtown: 6.5e23 } } }],
    ['opportunities.statuses', { opportunities: { statuses: 'won' } }],
    ['create.filter[0].in', { create: { filter: [{ property: 'lifecyclestage', in: [] }] } }],
    ['policies.drift', { policies: { drift: 'enforced' } }],
    ['brakes.unlink.share', { brakes: { unlink: { share: 5 } } }],
    ['brakes.createsPerRun', { brakes: { createsPerRun: -1 } }],
    ['limits.hubspot.per10s', { limits: { hubspot: { per10s: 0 } } }],
    ['history.days', { history: { days: 0.5 } }],
    ['colour', { colour: 'red' }],
  ])('%s: the error names the setting alone, in one sentence', (setting, changes) => {
    const error = errorOf(() => parseTenantConfig(settings(changes), 'acme.yaml'));
    expect(error.problems.map((problem) => problem.setting)).toEqual([setting]);
    expect(error.message).toMatch(/^[^\n]+ \(in acme\.yaml\)\.$/);
    expect(error.message.startsWith(`${setting}: `)).toBe(true);
    expect(error).toMatchObject({ kind: 'configuration', setting });
  });

  test('everything that is wrong is listed at once, and the sentence counts it', () => {
    const error = errorOf(() =>
      parseTenantConfig(
        settings({ tenant: 'A', ...officernd({ clientSecret: 'hunter2', x: 1 }), policies: { drift: 1 }, y: 1 }),
        'acme.yaml',
      ),
    );
    expect(error.problems.map(({ setting }) => setting).sort()).toEqual([
      'officernd.clientSecret',
      'officernd.x',
      'policies.drift',
      'tenant',
      'y',
    ]);
    expect(error.message).toContain('; and 4 more problems (in acme.yaml).');
  });

  test('an unknown standard property: the message names the known ones', () => {
    expect(problemsOf({ standard: { 'member.fone': '→' } })[0]?.message).toContain('company.url');
  });

  test('an unknown setting is answered with the known ones', () => {
    expect(problemsOf({ policies: { driftt: 'report' } })[0]?.message).toContain('known are drift, neverErase');
  });

  test.each([
    ['no text at all', ''],
    ['a list', '- tenant: acme'],
    ['a sentence', 'hello'],
  ])('%s is no tenant file', (_title, text) => {
    expect(errorOf(() => parseTenantFile(text, 'x.yaml')).message).toMatch(/^This is not a tenant file/);
  });

  test.each([
    ['tenant: acme\n\ttimeZone: UTC', 2],
    ['tenant: acme\ntenant: other', 2],
    ['tenant: acme\nofficernd: { clientId: hunter2', 2],
    ['tenant: acme\nofficernd:\n  clientSecret: "hunter2\n', 4],
    ['tenant: acme\n---\ntenant: other', 2],
    ['tenant: acme\nx: !!js/regexp hunter2', 2],
  ])('broken YAML is answered with the line: %j', (text, line) => {
    const { message } = errorOf(() => parseTenantFile(text, 'acme.yaml'));
    expect(message).toMatch(new RegExp(`^Line ${line} .* \\(in acme\\.yaml\\)\\.$`));
    expect(message).not.toContain('hunter2');
  });

  test('a file that multiplies itself by aliases is refused', () => {
    const bomb = [
      'a: &a [x,x,x,x,x,x,x,x,x]',
      ...'bcdefgh'.split('').map((name, i) => `${name}: &${name} [${Array(9).fill(`*${'abcdefg'[i]}`).join(',')}]`),
    ];
    expect(errorOf(() => parseTenantFile(bomb.join('\n'), 'acme.yaml')).message).toContain('by reference');
  });

  test('a file of another size than tenant files have is refused', () => {
    expect(errorOf(() => parseTenantFile(`tenant: acme\n#${'x'.repeat(MAX_TENANT_FILE_BYTES)}`, 'acme.yaml')).message).toContain(
      'larger than 1024 KiB',
    );
  });
});

describe('A6: secrets', () => {
  test.each([
    ['officernd.clientId', officernd({ clientId: 'hunter2' })],
    ['officernd.clientSecret', officernd({ clientSecret: 'hunter2', apiUrl: 'http://127.0.0.1:1' })],
    ['officernd.clientSecret', officernd({ clientSecret: 'hunter2', tokenUrl: 'http://127.0.0.1:1' })],
    ['officernd.clientSecret', officernd({ clientSecret: 'hunter2', apiUrl: 'http://127.0.0.1.evil.com', tokenUrl: 'http://127.0.0.1:1' })],
    ['hubspot.accessToken', hubspot({ accessToken: 'hunter2' })],
    ['hubspot.accessToken', hubspot({ accessToken: 'hunter2', apiUrl: 'http://localhost.example.com' })],
    [
      'hubspot.oauth.refreshToken',
      hubspot({ accessToken: undefined, oauth: { clientId: { env: 'A' }, clientSecret: { env: 'B' }, refreshToken: 'hunter2' } }),
    ],
  ])('%s in the file itself is refused without being repeated', (setting, changes) => {
    const error = errorOf(() => parseTenantConfig(settings(changes), 'acme.yaml'));
    expect(error.problems.map((problem) => problem.setting)).toContain(setting);
    expect(JSON.stringify([error.message, error.problems])).not.toContain('hunter2');
  });

  test.each([
    officernd({ apiUrl: 'https://a:hunter2@example.com' }),
    officernd({ clientId: ['hunter2'] }),
    officernd({ clientSecret: { value: 'hunter2' } }),
    hubspot({ portalId: 'hunter2' }),
    hubspot({ version: 'hunter2' }),
    { policies: { drift: 'hunter2' } },
    { tenant: 'hunter2 ' },
  ])('a value that is refused is never repeated: %j', (changes) => {
    const error = errorOf(() => parseTenantConfig(settings(changes), 'acme.yaml'));
    expect(JSON.stringify([error.message, error.problems])).not.toContain('hunter2');
  });
});
