import { ConfigurationError } from '../../config/configuration-error';
import { parseTenantFile, readTenantFile } from '../../config/tenant-file';
import { settings } from './fixtures';

/** An unknown setting is a problem, and hides no other: a check goes on without it. */

const read = (changes: Readonly<Record<string, unknown>>) => readTenantFile(JSON.stringify(settings(changes)), 'acme.json');

test('settings that do not exist are left out, at any depth, and listed', () => {
  const field = { officernd: 'email', hubspot: 'email', direction: '↔' };
  const { config, problems } = read({
    colour: 'red',
    policies: { drift: 'enforce', colour: 'red' },
    standard: { 'member.fone': '→', 'member.phone': '←' },
    additional: { company: [field, { ...field, colour: 'red' }], companies: [] },
  });
  expect(problems.map(({ setting }) => setting).toSorted()).toEqual([
    'additional.companies',
    'additional.company[1].colour',
    'colour',
    'policies.colour',
    'standard.member.fone',
  ]);
  const plain = read({ policies: { drift: 'enforce' }, standard: { 'member.phone': '←' }, additional: { company: [field, field] } });
  expect(plain.problems).toEqual([]);
  expect(config).toEqual(plain.config);
});

test('a file with unknown settings is refused where it is to be used', () => {
  expect(() => parseTenantFile(JSON.stringify(settings({ colour: 'red' })), 'acme.json')).toThrow(ConfigurationError);
});

test('where more is wrong, all of it is listed at once', () => {
  const wrong = { colour: 'red', timeZone: 'Europe/Lodnon', history: { days: 0 } };
  expect(() => read(wrong)).toThrow('and 2 more problems');
});

test('keys of the file are named as labels', () => {
  const long = `\u001B[2J\u202E${'x'.repeat(9_000)}`;
  const { problems } = read({ [long]: 1, policies: { [long]: 1 } });
  for (const { setting, message } of problems) {
    expect(setting.length).toBeLessThan(100);
    expect(`${setting}${message}`).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  }
  const error = new ConfigurationError(problems, 'acme.json');
  expect(error.message).toMatch(/^policies\.�\[2J�x+…: .*\(in acme\.json\)\.$/);
});
