import { refusedFieldsOf } from '../../connectors/hubspot/refused-fields';
import { brokenRuleOf, refusedByValidator } from '../../connectors/officernd/refused-fields';
import { withoutTrailingSlashes } from '../../domain/trailing-slashes';
import { canonical } from '../../domain/values';
import { aContext, aField } from '../domain/values/a-field';

/**
 * A4: a vendor's text may be long, and one thread serves all tenants. A pattern that tries each place of it again takes minutes for these
 * texts. In linear time they take milliseconds, so the limit of a test is far away on any machine.
 */

const LENGTH = 1_000_000;
const manyOf = (text: string): string => text.repeat(LENGTH / text.length);

test.each(['[{', '[{}', '}]', 'PropertyValueCoordinates{', 'propertyName=', 'Contact already exists '])(
  'HubSpot refuses with many %j',
  (text) => {
    expect(refusedFieldsOf({ message: manyOf(text) }).length).toBeLessThan(2);
  },
);

test.each([
  'Cast to string failed for value ',
  " at path 'x",
  'a.property ',
  'each value in ',
  'x must be a string: ',
  'must be longer than or equal to 1',
  'Specified a was not found ',
])('OfficeRnD refuses with many %j', (text) => {
  expect(refusedByValidator([manyOf(text)]).length).toBeLessThan(2);
  expect(['undefined', 'object']).toContain(typeof brokenRuleOf(manyOf(text)));
});

test('an address of many slashes', () => {
  expect(canonical(aField('url', {}), 'hubspot', `example.com${manyOf('/')}x`, aContext())?.length).toBe(LENGTH + 12);
  expect(withoutTrailingSlashes(`${manyOf('/')}x//`)).toHaveLength(LENGTH + 1);
});

test('a number of many digits', () => {
  expect(canonical(aField('number', {}), 'hubspot', `${manyOf('0')}x`, aContext())).toBeDefined();
});

test('what stands in a long text is found', () => {
  const long = 'x'.repeat(LENGTH);
  expect(refusedFieldsOf({ message: `${long}: [{"name":"phone","error":"INVALID_LONG"}]` })).toEqual([
    { property: 'phone', reason: 'INVALID_LONG' },
  ]);
  expect(brokenRuleOf(`Cast to date failed for value "${long} at path 'no'" (type string) at path "startDate" for model "Member"`)).toEqual(
    {
      property: 'startDate',
      reason: 'has a value of the wrong type',
    },
  );
});
