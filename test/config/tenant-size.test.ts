import { ConfigurationError } from '../../config/configuration-error';
import { parseTenantConfig, parseTenantFile } from '../../config/tenant-file';
import { errorOf, settings } from './fixtures';

/** A4: a file or a stored tenant that is far too large is refused at once, with a sentence. */

const keys = (count: number): readonly (readonly [string, string])[] => Array.from({ length: count }, (_, index) => [`k${index}`, 'v']);
const lines = (count: number): string =>
  keys(count)
    .map(([key, value]) => `${key}: ${value}`)
    .join('\n');

test.each([
  [90_000, 'This has more than 20000 entries in all; is it a tenant file? (in acme.yaml).'],
  [10_000, 'This has 10000 entries, and at most 2000 are read; is it a tenant file? (in acme.yaml).'],
])('a file of %d settings is refused within seconds', (count, message) => {
  expect(errorOf(() => parseTenantFile(lines(count), 'acme.yaml')).message).toBe(message);
});

test.each<[string, string, object]>([
  ['a table', 'locations.map', { locations: { property: 'office', map: Object.fromEntries(keys(2_001)) } }],
  ['a list', 'additional.company', { additional: { company: Array.from({ length: 2_001 }, () => ({ officernd: 'email' })) } }],
  ['a long text', 'hubspot.portalId', { hubspot: { portalId: '1'.repeat(10_001) } }],
  ['a long name', 'locations.map', { locations: { map: { ['x'.repeat(10_001)]: 'y' } } }],
  ['groups in groups', '', { x1: JSON.parse(`${'{"a":'.repeat(50)}1${'}'.repeat(50)}`) }],
  ['many groups', '', { all: Array.from({ length: 1_999 }, () => Object.fromEntries(keys(20))) }],
])('a stored tenant: %s is refused, and nothing of it is repeated', (_what, setting, changes) => {
  const { problems, message } = errorOf(() => parseTenantConfig(settings({ ...changes }), 'tenant acme'));
  expect(problems.map((one) => one.setting)).toEqual([setting]);
  expect(message.length).toBeLessThan(200);
});

test.each([
  ['flow lists', `tenant: ${'['.repeat(20_000)}`],
  ['flow groups', `tenant: ${'{a: '.repeat(10_000)}`],
  ['lists', `tenant:\n${'- '.repeat(10_000)}x`],
  ['closed flow lists', `tenant: ${'['.repeat(5_000)}${']'.repeat(5_000)}`],
])('a file of deep %s is refused', (_what, text) => {
  expect(errorOf(() => parseTenantFile(text, 'acme.yaml'))).toBeInstanceOf(ConfigurationError);
});

test('a file whose aliases multiply is refused', () => {
  const levels = Array.from({ length: 12 }, (_, index) => `a${index + 1}: &a${index + 1} [${Array(9).fill(`*a${index}`).join(', ')}]`);
  expect(errorOf(() => parseTenantFile(`a0: &a0 [x]\n${levels.join('\n')}`, 'acme.yaml')).message).toContain('by reference');
});

test.each([
  ['tenant: acme\npolicies: { drift: report, drift: enforce }', 2],
  ['tenant: acme\npolicies:\n  drift: report\n  neverErase: true\n  drift: enforce', 5],
  ['{"tenant": "acme",\n"tenant": "other"}', 2],
])('a setting that stands twice is found: %j', (text, line) => {
  expect(errorOf(() => parseTenantFile(text, 'acme.yaml')).message).toContain(`Line ${line} repeats a setting of the same group`);
});

test.each(['.', '..', '...'])('an organisation that is only dots would lead to another address: %s', (organization) => {
  const { problems } = errorOf(() =>
    parseTenantConfig(settings({ officernd: { organization, clientId: { env: 'ORND_A' }, clientSecret: { env: 'ORND_B' } } }), 'test'),
  );
  expect(problems).toEqual([expect.objectContaining({ setting: 'officernd.organization' })]);
});
