import fc from 'fast-check';
import type { Side } from '../../domain/entity';
import { otherSide, sides } from '../../domain/entity';
import type { FieldType, ValueContext } from '../../domain/field-mapping';
import { fieldTypes } from '../../domain/field-mapping';
import type { JsonValue } from '../../domain/json';
import { canonical, encode, normaliseEmail, normaliseName, rawOf } from '../../domain/values';
import { aContext, aField } from '../domain/values/a-field';

const contexts = fc
  .constantFrom('UTC', 'America/New_York', 'Europe/Sofia', 'Asia/Kathmandu', 'America/Sao_Paulo', 'Pacific/Kiritimati', 'Pacific/Apia')
  .map(aContext);

const text = fc.string({ unit: 'binary' });
const spaced = fc.stringMatching(/^[ \tA-Za-zÉß\u00A0.-]{0,20}$/);
const half = fc.option(fc.oneof(spaced, text));
const instant = fc.date({ min: new Date('1971-01-01'), max: new Date('2100-01-01'), noInvalidDate: true });
const day = instant.map((date) => date.toISOString().slice(0, 10));
const option = fc.oneof(fc.constantFrom('a', 'b', 'A', 'gold', 'two words'), text);
const finite = fc.double({ noNaN: true, noDefaultInfinity: true });
const amount = fc.oneof(
  finite,
  fc.integer(),
  fc.integer({ min: -1_000_000, max: 1_000_000 }).map((cents) => cents / 100),
);
const junk: fc.Arbitrary<JsonValue> = fc.oneof(
  text,
  fc.constantFrom<JsonValue[]>(null, '', ' ', {}, [], true),
  fc.integer(),
  fc.array(text),
);

/** Any JSON value. */
const json: fc.Arbitrary<JsonValue> = fc.letrec<{ tree: JsonValue }>((tie) => ({
  tree: fc.oneof({ depthSize: 'small' }, junk, fc.array(tie('tree')), fc.dictionary(text, tie('tree'))),
})).tree;

/** Values as each side really has them. */
const proper: Readonly<Record<FieldType, Readonly<Record<Side, fc.Arbitrary<JsonValue>>>>> = {
  text: { officernd: fc.oneof(text, amount, fc.boolean()), hubspot: text },
  url: both(
    fc.oneof(
      fc.webUrl(),
      fc.webUrl().map((url) => url.toUpperCase()),
      fc.domain(),
    ),
  ),
  name: { officernd: spaced, hubspot: fc.tuple(half, half) },
  email: both(fc.emailAddress()),
  phone: both(fc.stringMatching(/^\+?[\d ()/.-]{1,20}$/)),
  number: { officernd: amount, hubspot: amount.map(String) },
  percent: {
    officernd: fc.integer({ min: 0, max: 10_000 }).map((share) => share / 100),
    hubspot: fc.integer({ min: 0, max: 10_000 }).map((share) => (share / 10_000).toFixed(20)),
  },
  boolean: { officernd: fc.boolean(), hubspot: fc.boolean().map(String) },
  date: both(
    fc.oneof(
      instant.map((date) => date.toISOString()),
      day,
    ),
  ),
  datetime: {
    officernd: instant.map((date) => date.toISOString()),
    hubspot: fc.oneof(
      instant.map((date) => String(date.getTime())),
      instant.map((date) => date.toISOString()),
    ),
  },
  status: { officernd: fc.constantFrom('open', 'lost'), hubspot: fc.constantFrom('appointment', 'qualified', 'closedlost') },
  enumeration: both(option),
  'multi-enumeration': { officernd: fc.array(option), hubspot: fc.array(option).map((options) => options.join(';')) },
};

function both(values: fc.Arbitrary<JsonValue>): Readonly<Record<Side, fc.Arbitrary<JsonValue>>> {
  return { officernd: values, hubspot: values };
}

const valuesOf = (type: FieldType, side: Side) => fc.oneof({ arbitrary: proper[type][side], weight: 3 }, junk);

