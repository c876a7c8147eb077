import { entities } from '../../domain/entity';
import { standardFields } from '../../domain/standard-fields';

const addressRows = [
  'address.street = address: text',
  'address.country = country: text',
  'address.state = state: text',
  'address.city = city: text',
  'address.zip = zip: text',
];

describe('standard properties', () => {
  test.each([
    ['company', ['name = name: text', 'url = website: url', ...addressRows, 'description = description: text']],
    ['member', ['name = firstname + lastname: name', 'email = email: email', 'phone = phone: phone', ...addressRows]],
    [
      'opportunity',
      [
        'name = dealname: text',
        'dealSize = amount: number',
        'probability = hs_deal_stage_probability: percent',
        'startDate = closedate: date',
        'status = dealstage: status',
      ],
    ],
  ] as const)('%s', (entity, rows) => {
    expect(standardFields(entity).map(({ officernd, hubspot, type }) => `${officernd} = ${hubspot.join(' + ')}: ${type}`)).toEqual(rows);
  });

  test.each(entities)('every property of a %s flows both ways, reports drift and is named by its path', (entity) => {
    for (const field of standardFields(entity)) {
      expect(field).toMatchObject({ entity, key: field.officernd, direction: '↔', standard: true, drift: 'report', neverErase: false });
    }
  });

  test('M12 HubSpot computes the probability and takes nothing', () => {
    const readOnly = entities.flatMap(standardFields).filter((field) => field.readOnly.hubspot || field.readOnly.officernd);
    expect(readOnly).toMatchObject([{ key: 'probability', readOnly: { officernd: false, hubspot: true } }]);
  });
});
