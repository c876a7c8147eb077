import { pipelinesSchema, propertiesSchema } from '../../connectors/hubspot/schemas';
import { customPropertyPageSchema, locationPageSchema, opportunityStatusPageSchema } from '../../connectors/officernd/schemas';

/** A4: an account has many definitions that nobody has mapped. One of an odd form must not stop its tenant. */

const property = { name: 'phone', label: 'Phone', type: 'string', fieldType: 'text', options: [{ label: 'A', value: 'a' }] };

describe('HubSpot', () => {
  test.each<[what: string, odd: unknown, read: unknown]>([
    ['a label that is null', { ...property, label: null }, { name: 'phone', label: 'phone', type: 'string' }],
    ['no label', { name: 'phone', type: 'string', fieldType: 'text' }, { label: 'phone', options: [] }],
    ['options that are null', { ...property, options: null }, { options: [] }],
    [
      'an option without a value',
      { ...property, options: [{ label: 'B' }, { value: 'c', label: null }] },
      { options: [{ value: 'c', label: 'c' }] },
    ],
    ['odd flags', { ...property, calculated: null, archived: 'no', modificationMetadata: 7 }, { archived: false, calculated: false }],
  ])('%s is forgiven', (_what, odd, read) => {
    expect(propertiesSchema.parse({ results: [property, odd] }).results[1]).toMatchObject(read as object);
  });

  test.each([null, 'x', {}, { ...property, name: null }, { ...property, type: null }, { ...property, fieldType: 3 }])(
    '%j counts as not there',
    (odd) => expect(propertiesSchema.parse({ results: [odd, property] }).results.map(({ name }) => name)).toEqual(['phone']),
  );

  test('V4 a list of which nothing can be read is not HubSpot’s', () => {
    expect(propertiesSchema.safeParse({ results: [{ foo: 1 }, { bar: 2 }] }).success).toBe(false);
  });

  test('a pipeline and a stage without labels, with odd metadata, or without an id', () => {
    const stages = [
      { id: 's1', label: null, metadata: { isClosed: true, probability: 0.5 } },
      { label: 'no id' },
      { id: 's2', label: 'Two', metadata: null },
    ];
    const { results } = pipelinesSchema.parse({ results: [{ id: 'p', label: null, stages }, { id: 'q', label: 'Q', stages: null }, {}] });
    expect(results).toMatchObject([
      {
        id: 'p',
        label: '',
        stages: [
          { id: 's1', label: '', metadata: { probability: '0.5' } },
          { id: 's2', label: 'Two' },
        ],
      },
      { id: 'q', stages: [] },
    ]);
  });
});

describe('OfficeRnD', () => {
  test.each<[odd: unknown, read: unknown]>([
    [{ _id: '1', key: 'k', title: null, type: null }, [{ key: 'k', title: 'k', type: '', targets: [], values: [] }]],
    [{ _id: '1', key: 'k', type: 'select', targets: 'team', values: [1, null, 'b', {}] }, [{ key: 'k', values: ['1', 'b'], targets: [] }]],
    [{ _id: '1', type: 'String' }, []],
    [null, []],
  ])('custom property %j', (odd, read) => {
    expect(customPropertyPageSchema.parse({ results: [odd] }).results).toMatchObject(read as object[]);
  });

  test('a status without a description, and one with an odd probability', () => {
    const results = [
      { _id: 's', description: null, probability: '10' },
      { _id: 't', description: 'New', probability: 10 },
      { description: 'no id' },
    ];
    expect(opportunityStatusPageSchema.parse({ results }).results).toEqual([
      { id: 's', description: '', probability: null },
      { id: 't', description: 'New', probability: 10 },
    ]);
  });

  test('L8 a location needs no name, but an id: whether there are several decides where records are created', () => {
    expect(locationPageSchema.parse({ results: [{ _id: 'l', name: null }] }).results).toEqual([{ id: 'l', name: '' }]);
    expect(locationPageSchema.safeParse({ results: [{ _id: 'l', name: 'A' }, { name: 'B' }] }).success).toBe(false);
  });
});
