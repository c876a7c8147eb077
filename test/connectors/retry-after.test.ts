import { retryAfterMsOf } from '../../connectors/retry-after';

const NOW = Date.UTC(2026, 9, 1, 12, 0, 0);

describe('Retry-After', () => {
  test.each<readonly [string, string | null, number | undefined]>([
    ['seconds', '3', 3_000],
    ['seconds with white space around them', ' 3 ', 3_000],
    ['parts of a second', '1.5', 1_500],
    ['a date', 'Thu, 01 Oct 2026 12:00:05 GMT', 5_000],
    ['a date in the form of JSON', '2026-10-01T12:00:05Z', 5_000],
  ])('%s', (_title, header, ms) => {
    expect(retryAfterMsOf(header, NOW)).toBe(ms);
  });

  test.each([
    ['no header', null],
    ['an empty header', ''],
    ['a blank header', ' \t '],
    ['a negative number, which JavaScript would read as a date', '-5'],
    ['a number in another form', '0x10'],
    ['a number with an exponent', '1e9'],
    ['a word', 'soon'],
    ['a word that JavaScript would read as a date', 'about 5'],
    ['infinity', 'Infinity'],
    ['two values', '3, 4'],
    ['a date that does not exist', 'Thu, 99 Oct 2026 12:00:05 GMT'],
    ['a date without a zone', 'Thu Oct  1 12:00:05 2026'],
  ])('%s says nothing: the wait is that of an answer without the header', (_title, header) => {
    expect(retryAfterMsOf(header, NOW)).toBeUndefined();
  });

  test.each([
    ['zero', '0'],
    ['a date in the past, as with clocks that differ', 'Thu, 01 Oct 2026 11:59:00 GMT'],
    ['this very moment', 'Thu, 01 Oct 2026 12:00:00 GMT'],
  ])('%s still leaves a pause of one second', (_title, header) => {
    expect(retryAfterMsOf(header, NOW)).toBe(1_000);
  });

  test.each([
    ['many seconds', '99999999999'],
    ['more than a number can hold', '9'.repeat(400)],
    ['a date in many years', 'Mon, 01 Jan 2126 00:00:00 GMT'],
  ])('%s count as one day', (_title, header) => {
    expect(retryAfterMsOf(header, NOW)).toBe(86_400_000);
  });
});
