import type { CreateInput } from '../../domain/plan-create';
import { planCreate } from '../../domain/plan-create';
import type { TenantMapping } from '../../domain/tenant-mapping';
import { aMapping, aTextField, anObservation, statuses } from './records';

type Creation = Partial<TenantMapping['creation']>;

const create = ({ mapping = aMapping(), ...given }: Partial<CreateInput> = {}) =>
  planCreate({
    entity: given.hubspot?.entity ?? 'company',
    hubspot: anObservation({ values: { name: 'Acme' } }),
    mapping,
    context: { timeZone: 'UTC', statuses },
    parents: { companies: [], members: [] },
    companyLocationId: null,
    ...given,
  });

const aMember = (values: Readonly<Record<string, string>> = {}) =>
  anObservation({ entity: 'member', values: { firstname: 'Ann', lastname: 'Lee', ...values } });
const aDeal = (values: Readonly<Record<string, string>> = {}) =>
  anObservation({ entity: 'opportunity', values: { dealname: 'Desk', dealstage: 'talk', pipeline: 'sales', ...values } });
const withCreation = (given: Creation, mapping = aMapping()): TenantMapping => ({
  ...mapping,
  creation: { ...mapping.creation, ...given },
});
const places = (given: Partial<TenantMapping['creation']['locations']>): TenantMapping =>
  withCreation({ locations: { available: ['here', 'there'], property: null, byValue: {}, defaultId: null, ...given } });
const filtered = withCreation({ filter: [{ entities: ['company', 'member'], property: 'lifecyclestage', in: ['customer', 'vip'] }] });
const twiceFiltered = withCreation({ filter: [...filtered.creation.filter, { entities: ['company'], property: 'city', in: ['Sofia'] }] });

type Case = readonly [title: string, given: Partial<CreateInput>, values: Readonly<Record<string, unknown>>];

const creations: readonly Case[] = [
  ['L6 with its link id in the request itself', {}, { name: 'Acme', location: 'here', 'properties.hubspot_link_id': '42-1' }],
  [
    'L6 with all mapped fields, blank ones left out',
    { hubspot: anObservation({ values: { name: 'Acme', website: 'https://acme.org', city: 'Sofia', zip: '' } }) },
    { name: 'Acme', url: 'https://acme.org', 'address.city': 'Sofia', location: 'here', 'properties.hubspot_link_id': '42-1' },
  ],
  [
    'L6 a field that flows to HubSpot only is not created',
    {
      hubspot: anObservation({ values: { name: 'Acme', vat: 'DE1', tag: 't' } }),
      mapping: aMapping({
        fields: [
          aTextField('name'),
          aTextField('vat', { direction: '→' }),
          aTextField('tag', { readOnly: { officernd: true, hubspot: false }, direction: '←' }),
        ],
      }),
    },
    { name: 'Acme', location: 'here', 'properties.hubspot_link_id': '42-1' },
  ],
  ['L6 a member of both halves', { hubspot: aMember() }, { name: 'Ann Lee', location: 'here', 'properties.hubspot_link_id': '42-1' }],
  [
    'L9 a member in the company that its contact’s is linked to',
    { hubspot: aMember(), parents: { companies: ['c1', 'c2'], members: [] } },
    { name: 'Ann Lee', company: 'c1', location: 'here', 'properties.hubspot_link_id': '42-1' },
  ],
  [
    'L6 an opportunity of its company and its member, without location',
    { hubspot: aDeal(), parents: { companies: ['c1'], members: ['m1'] } },
    { name: 'Desk', status: 'open', company: 'c1', member: 'm1', 'properties.hubspot_link_id': '42-1' },
  ],
  [
    'L6 an opportunity of a member alone',
    { hubspot: aDeal({ amount: '15000.00' }), parents: { companies: [], members: ['m1'] } },
    { name: 'Desk', status: 'open', dealSize: 15000, member: 'm1', 'properties.hubspot_link_id': '42-1' },
  ],
  [
    'L10 a record that passes the filter',
    { hubspot: anObservation({ values: { name: 'Acme', lifecyclestage: 'vip' } }), mapping: filtered },
    { name: 'Acme', location: 'here', 'properties.hubspot_link_id': '42-1' },
  ],
  [
    'D1 L10 a record that the filter leaves out, where a person wants it',
    { hubspot: anObservation({ values: { name: 'Acme', lifecyclestage: 'lead' } }), mapping: filtered, isDecided: true },
    { name: 'Acme', location: 'here', 'properties.hubspot_link_id': '42-1' },
  ],
  [
    'L10 a filter on a property that deals do not have does not hold them back',
    { hubspot: aDeal(), parents: { companies: ['c1'], members: [] }, mapping: filtered },
    { name: 'Desk', status: 'open', company: 'c1', 'properties.hubspot_link_id': '42-1' },
  ],
];

