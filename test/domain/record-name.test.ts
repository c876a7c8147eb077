import { recordName } from '../../domain/record-name';
import { screenOf } from '../../domain/screens';
import { shownValue } from '../../domain/shown-value';

test.each([
  ['hubspot', 'member', { firstname: 'Ann', lastname: ' Lee ' }, 'Ann Lee'],
  ['hubspot', 'member', { firstname: null, email: 'a@b.c' }, 'a@b.c'],
  ['hubspot', 'company', { name: 'Acme' }, 'Acme'],
  ['hubspot', 'opportunity', { dealname: 'Desk' }, 'Desk'],
  ['officernd', 'member', { name: 'Ann' }, 'Ann'],
  ['officernd', 'company', { name: '' }, null],
  ['officernd', 'opportunity', { name: 7 }, null],
] as const)('people know a record of %s, %s, by %j as %s', (side, entity, values, name) =>
  expect(recordName({ side, entity, values })).toBe(name),
);

test('each record has a screen at both vendors, and no id leaves its place in the address', () => {
  const pair = { organization: 'acme', portalId: '12345' };
  expect([
    screenOf(pair, 'hubspot', 'member', '7'),
    screenOf(pair, 'hubspot', 'company', '8'),
    screenOf(pair, 'hubspot', 'opportunity', '9'),
    screenOf(pair, 'officernd', 'member', '65f0'),
    screenOf(pair, 'officernd', 'opportunity', 'a/../b?c'),
  ]).toEqual([
    'https://app.hubspot.com/contacts/12345/record/0-1/7',
    'https://app.hubspot.com/contacts/12345/record/0-2/8',
    'https://app.hubspot.com/contacts/12345/record/0-3/9',
    'https://app.officernd.com/admin/acme/community/members/65f0',
    'https://app.officernd.com/admin/acme/community/opportunities/a%2F..%2Fb%3Fc',
  ]);
});

const statuses = { labels: { stages: { closedwon: 'Closed Won' }, statuses: { s1: 'Won' } } };
test.each([
  ['status', 'hubspot', 'closedwon', 'Closed Won'],
  ['status', 'officernd', 's1', 'Won'],
  ['status', 'officernd', 'closedwon', null],
  ['number', 'hubspot', '1234567.50', '1,234,567.5'],
  ['number', 'officernd', -15000, '-15,000'],
  ['number', 'officernd', 999, '999'],
  ['number', 'hubspot', 'many', null],
  ['percent', 'hubspot', '0.2', '20 %'],
  ['percent', 'officernd', 20, '20 %'],
  ['text', 'hubspot', '1000', null],
  ['number', 'hubspot', null, null],
] as const)('a value of %s in %s, %j, is shown as %s', (type, side, value, expected) =>
  expect(shownValue({ type }, side, value, statuses)).toBe(expected),
);
