import { fieldTypes } from '../../../domain/field-mapping';
import { sides } from '../../../domain/entity';
import type { JsonValue } from '../../../domain/json';
import { canonical, encode, rawOf } from '../../../domain/values';
import { aContext, aField } from './a-field';

const blanks: readonly JsonValue[] = [null, '', {}, [], ' ', '\r\n\t\u00A0'];

describe.each(fieldTypes)('blank %s', (type) => {
  const field = aField(type);

  test.each(sides)('null, "", {}, [] and white space are one value in %s', (side) => {
    expect(blanks.map((raw) => canonical(field, side, raw, aContext()))).toEqual(blanks.map(() => null));
  });

  test('a missing value is blank', () => {
    for (const side of sides) expect(canonical(field, side, rawOf(field, side, {}), aContext())).toBeNull();
  });
});

describe('M6 a blank clears', () => {
  const clearable = fieldTypes.filter((type) => type !== 'status');

  test.each(clearable)('M6 %s becomes null in OfficeRnD', (type) => {
    expect(encode(aField(type), 'officernd', null, 'before', aContext())).toEqual({ kind: 'values', values: { 'properties.field': null } });
  });

  test.each(clearable)('M6 %s becomes empty text in HubSpot', (type) => {
    const values = type === 'name' ? { firstname: '', lastname: '' } : { field: '' };
    expect(encode(aField(type), 'hubspot', ' ', 'before', aContext())).toEqual({ kind: 'values', values });
  });

  test.each(sides)('M12 no status has no counterpart in %s', (side) => {
    expect(encode(aField('status'), side, null, null, aContext())).toEqual({ kind: 'impossible', reason: 'no-counterpart' });
  });
});
