import { hubSpotObservation } from '../../domain/to-observation';
import { planCreate } from '../../domain/plan-create';
import { planUpdate } from '../../domain/plan-update';
import { standardFields } from '../../domain/standard-fields';
import { bagsWithHiddenValue, lacksEssentials, unreadFields } from '../../domain/unread';
import { aLink, aMapping, anObservation, aTextField, PORTAL } from './records';
import { aContext } from './values/a-field';

/** V1–V3: silence of a vendor is no blank. */

const fields = standardFields('member');
const asked = ['firstname', 'lastname', 'email', 'phone'];
const contact = (properties: Readonly<Record<string, string | null>>) =>
  hubSpotObservation(
    'member',
    { id: '1', properties, companyIds: [], contactIds: [], mergedIds: [], createdAt: '', updatedAt: '' },
    { properties: asked, fields },
  );
const member = (values: Readonly<Record<string, string>>) => anObservation({ side: 'officernd', entity: 'member', id: 'a', values });
const both = (value: string) => ({ canonical: value, raw: value });
const phoneBase = { phone: { officernd: both('5'), hubspot: both('5') } };

function phoneOf(given: {
  readonly hubspot: ReturnType<typeof contact>;
  readonly officernd: ReturnType<typeof member>;
  readonly paths?: string[];
}) {
  const plan = planUpdate({
    link: aLink({ entity: 'member', officerndId: 'a', hubspotId: '1' }),
    officernd: given.officernd,
    hubspot: given.hubspot,
    snapshot: phoneBase,
    fields: fields.filter(({ key }) => key === 'phone'),
    context: aContext(),
    portalId: PORTAL,
    pipelineId: 'default',
    unreadPaths: new Set(given.paths ?? []),
    wasRefused: () => false,
  });
  return { officernd: plan.officerndChanges['phone'], hubspot: plan.hubspotChanges['phone'], base: plan.snapshot['phone'] };
}

const person = { firstname: 'Ann', lastname: 'Lee', email: 'ann@example.com' };

test('V1 a property that HubSpot does not mention is unread; one that is null is blank', () => {
  expect(contact(person).unread).toEqual(['phone']);
  expect(contact({ ...person, phone: null }).unread).toBeUndefined();
  expect(unreadFields(fields, [contact(person), contact({ ...person, phone: null })])).toEqual(['phone']);
});

test('V1 an unread field is neither compared nor written, and its base stays', () => {
  const officernd = member({ phone: '5' });
  expect(phoneOf({ officernd, hubspot: contact(person) })).toEqual({ officernd: undefined, hubspot: undefined, base: phoneBase.phone });
  // The same silence after OfficeRnD has changed: a write would be judged by nothing.
  expect(phoneOf({ officernd: member({ phone: '6' }), hubspot: contact(person) })).toMatchObject({
    hubspot: undefined,
    base: phoneBase.phone,
  });
  expect(phoneOf({ officernd, hubspot: contact({ ...person, phone: null }) })).toMatchObject({ officernd: null });
});

test('V2 a field of which OfficeRnD’s whole listing says nothing is neither compared nor written', () => {
  const given = { officernd: member({}), hubspot: contact({ ...person, phone: '5' }) };
  expect(phoneOf({ ...given, paths: ['phone'] })).toEqual({ officernd: undefined, hubspot: undefined, base: phoneBase.phone });
  expect(phoneOf(given)).toMatchObject({ hubspot: '' });
});

test('V3 a contact whose e-mail or name is unread is neither matched by another key nor created', () => {
  const withoutEmail = contact({ firstname: 'Ann', lastname: 'Lee', phone: null });
  expect(lacksEssentials(withoutEmail)).toBe(true);
  expect(lacksEssentials(contact(person))).toBe(false);
  const plan = planCreate({
    entity: 'member',
    hubspot: withoutEmail,
    mapping: aMapping({ fields }),
    context: aContext(),
    parents: { companies: [], members: [] },
    companyLocationId: null,
  });
  expect(plan).toEqual({ kind: 'skip', reason: 'unread', rule: 'V3' });
});

const custom = ['properties.VAT', 'properties.Tier', 'address.city'].map((key) => aTextField(key, { entity: 'company' }));
const base = (canonical: string | null) => ({ officernd: { canonical, raw: canonical }, hubspot: { canonical, raw: canonical } });

test('V2 nothing is written to a bag that may hold a value which OfficeRnD’s listing hides: its PUT may replace the bag', () => {
  const hidden = new Set(['properties.VAT']);
  expect([...bagsWithHiddenValue(custom, { 'properties.VAT': base('GB1') }, hidden)]).toEqual(['properties']);
  // A link that was never merged says nothing about the value.
  expect([...bagsWithHiddenValue(custom, {}, hidden)]).toEqual(['properties']);
  expect([...bagsWithHiddenValue(custom, { 'properties.VAT': base(null) }, hidden)]).toEqual([]);

  const link = aLink({ officerndId: 'a', hubspotId: '1' });
  const plan = planUpdate({
    link,
    officernd: anObservation({ side: 'officernd', id: 'a', values: { 'properties.Tier': 'old', 'address.city': 'old' } }),
    hubspot: anObservation({ id: '1', values: Object.fromEntries(custom.flatMap(({ hubspot }) => hubspot.map((name) => [name, 'new']))) }),
    snapshot: Object.fromEntries(custom.map(({ key }) => [key, base(key === 'properties.VAT' ? 'GB1' : 'old')])),
    fields: custom,
    context: aContext(),
    portalId: PORTAL,
    pipelineId: 'default',
    unreadPaths: hidden,
    wasRefused: () => false,
  });
  // Neither the other property nor the link id of the same bag, but the address.
  expect(plan.officerndChanges).toEqual({ 'address.city': 'new' });
  expect(plan.linkIdChange).toBeNull();
  expect(plan.snapshot['properties.Tier']).toEqual(base('old'));
});
