import { orNull, text, textOrNull, validatorOf } from '../../store/schema';
import { allCollections } from '../../store/collections';
import { acceptsWritesOf } from '../../store/validator-accepts';

const withSchema = (schema: object) => ({ $jsonSchema: schema });
const field = (schema: object) => withSchema({ bsonType: 'object', required: ['f'], properties: { f: schema } });

test.each(allCollections.map((spec) => [spec.name, validatorOf(spec)] as const))(
  '%s: its own validator accepts its writes',
  (_name, own) => {
    expect(acceptsWritesOf(own, own)).toBe(true);
    expect(acceptsWritesOf(own, structuredClone(own))).toBe(true);
  },
);

test.each([
  ['another type beside', textOrNull, text, true],
  ['one type less', text, textOrNull, false],
  ['no type at all', {}, text, true],
  ['a type where there was none', text, {}, false],
  ['a value more', { enum: ['a', 'b'] }, { enum: ['a'] }, true],
  ['a value less', { enum: ['a'] }, { enum: ['a', 'b'] }, false],
  ['null beside', orNull(text), text, true],
  ['null no more', text, orNull(text), false],
  ['a lower minimum', { bsonType: 'number', minimum: 0 }, { bsonType: 'number', minimum: 1 }, true],
  ['a higher minimum', { bsonType: 'number', minimum: 1 }, { bsonType: 'number', minimum: 0 }, false],
  ['wider items', { bsonType: 'array', items: textOrNull }, { bsonType: 'array', items: text }, true],
  ['narrower items', { bsonType: 'array', items: text }, { bsonType: 'array', items: textOrNull }, false],
  ['a keyword that is not known', { bsonType: 'string', maxLength: 3 }, text, false],
])('a field with %s', (_what, existing, own, expected) => {
  expect(acceptsWritesOf(field(own), field(existing))).toBe(expected);
});

test.each([
  ['a further optional field', { required: ['f'], properties: { f: text, g: text } }, true],
  ['a further required field', { required: ['f', 'g'], properties: { f: text, g: text } }, false],
  ['a field that need not be there', { required: [], properties: { f: text } }, true],
  ['a field that is not checked', { required: ['f'], properties: {} }, true],
  ['other fields refused', { required: ['f'], properties: { f: text }, additionalProperties: false }, false],
])('a validator with %s', (_what, schema, expected) => {
  expect(acceptsWritesOf(field(text), withSchema({ bsonType: 'object', ...schema }))).toBe(expected);
});

test.each([[undefined], [{}], [{ $expr: true }], [{ $jsonSchema: {}, f: 1 }]])('a validator of another form: %j', (existing) => {
  expect(acceptsWritesOf(field(text), existing)).toBe(false);
});
