import { ConfigurationError } from '../../config/configuration-error';
import { MAX_TENANT_FILE_BYTES, parseTenantConfig, parseTenantFile } from '../../config/tenant-file';
import { settings } from './fixtures';

const contract = `
tenant: acme                      # [a-z0-9-]{1,40}
timeZone: Europe/London
officernd:
  organization: acme-cowork
  apiUrl: https://app.officernd.com/api/v2
  tokenUrl: https://identity.officernd.com/oauth/token
  clientId: { env: ORND_CLIENT_ID }
  clientSecret: { env: ORND_CLIENT_SECRET }
hubspot:
  apiUrl: https://api.hubapi.com
  portalId: "12345678"
  accessToken: { env: HUBSPOT_TOKEN }
entities: [company, member, opportunity]
standard: { member.phone: "→" }
additional:
  company:
    - { officernd: properties.VAT number, hubspot: vat_number, direction: "←" }
matching: { ambiguous: review, emailsDiffer: review }
locations: { property: office, map: { Downtown: 65f0c0ffee }, default: null }
opportunities: { pipeline: default, statuses: { appointmentscheduled: New, closedwon: Won } }
create: { filter: [ { property: lifecyclestage, in: [opportunity, customer] } ] }
policies: { drift: report, neverErase: false }
brakes: { unlink: { count: 10, share: 0.05 }, createsPerRun: 1000 }
limits: { hubspot: { per10s: 100, searchPerSecond: 4 }, officernd: { readsPerMinute: 360, writesPerMinute: 90 } }
`;

const minimal = JSON.stringify(settings());

const errorOf = (read: () => unknown): ConfigurationError => {
  try {
    read();
  } catch (error) {
    if (error instanceof ConfigurationError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
};

const problemsOf = (changes: Readonly<Record<string, unknown>>) => errorOf(() => parseTenantConfig(settings(changes), 'test')).problems;

describe('a file that can be used', () => {
  test('the contract’s file is read as it stands', () => {
    const config = parseTenantFile(contract, 'acme.yaml');
    expect(config.standard).toEqual({ 'member.phone': { direction: '→' } });
    expect(config.additional.company).toEqual([{ officernd: 'properties.VAT number', hubspot: 'vat_number', direction: '←' }]);
    expect(config.opportunities.statuses).toEqual([
      { stage: 'appointmentscheduled', status: 'New' },
      { stage: 'closedwon', status: 'Won' },
    ]);
    expect(config.locations).toEqual({ property: 'office', map: { Downtown: '65f0c0ffee' }, default: null });
  });

  test('U4, L4, L5, L10, L11, M5, M6: what is left out has the documented defaults', () => {
    const config = parseTenantFile(minimal, 'acme.json');
    expect(config.officernd).toMatchObject({
      apiUrl: 'https://app.officernd.com/api/v2',
      tokenUrl: 'https://identity.officernd.com/oauth/token',
    });
    expect(config.hubspot).toMatchObject({ apiUrl: 'https://api.hubapi.com', version: '2026-09' });
    expect(config.entities).toEqual(['company', 'member', 'opportunity']);
    expect(config.matching).toEqual({ ambiguous: 'review', emailsDiffer: 'review' });
    expect(config.create.filter).toEqual([]);
    expect(config.policies).toEqual({ drift: 'report', neverErase: false });
    expect(config.brakes).toEqual({ unlink: { count: 10, share: 0.05 }, createsPerRun: 1000 });
    expect(config.limits).toEqual({
      hubspot: { per10s: 100, searchPerSecond: 4, perDay: null },
      officernd: { readsPerMinute: 360, writesPerMinute: 90, perDay: null },
    });
    expect(config.history).toEqual({ days: 90 });
  });

  test('part of a section leaves the other defaults of that section', () => {
    const config = parseTenantConfig(settings({ brakes: { unlink: { count: 3 } }, limits: { hubspot: { per10s: 5 } } }), 'test');
    expect(config.brakes).toEqual({ unlink: { count: 3, share: 0.05 }, createsPerRun: 1000 });
    expect(config.limits.hubspot).toEqual({ per10s: 5, searchPerSecond: 4, perDay: null });
  });

  test.each([contract, minimal])('a checked configuration can be checked again and stays what it is', (text) => {
    const config = parseTenantFile(text, 'acme');
    expect(parseTenantConfig(JSON.parse(JSON.stringify(config)), 'store')).toEqual(config);
  });

  test.each([
    ['->', '→'],
    ['<-', '←'],
    ['<->', '↔'],
    ['→', '→'],
    ['←', '←'],
    ['↔', '↔'],
  ])('the direction %s is %s', (written, direction) => {
    const field = { officernd: 'email', hubspot: 'a_text', direction: written };
    const config = parseTenantConfig(settings({ standard: { 'company.url': written }, additional: { company: [field] } }), 'test');
    expect(config.additional.company[0]?.direction).toBe(direction);
    expect(config.standard['company.url']?.direction).toBe(direction);
  });

  test('stages keep the order of the file although some ids are numbers', () => {
    const statuses = '{ closedwon: Won, 4711: Won, 12: New }';
    const config = parseTenantFile(contract.replace(/statuses: \{.*?\}/, `statuses: ${statuses}`), 'acme.yaml');
    expect(config.opportunities.statuses.map(({ stage }) => stage)).toEqual(['closedwon', '4711', '12']);
  });

  test('JSON indented with tabs, Windows line ends and a byte order mark are read', () => {
    expect(parseTenantFile(JSON.stringify(settings(), null, '\t'), 'acme.json').tenant).toBe('acme');
    expect(parseTenantFile(`\uFEFF${contract.replaceAll('\n', '\r\n')}`, 'acme.yaml').tenant).toBe('acme');
  });

  test('a number where YAML users expect a text is taken as text', () => {
    const hubspot = { portalId: 12345678, accessToken: { env: 'HUBSPOT_TOKEN' } };
    expect(parseTenantConfig(settings({ hubspot, create: { filter: [{ property: 'vip', in: [true, 1] }] } }), 'test')).toMatchObject({
      hubspot: { portalId: '12345678' },
      create: { filter: [{ property: 'vip', in: ['true', '1'] }] },
    });
  });

  test.each(['http://127.0.0.1:4010', 'http://localhost:4010/api', 'http://[::1]:4010', 'http://emulators:4010', 'https://eu.example.com'])(
    'the address %s may be called',
    (apiUrl) => {
      const hubspot = { apiUrl: `${apiUrl}/`, portalId: '1', accessToken: { env: 'A' } };
      expect(parseTenantConfig(settings({ hubspot }), 'test').hubspot.apiUrl).toBe(apiUrl);
    },
  );

  test('a literal secret is accepted where it goes to loopback addresses only', () => {
    const officernd = {
      organization: 'o',
      apiUrl: 'http://127.0.0.1:1/api',
      tokenUrl: 'http://localhost:1/token',
      clientId: 'id',
      clientSecret: 'secret',
    };
    const hubspot = { apiUrl: 'http://[::1]:2', portalId: '1', oauth: { clientId: 'a', clientSecret: 'b', refreshToken: 'c' } };
    expect(parseTenantConfig(settings({ officernd, hubspot }), 'test').officernd.clientSecret).toBe('secret');
  });
});

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

  test('§2: an unknown standard property is answered with the known ones', () => {
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
    expect(errorOf(() => parseTenantFile(`${contract}#${'x'.repeat(MAX_TENANT_FILE_BYTES)}`, 'acme.yaml')).message).toContain(
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
