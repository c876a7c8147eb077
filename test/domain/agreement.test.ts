import { agreementOf, followsStage, isForeignAmount } from '../../domain/agreement';
import type { FieldMapping } from '../../domain/field-mapping';
import { standardFields } from '../../domain/standard-fields';
import { hubSpotObservation, officerndObservation } from '../../domain/to-observation';
import type { JsonValue } from '../../domain/json';
import { baseAfterWrite } from '../../domain/plan-update';
import { aContext } from './values/a-field';

const fieldOf = (entity: FieldMapping['entity'], key: string): FieldMapping => {
  const found = standardFields(entity).find((field) => field.key === key);
  if (found === undefined) throw new Error(`There is no standard field ${entity}.${key}.`);
  return found;
};

function agreement(
  field: FieldMapping,
  officerndValues: Readonly<Record<string, JsonValue>>,
  properties: Readonly<Record<string, string>>,
) {
  const fields = standardFields(field.entity);
  const officernd = officerndObservation(
    field.entity,
    { id: 'a', read: (path) => officerndValues[path] ?? null },
    { paths: fields.map(({ officernd: path }) => path), fields },
  );
  const facts = { id: '1', properties, companyIds: [], contactIds: [], mergedIds: [], createdAt: '', updatedAt: '' };
  const hubspot = hubSpotObservation(field.entity, facts, { properties: Object.keys(properties), fields });
  const context = { ...aContext(), statuses: { ...aContext().statuses, probabilityByStatus: { open: 20 } } };
  return agreementOf(field, { officernd, hubspot }, baseAfterWrite(field, officernd, hubspot, context), context);
}

describe('M2 at a first link, spelling is no difference', () => {
  test.each<[string, FieldMapping, JsonValue, Readonly<Record<string, string>>, 'M2' | null]>([
    ['case and white space', fieldOf('company', 'name'), 'ACME  Ltd', { name: 'Acme Ltd' }, 'M2'],
    ['Unicode form', fieldOf('company', 'name'), 'Café', { name: 'Cafe\u0301' }, 'M2'],
    ['a name in two halves', fieldOf('member', 'name'), 'Maria De La Cruz', { firstname: 'Maria', lastname: 'de la Cruz' }, 'M2'],
    ['another name', fieldOf('company', 'name'), 'Acme Ltd', { name: 'Acme Inc' }, null],
    ['a blank', fieldOf('company', 'name'), 'Acme', {}, null],
    [
      'an additional e-mail',
      fieldOf('member', 'email'),
      'Old@example.com',
      { email: 'new@example.com', hs_additional_emails: 'old@example.com' },
      'M2',
    ],
    [
      'an e-mail that the contact does not have',
      fieldOf('member', 'email'),
      'x@example.com',
      { email: 'new@example.com', hs_additional_emails: 'old@example.com' },
      null,
    ],
  ])('M2 %s', (_what, field, value, properties, rule) => {
    expect(agreement(field, { [field.officernd]: value }, properties)).toBe(rule);
  });
});

describe('M13 a probability that follows from stage or status is no value of its own', () => {
  const probability = fieldOf('opportunity', 'probability');
  test.each<[string, Readonly<Record<string, JsonValue>>, 'M13' | null]>([
    ['both follow', { status: 'open', probability: 20 }, 'M13'],
    ['somebody has set it', { status: 'open', probability: 55 }, null],
    ['a status without a probability', { status: 'lost', probability: 20 }, null],
    ['no status', { probability: 20 }, null],
  ])('M13 %s', (_what, values, rule) => {
    expect(agreement(probability, values, { hs_deal_stage_probability: '0.4', dealstage: 'qualified' })).toBe(rule);
  });

  test('M13 a property that people write is a value of its own', () => {
    expect(followsStage(probability)).toBe(true);
    expect(followsStage({ ...probability, hubspot: ['my_probability'] })).toBe(false);
  });
});

test.each<[string, Readonly<Record<string, string>>, string | null, boolean]>([
  ['another currency', { amount: '5', deal_currency_code: 'USD' }, 'GBP', true],
  ['the company currency', { amount: '5', deal_currency_code: 'GBP' }, 'GBP', false],
  ['no currency', { amount: '5' }, 'GBP', false],
  ['currencies: any', { amount: '5', deal_currency_code: 'USD' }, null, false],
])('M14 an amount in %s', (_what, properties, currency, isForeign) => {
  const facts = { id: '1', properties, companyIds: [], contactIds: [], mergedIds: [], createdAt: '', updatedAt: '' };
  const hubspot = hubSpotObservation('opportunity', facts, { properties: Object.keys(properties), fields: [] });
  expect(isForeignAmount(fieldOf('opportunity', 'dealSize'), hubspot, { ...aContext(), currency })).toBe(isForeign);
});