/** The destination's value after `encode` was applied to it. Undefined where that is impossible. */
function applied(type: FieldType, to: Side, raw: JsonValue, current: JsonValue, context: ValueContext): JsonValue | undefined {
  const field = aField(type);
  const encoded = encode(field, to, raw, current, context);
  if (encoded.kind === 'impossible') return undefined;
  if (Object.keys(encoded.values).length === 0) return current;
  // A half of a name that is not sent stays as it is.
  const before = to === 'hubspot' && Array.isArray(current) ? Object.fromEntries(field.hubspot.map((name, at) => [name, current[at]])) : {};
  return rawOf(field, to, { ...before, ...encoded.values });
}

describe.each(fieldTypes)('%s', (type) => {
  const field = aField(type);

  describe.each(sides)('to %s', (to) => {
    const from = otherSide(to);

    test('what is encoded reads back as equal to its source', () => {
      fc.assert(
        fc.property(valuesOf(type, from), valuesOf(type, to), contexts, (raw, current, context) => {
          const after = applied(type, to, raw, current, context);
          fc.pre(after !== undefined);
          expect(canonical(field, to, after, context)).toBe(canonical(field, from, raw, context));
        }),
      );
    });

    test('and back again nothing has changed', () => {
      fc.assert(
        fc.property(valuesOf(type, from), valuesOf(type, to), contexts, (raw, current, context) => {
          const there = applied(type, to, raw, current, context);
          fc.pre(there !== undefined);
          const back = applied(type, from, there, raw, context);
          fc.pre(back !== undefined);
          expect(canonical(field, from, back, context)).toBe(canonical(field, from, raw, context));
        }),
      );
    });

    test('M9 nothing but mapped names is sent, and to HubSpot nothing but text', () => {
      const names: readonly string[] = to === 'hubspot' ? field.hubspot : [field.officernd];
      const isFit = ([name, value]: readonly [string, JsonValue]) =>
        names.includes(name) && (to === 'officernd' || typeof value === 'string');
      fc.assert(
        fc.property(valuesOf(type, from), valuesOf(type, to), contexts, (raw, current, context) => {
          const encoded = encode(field, to, raw, current, context);
          expect(encoded.kind === 'impossible' ? [] : Object.entries(encoded.values).filter((sent) => !isFit(sent))).toEqual([]);
        }),
      );
    });
  });

  test('canonical is idempotent: its result is a value of OfficeRnD that means the same', () => {
    fc.assert(
      fc.property(proper[type].officernd, contexts, (raw, context) => {
        const once = canonical(field, 'officernd', raw, context);
        expect(canonical(field, 'officernd', once, context)).toBe(once);
      }),
    );
    fc.assert(
      fc.property(proper[type].hubspot, contexts, (raw, context) => {
        const once = canonical(field, 'hubspot', raw, context);
        expect(canonical(field, 'officernd', once, context)).toBe(once);
      }),
    );
  });

  test('no value of either side is beyond comparing', () => {
    fc.assert(
      fc.property(json, fc.constantFrom(...sides), contexts, (raw, side, context) => {
        expect(canonical(field, side, raw, context)).not.toBe('');
      }),
    );
  });
});

const convertible = fieldTypes.filter((type) => type !== 'enumeration' && type !== 'multi-enumeration');

describe('a proper value of one side is always convertible', () => {
  const cases = convertible.flatMap((type) => sides.map((to) => [type, to] as const));
  test.each(cases)('%s to %s', (type, to) => {
    fc.assert(
      fc.property(
        proper[type][otherSide(to)],
        proper[type][to],
        fc.constantFrom('UTC', 'America/New_York', 'Europe/Sofia'),
        (raw, current, timeZone) => {
          expect(applied(type, to, raw, current, aContext(timeZone))).toBeDefined();
        },
      ),
    );
  });
});

describe('L3 match keys', () => {
  test('L3 a key is its own key', () => {
    fc.assert(
      fc.property(text, fc.constantFrom(normaliseName, normaliseEmail), (raw, normalise) => {
        const key = normalise(raw);
        expect(key === null ? null : normalise(key)).toBe(key);
      }),
    );
  });

  test('L3 names that differ in case or white space share their key', () => {
    fc.assert(
      fc.property(spaced, (name) => {
        expect(normaliseName(` ${name.toUpperCase().replaceAll(' ', '\t ')}`)).toBe(normaliseName(name));
      }),
    );
  });
});
