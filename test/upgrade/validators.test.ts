import { statSync } from 'node:fs';
import { allCollections } from '../../store/collections';
import { validatorOf } from '../../store/schema';
import { acceptsWritesOf } from '../../store/validator-accepts';
import { PACKED, unpackLastRelease, validatorsOf } from './last-release';

/**
 * Workers of the last release and of this one write to the same database while one replaces the other, in either direction. So each must
 * write what the validators of the other accept.
 */

const last = validatorsOf(unpackLastRelease());
const shared = allCollections.filter(({ name }) => last.has(name)).map((spec) => [spec.name, validatorOf(spec)] as const);

test('the last release has collections that this one has, too', () => expect(shared.length).toBeGreaterThan(20));

test.each(shared)('%s: this release accepts what the last one writes', (name, ours) => {
  expect(acceptsWritesOf(last.get(name), ours)).toBe(true);
});

test.each(shared)('%s: the last release accepts what this one writes into the fields that both know', (name, ours) => {
  expect(acceptsWritesOf(ours, opened(last.get(name)))).toBe(true);
});

test('the packed release is small enough for the repository', () => expect(statSync(PACKED).size).toBeLessThan(3_000_000));

/**
 * A validator without what it says about unknown fields. Release 0.1.0 refuses these. Workers of this one widen its validators when they
 * start, and again when one refuses a document.
 */
function opened(validator: unknown): unknown {
  if (Array.isArray(validator)) return validator.map(opened);
  if (typeof validator !== 'object' || validator === null) return validator;
  return Object.fromEntries(
    Object.entries(validator).flatMap(([name, inner]) => (name === 'additionalProperties' ? [] : [[name, opened(inner)]])),
  );
}
