import { parseTenantConfig, parseTenantFile } from '../../config/tenant-file';
import { settings } from './fixtures';

const complete = `
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

describe('a file that can be used', () => {
  test('a complete file is read as it stands', () => {
    const config = parseTenantFile(complete, 'acme.yaml');
    expect(config.standard).toEqual({ 'member.phone': { direction: '→' } });
    expect(config.additional.company).toEqual([{ officernd: 'properties.VAT number', hubspot: 'vat_number', direction: '←' }]);
    expect(config.opportunities.statuses).toEqual([
      { stage: 'appointmentscheduled', status: 'New' },
      { stage: 'closedwon', status: 'Won' },
    ]);
    expect(config.locations).toEqual({ property: 'office', map: { Downtown: '65f0c0ffee' }, default: null });
  });

  test('U4, L4, L5, L10, L11, M2, M5, M6: what is left out has the documented defaults', () => {
    const config = parseTenantFile(minimal, 'acme.json');
    expect(config.officernd).toMatchObject({
      apiUrl: 'https://app.officernd.com/api/v2',
      tokenUrl: 'https://identity.officernd.com/oauth/token',
    });
    expect(config.hubspot).toMatchObject({ apiUrl: 'https://api.hubapi.com', version: '2026-09' });
    expect(config.entities).toEqual(['company', 'member', 'opportunity']);
    expect(config.matching).toEqual({ ambiguous: 'review', emailsDiffer: 'review', name: 'link' });
    expect(config.create.filter).toEqual([]);
    expect(config.policies).toEqual({ drift: 'report', neverErase: false });
    expect(config.brakes).toEqual({
      unlink: { count: 10, share: 0.05 },
      createsPerRun: 1000,
      erase: { count: 10, share: 0.05 },
      firstLink: { count: 25, share: 0.1 },
    });
    expect(config.limits).toEqual({
      hubspot: { per10s: 100, searchPerSecond: 4, perDay: null },
      officernd: { readsPerMinute: 360, writesPerMinute: 90, perDay: null },
    });
    expect(config.history).toEqual({ days: 90 });
  });

  test('part of a section leaves the other defaults of that section', () => {
    const config = parseTenantConfig(settings({ brakes: { unlink: { count: 3 } }, limits: { hubspot: { per10s: 5 } } }), 'test');
    expect(config.brakes).toEqual({
      unlink: { count: 3, share: 0.05 },
      createsPerRun: 1000,
      erase: { count: 10, share: 0.05 },
      firstLink: { count: 25, share: 0.1 },
    });
    expect(config.limits.hubspot).toEqual({ per10s: 5, searchPerSecond: 4, perDay: null });
  });

  test.each([complete, minimal])('a checked configuration can be checked again and stays what it is', (text) => {
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
    const config = parseTenantFile(complete.replace(/statuses: \{.*?\}/, `statuses: ${statuses}`), 'acme.yaml');
    expect(config.opportunities.statuses.map(({ stage }) => stage)).toEqual(['closedwon', '4711', '12']);
  });

  test('JSON indented with tabs, Windows line ends and a byte order mark are read', () => {
    expect(parseTenantFile(JSON.stringify(settings(), null, '\t'), 'acme.json').tenant).toBe('acme');
    expect(parseTenantFile(`\uFEFF${complete.replaceAll('\n', '\r\n')}`, 'acme.yaml').tenant).toBe('acme');
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

test('a new setting that nobody has set is not stored: the release before would refuse the file', () => {
  const stored = parseTenantConfig(settings(), 'test');
  expect(stored).not.toHaveProperty('settleSeconds');
  expect(stored.incremental).toEqual({ fullEveryHours: 24 });
});
