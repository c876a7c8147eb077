import { surprisesOf } from '../../domain/surprise';
import type { ComparedWrite } from '../../domain/surprise';
import type { FieldMapping } from '../../domain/field-mapping';

/** S1: what a record should be after a write. */

const field = (key: string, type: FieldMapping['type']): FieldMapping => ({
  entity: 'member',
  key,
  officernd: key,
  hubspot: [key],
  type,
  direction: '↔',
  standard: true,
  readOnly: { officernd: false, hubspot: false },
  drift: 'report',
  neverErase: false,
});
const facts = {
  fields: [field('email', 'email'), field('phone', 'phone'), field('address.city', 'text'), field('probability', 'percent')],
  context: { timeZone: 'UTC', statuses: { statusByStage: {}, stageByStatus: {} } },
};

const before = {
  _id: '1',
  name: 'Ann',
  email: 'ann@example.com',
  phone: '+44 1',
  description: 'of old',
  status: 'active',
  tags: ['a'],
  address: { city: 'Leeds', zip: 'LS1' },
  billingDetails: { vatNumber: '7' },
  properties: { Floor: '1', hubspot_link_id: '7-1' },
  modifiedAt: '1',
};
const seen = (write: Partial<ComparedWrite>, entity: ComparedWrite['entity'] = 'member') =>
  surprisesOf({ entity, before, body: {}, after: before, ...write }, facts);

test('S1 a write that did what was asked holds no surprise, stamps and computed statuses apart', () => {
  const after = { ...before, phone: '+44 2', modifiedAt: '2', modifiedBy: 'us', status: 'lead' };
  expect(seen({ body: { phone: '+44 2' }, after })).toEqual([]);
});

test.each([
  ['a field', { description: '' }, ['description']],
  ['a field that is mapped, by its key', { email: 'other@example.com' }, ['email']],
  ['a part of an object', { billingDetails: {} }, ['billingDetails.vatNumber']],
  ['a part of the address that went along', { address: { city: 'York' } }, ['address.zip']],
  ['a custom property that went along', { properties: { hubspot_link_id: '7-1' } }, ['properties.Floor']],
  ['a list', { tags: [] }, ['tags']],
  ['a field that was blank', { image: 'x' }, ['image']],
  ['several', { description: null, name: 'Bo' }, ['description', 'name']],
])('S1 what was not sent must be as before: %s', (_what, effect, expected) => {
  const body = { address: { city: 'York', zip: 'LS1' }, properties: { ...before.properties } };
  expect(seen({ body, after: { ...before, address: { city: 'York', zip: 'LS1' }, ...effect } })).toEqual(expected);
});

test('S1 what was sent must be there: not dropped, not left as it was', () => {
  const body = { phone: '+44 2', address: { city: '', zip: 'LS1' }, properties: { Floor: '1', hubspot_link_id: '7-2' } };
  const { phone: _phone, ...without } = before;
  expect(seen({ body, after: without })).toEqual(['address.city', 'phone', 'properties.hubspot_link_id']);
});

test('M7 S1 a value that the vendor has rewritten is there', () => {
  const after = { ...before, email: 'ann.lee@example.com', phone: '0044 2', address: { city: 'YORK', zip: 'LS1' } };
  const body = { email: 'Ann.Lee@Example.com', phone: '+44 2', address: { city: 'York ', zip: 'LS1' } };
  expect(seen({ body, after })).toEqual([]);
});

test('S1 blanks are one value, and the order of keys does not matter', () => {
  const { properties: _properties, ...withoutBag } = before;
  expect(seen({ before: { ...withoutBag, image: null, url: '' }, body: {}, after: { ...withoutBag, properties: {}, extra: [] } })).toEqual(
    [],
  );
  const nested = { socials: { list: [{ a: 1, b: 2 }] } };
  expect(seen({ before: nested, after: { socials: { list: [{ b: 2, a: 1 }] } } })).toEqual([]);
});

test('M11 S1 a status may set the probability of its opportunity, and nothing else may', () => {
  const [was, is] = [
    { status: 's1', probability: 10 },
    { status: 's2', probability: 50 },
  ];
  expect(seen({ before: was, body: { status: 's2' }, after: is }, 'opportunity')).toEqual([]);
  expect(seen({ before: was, body: { dealSize: 1 }, after: { ...is, dealSize: 1, status: 's1' } }, 'opportunity')).toEqual(['probability']);
});

test('S1 a creation holds what was sent; what else the vendor sets is its own', () => {
  const body = { name: 'Ann', phone: '+44 1', properties: { hubspot_link_id: '7-1' } };
  expect(seen({ before: null, body, after: { ...before, location: 'l' } })).toEqual([]);
  expect(seen({ before: null, body, after: { ...before, phone: '', properties: {} } })).toEqual(['phone', 'properties.hubspot_link_id']);
});
