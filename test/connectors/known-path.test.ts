import { z } from 'zod';
import { recordSchema } from '../../connectors/hubspot/schemas';
import { knownPath } from '../../connectors/known-path';
import { parseAnswer } from '../../connectors/officernd/parse-answer';
import { recordPageSchema } from '../../connectors/officernd/schemas';

/** A6: the place of a difference in an answer holds names that we know, and none that the vendor has made. */

const facts = { route: 'GET /x', writes: false, scope: '', urlSetting: 'officernd.apiUrl' } as const;

const placeOf = (schema: z.ZodType, value: unknown): string => {
  const { error } = schema.safeParse(value);
  if (error === undefined) throw new Error('Nothing is wrong.');
  return knownPath(schema, error);
};

test('A6 a key of the vendor’s is not repeated, at any depth and of any length', () => {
  const record = { id: '1', createdAt: new Date(), updatedAt: new Date() };
  for (const key of ['jane@example.com', 'x'.repeat(3_000_000)]) {
    expect(placeOf(recordSchema, { ...record, properties: { [key]: 5 } })).toBe('properties.*');
    const associations = { [key]: { results: [{ id: '1', type: 7 }] } };
    expect(placeOf(recordSchema, { ...record, properties: {}, associations })).toBe('associations.*.results.0.type');
  }
});

test('names of the schema stay, inside of lists, unions, pipes and wrappers', () => {
  const inner = z.union([z.object({ deep: z.number() }), z.object({ other: z.string() })]);
  const schema = z.object({ list: z.array(z.object({ named: inner.nullable().optional() })).transform((items) => items.length) });
  expect(placeOf(schema, { list: [{ named: null }, { named: 'x' }] })).toBe('list.1.named');
});

test('OfficeRnD’s answers, too', () => {
  const answer = { status: 200, text: '{"results":[{"_id":7}]}', contentType: '', retryAfter: null, location: null, correlationId: null };
  expect(() => parseAnswer(recordPageSchema, answer, facts)).toThrow(
    "OfficeRnD's answer to GET /x is not of the expected form at 'results.0._id'.",
  );
});

test('a cursor that would not fit into a history is refused', () => {
  expect(recordPageSchema.safeParse({ results: [], cursorNext: 'x'.repeat(3_000_000) }).success).toBe(false);
  expect(recordPageSchema.safeParse({ results: [], cursorNext: 'x'.repeat(2_000) }).success).toBe(true);
});
