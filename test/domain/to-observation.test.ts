import { linkIdOf, parseLinkId } from '../../domain/ids';
import type { JsonValue } from '../../domain/json';
import { candidateOf, hubSpotObservation, officerndObservation, observedPaths, observedProperties } from '../../domain/to-observation';
import { PORTAL, aMapping, aTextField } from './records';

const mapping = aMapping();
const facts = { id: '1', companyIds: ['c1', 'c2'], contactIds: ['p1'], mergedIds: ['7'], createdAt: '2025-01-01', updatedAt: '2025-01-02' };

const seeHubSpot = (
  entity: 'company' | 'member' | 'opportunity',
  properties: Readonly<Record<string, string | null>>,
  fields = mapping.fields,
) => hubSpotObservation(entity, { ...facts, properties }, { properties: observedProperties(entity, { ...mapping, fields }), fields });

const seeOfficernd = (entity: 'company' | 'member' | 'opportunity', values: Readonly<Record<string, JsonValue>>, fields = mapping.fields) =>
  officerndObservation(entity, { id: 'o1', read: (path) => values[path] ?? null }, { paths: observedPaths(entity, fields), fields });

test.each([
  ['L2 an id of ours', '42-17', { kind: 'ours', hubspotId: '17' }],
  ['L2 white space around it', ' 42-17 ', { kind: 'ours', hubspotId: '17' }],
  ['U7 an id that no HubSpot record can have is still one of ours', '42-abc', { kind: 'ours', hubspotId: 'abc' }],
  ['U7 an id of another portal', '7-17', { kind: 'other-portal' }],
  ['U7 a portal that only begins like ours', '421-17', { kind: 'other-portal' }],
  ['U7 no id at all', '17', { kind: 'unreadable' }],
  ['U7 half an id', '42-', { kind: 'unreadable' }],
])('%s', (_title, linkId, parsed) => expect(parseLinkId(linkId, PORTAL)).toEqual(parsed));

test('L2 what is written is what is read', () => {
  expect(parseLinkId(linkIdOf(PORTAL, '17'), PORTAL)).toEqual({ kind: 'ours', hubspotId: '17' });
});

test('M9 a record keeps what was asked for, without blank values', () => {
  expect(seeHubSpot('company', { name: 'Acme', city: '', zip: null, secret: 'x' }).values).toEqual({ name: 'Acme' });
  expect(seeOfficernd('company', { name: 'Acme', 'address.city': '', 'properties.secret': 'x' }).values).toEqual({ name: 'Acme' });
});

test.each([
  ['L3 a company’s name', seeHubSpot('company', { name: ' ACME  Ltd ' }), { name: 'acme ltd', emails: [] }],
  ['L3 a member’s halves are one name', seeHubSpot('member', { firstname: 'Ann', lastname: 'Lee' }), { name: 'ann lee', emails: [] }],
  ['L3 one half is a name', seeHubSpot('member', { lastname: 'Lee' }), { name: 'lee', emails: [] }],
  ['L3 a deal’s name', seeHubSpot('opportunity', { dealname: 'Desk' }), { name: 'desk', emails: [] }],
  [
    'L3 HubSpot’s additional e-mails count too',
    seeHubSpot('member', { email: 'B@x.org', hs_additional_emails: 'a@x.org; b@X.org' }),
    { name: null, emails: ['a@x.org', 'b@x.org'] },
  ],
  ['L3 a member’s own e-mail', seeOfficernd('member', { name: 'Ann', email: 'Ann@X.org' }), { name: 'ann', emails: ['ann@x.org'] }],
  [
    'L3 a company’s e-mail counts only where it is mapped',
    seeOfficernd('company', { name: 'Acme', email: 'a@x.org' }),
    { name: 'acme', emails: [] },
  ],
])('%s', (_title, { keys }, expected) => expect(keys).toEqual(expected));

test('L3 a company’s e-mail that an additional property maps is a key on both sides', () => {
  const fields = [...mapping.fields, aTextField('email', { hubspot: ['company_email'], type: 'email' })];
  expect(seeHubSpot('company', { company_email: 'A@x.org' }, fields).keys.emails).toEqual(['a@x.org']);
  expect(seeOfficernd('company', { email: 'a@X.org' }, fields).keys.emails).toEqual(['a@x.org']);
});

test('U3 L9 a HubSpot record keeps what was merged into it and what it belongs to, the primary company first', () => {
  expect(seeHubSpot('opportunity', {})).toMatchObject({
    mergedIds: ['7'],
    parents: { companies: ['c1', 'c2'], members: ['p1'] },
    linkId: null,
  });
});

test('L2 L8 an OfficeRnD record keeps its link id, its location and what it belongs to', () => {
  const record = { 'properties.hubspot_link_id': '42-1', location: 'here', company: 'c1', member: 'm1', createdAt: '2025-01-01' };
  expect(seeOfficernd('opportunity', record)).toMatchObject({
    linkId: '42-1',
    locationId: 'here',
    parents: { companies: ['c1'], members: ['m1'] },
    createdAt: '2025-01-01',
  });
});

test('L8 L10 the properties that creation asks for are read too, each once', () => {
  const creation = {
    ...mapping.creation,
    filter: [{ entities: ['company'] as const, property: 'lifecyclestage', in: ['customer'] }],
    locations: { ...mapping.creation.locations, property: 'city' },
  };
  const properties = observedProperties('company', { ...mapping, creation });
  expect(properties).toEqual(expect.arrayContaining(['name', 'city', 'lifecyclestage']));
  expect(new Set(properties).size).toBe(properties.length);
});

test('L3 a candidate is an observation’s keys under its OfficeRnD parents', () => {
  const observation = seeHubSpot('member', { firstname: 'Ann', email: 'ann@x.org' });
  expect(candidateOf(observation, ['o9'])).toEqual({
    id: '1',
    emails: ['ann@x.org'],
    name: 'ann',
    parents: ['o9'],
    createdAt: '2025-01-01',
  });
});
