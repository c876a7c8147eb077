import { nextPart, readPart, startOf } from '../../../activities/slice/cursor';

const parts = ['links', 'strays'] as const;

test('a cursor names a list and the place in it', () => {
  expect(readPart(null, parts)).toEqual({ part: 'links', after: null });
  expect(readPart('links:company/a/1', parts)).toEqual({ part: 'links', after: 'company/a/1' });
  expect(readPart(startOf('strays'), parts)).toEqual({ part: 'strays', after: null });
  expect(nextPart('links', 'a', parts)).toBe('links:a');
  expect(nextPart('links', null, parts)).toBe('strays:');
  expect(nextPart('strays', null, parts)).toBeNull();
});

test.each(['company/a/1', 'elsewhere:company/a/1', ''])('a cursor of another version begins at the beginning: "%s"', (cursor) => {
  expect(readPart(cursor, parts)).toEqual({ part: 'links', after: null });
});
