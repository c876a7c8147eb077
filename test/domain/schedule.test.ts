import fc from 'fast-check';
import { cronIn, intervalIn, intervalWords, jitterIn, noteIn, noteText, offsetOf } from '../../domain/schedule';

test.each([
  ['1m', 60_000],
  ['15m', 900_000],
  [' 2h ', 7_200_000],
  ['30d', 2_592_000_000],
  ['0m', null],
  ['10s', null],
  ['31d', null],
  ['15', null],
  ['1.5h', null],
  ['-5m', null],
  ['15m; 1h', null],
  ['toString', null],
])('the interval %s is %p ms', (text, ms) => expect(intervalIn(text)).toBe(ms));

test.each([
  ['90s', 90_000],
  ['0s', 0],
  ['2m', 120_000],
  ['1h', 3_600_000],
  ['25h', null],
  ['2d', null],
  ['much', null],
])('the jitter %s is %p ms', (text, ms) => expect(jitterIn(text)).toBe(ms));

test.each([
  ['*/15 * * * *', '*/15 * * * *'],
  ['  0   6  *  *  MON-FRI ', '0 6 * * MON-FRI'],
  ['@daily', '@daily'],
  // A second hand, an interval of seconds, a zone of its own and a comment would say other things than the rest of the schedule.
  ['* * * * * *', null],
  ['@every 10s', null],
  ['CRON_TZ=UTC 0 6 * * *', null],
  ['0 6 * * # x', null],
  ['', null],
  [`0 6 * * ${'1,'.repeat(200)}1`, null],
])('the cron expression %p is %p', (text, expression) => expect(cronIn(text)).toBe(expression));

test.each([
  [60_000, 'every minute'],
  [900_000, 'every 15 minutes'],
  [3_600_000, 'every hour'],
  [5_400_000, 'every 90 minutes'],
  [86_400_000, 'every day'],
  [90_000, 'every 90 seconds'],
])('%i ms are %s', (ms, words) => expect(intervalWords(ms)).toBe(words));

test('a thousand tenants are spread over the interval, each at a moment that stays', () => {
  const tenants = Array.from({ length: 1_000 }, (_tenant, index) => `tenant-${index}`);
  const everyMs = 15 * 60_000;
  const moments = tenants.map((tenant) => offsetOf(tenant, everyMs));
  expect(tenants.map((tenant) => offsetOf(tenant, everyMs))).toEqual(moments);
  expect(moments.every((moment) => moment % 1_000 === 0 && moment >= 0 && moment < everyMs)).toBe(true);
  const byMinute = new Map<number, number>();
  for (const moment of moments) byMinute.set(Math.floor(moment / 60_000), (byMinute.get(Math.floor(moment / 60_000)) ?? 0) + 1);
  expect(byMinute.size).toBe(15);
  expect(Math.max(...byMinute.values())).toBeLessThan(110);
  // A run a day stays within the hour after midnight.
  expect(Math.max(...tenants.map((tenant) => offsetOf(tenant, 86_400_000)))).toBeLessThan(3_600_000);
});

test('a note is read as it was written', () => {
  const note = { did: 'Paused', by: 'anna', at: '2026-05-02T09:00:00.000Z', why: 'the vendor moves: at 10' } as const;
  expect(noteText(note)).toBe('Paused by anna at 2026-05-02T09:00:00.000Z: the vendor moves: at 10');
  expect(noteIn(noteText(note))).toEqual(note);
  expect(noteIn(noteText({ ...note, why: null }))).toEqual({ ...note, why: null });
  expect(noteIn(noteText({ ...note, by: 'anna at work' }))).toEqual({ ...note, by: 'anna at work' });
  expect(noteIn('Unpaused via TypeScript SDK')).toBeNull();
  expect(noteIn('Paused by anna at noon: why')).toBeNull();
  expect(noteIn('Removed by anna at 2026-05-02T09:00:00.000Z')).toBeNull();
});

test('whatever a person writes as a reason stays one line of bounded length', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 2_000, unit: 'binary' }), fc.string({ maxLength: 300, unit: 'binary' }), (why, by) => {
      const text = noteText({ did: 'Set', by, at: '2026-05-02T09:00:00.000Z', why });
      expect(text).not.toMatch(/[\n\r]/);
      expect(Array.from(text).length).toBeLessThan(650);
    }),
  );
});