test.each(creations)('%s', (_title, given, values) => {
  const plan = create(given);
  expect(plan).toMatchObject({ kind: 'create' });
  expect(plan.kind === 'create' && plan.values).toEqual(values);
});

test('L6 every field of a creation is reported with its rule', () => {
  const plan = create();
  const name = { field: 'name', base: null, officernd: null, hubspot: 'Acme', rule: 'L6', action: 'writeOfficernd' };
  expect(plan.kind === 'create' && plan.fields).toEqual([name]);
});

test.each([
  ['L6 a company without a name', { hubspot: anObservation() }, 'no-name', 'L6'],
  ['L6 a member without a name', { hubspot: anObservation({ entity: 'member', values: { email: 'a@x.org' } }) }, 'no-name', 'L6'],
  [
    'L6 a member without e-mail where one is required',
    { hubspot: aMember(), mapping: withCreation({ memberNeedsEmail: true }) },
    'no-email',
    'L6',
  ],
  ['L6 a deal whose company and contacts are all unlinked', { hubspot: aDeal() }, 'no-linked-parent', 'L6'],
  [
    'L6 a deal in a stage that stands for no status',
    { hubspot: aDeal({ dealstage: 'mystery' }), parents: { companies: ['c1'], members: [] } },
    'status-unmapped',
    'L6',
  ],
  [
    'L6 a deal of another pipeline',
    { hubspot: aDeal({ pipeline: 'other' }), parents: { companies: ['c1'], members: [] } },
    'other-pipeline',
    'L6',
  ],
  ['L8 several locations and no answer', { mapping: places({}) }, 'location-unresolved', 'L8'],
  ['L8 no location at all', { mapping: places({ available: [] }) }, 'location-unresolved', 'L8'],
  [
    'L10 a record that the filter leaves out',
    { hubspot: anObservation({ values: { name: 'Acme', lifecyclestage: 'lead' } }), mapping: filtered },
    'filtered',
    'L10',
  ],
  ['D1 L6 a record without a name, though a person wants it', { hubspot: anObservation({ values: {} }), isDecided: true }, 'no-name', 'L6'],
  [
    'V3 a record of an entity whose creations wait, also one that the filter leaves out',
    { mapping: { ...filtered, paused: [{ entity: 'company', field: 'creation', message: 'gone' }] } },
    'paused',
    'V3',
  ],
  ['L10 a record without the filter’s property', { mapping: filtered }, 'filtered', 'L10'],
  [
    'L10 a record that meets one condition of two',
    { hubspot: anObservation({ values: { name: 'Acme', lifecyclestage: 'vip' } }), mapping: twiceFiltered },
    'filtered',
    'L10',
  ],
] as const)('%s is not created', (_title, given, reason, rule) => expect(create(given)).toEqual({ kind: 'skip', reason, rule }));

const byCity = places({ property: 'city', byValue: { Sofia: 'there' }, defaultId: 'here' });
const inSofia = (entity: 'company' | 'member') => anObservation({ entity, values: { name: 'Acme', firstname: 'Ann', city: 'Sofia' } });

test.each([
  [
    'L8 one location is the one, whatever the rule says',
    { hubspot: inSofia('company'), mapping: places({ ...byCity.creation.locations, available: ['only'] }) },
    'only',
  ],
  ['L8 the tenant’s rule', { hubspot: inSofia('company'), mapping: byCity }, 'there'],
  [
    'L8 the rule goes before the company’s location',
    { hubspot: inSofia('member'), mapping: byCity, companyLocationId: 'elsewhere' },
    'there',
  ],
  [
    'L8 a member’s company goes before the default',
    { hubspot: aMember({ city: 'Rome' }), mapping: byCity, companyLocationId: 'elsewhere' },
    'elsewhere',
  ],
  ['L8 a company has no company', { companyLocationId: 'elsewhere', mapping: byCity }, 'here'],
  ['L8 the default', { mapping: places({ defaultId: 'here' }) }, 'here'],
  [
    'L8 a value that every object inherits is in no table',
    { hubspot: anObservation({ values: { name: 'Acme', city: 'constructor' } }), mapping: byCity },
    'here',
  ],
] as const)('%s', (_title, given, location) => expect(create(given)).toMatchObject({ kind: 'create', values: { location } }));
