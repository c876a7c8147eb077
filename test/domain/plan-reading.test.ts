import { countMissed, LOOKBACK_MS, planReading } from '../../domain/plan-reading';
import type { EarlierRun, ReadingInput } from '../../domain/plan-reading';
import { anObservation } from './records';

/** A2: an incremental run reads changes since a certain moment. Sometimes it must read everything (docs/decisions/0011). */

const NOW = new Date('2030-05-02T12:00:00Z');
const hoursAgo = (hours: number) => new Date(NOW.getTime() - hours * 3_600_000);

const aLatest = (part: Partial<EarlierRun> = {}): EarlierRun => ({
  id: 'run-2',
  state: 'completed',
  entities: ['company', 'member'],
  mappingHash: 'm1',
  startedAt: hoursAgo(2),
  generation: 'run-1',
  generationAt: hoursAgo(10),
  ...part,
});

const plan = (part: Partial<ReadingInput> = {}) =>
  planReading({
    mode: 'incremental',
    entities: ['company', 'member'],
    mappingHash: 'm1',
    now: NOW,
    fullEveryHours: 24,
    latest: aLatest(),
    ...part,
  });

const everything = { reading: { kind: 'full' }, generation: null };

test('A2 the watermark is the start of the last completed run, less the look-back, and builds on its generation', () => {
  expect(plan()).toEqual({
    reading: { kind: 'incremental', since: new Date(hoursAgo(2).getTime() - LOOKBACK_MS).toISOString(), after: 'run-2' },
    generation: { id: 'run-1', at: hoursAgo(10) },
  });
});

test('A2 a watermark never passes the start of the run that set it, however long that took', () => {
  for (const startedAt of [hoursAgo(9), hoursAgo(0.001), NOW]) {
    const { reading } = plan({ latest: aLatest({ startedAt }) });
    expect(reading.kind === 'incremental' && Date.parse(reading.since)).toBeLessThan(startedAt.getTime());
  }
});

test('P1 a run that ends with a proposal has read everything, so the next one need not', () => {
  expect(plan({ latest: aLatest({ state: 'needs-approval' }) }).reading.kind).toBe('incremental');
});

test.each(['running', 'blocked', 'failed', 'cancelled'])('A2 after a run that is %s everything is read', (state) => {
  expect(plan({ latest: aLatest({ state }) })).toEqual(everything);
});

test.each<[string, Partial<ReadingInput>]>([
  ['another mapping (a changed property, stage or status definition changes it, too)', { mappingHash: 'm2' }],
  ['an entity that the last run left out', { entities: ['company', 'member', 'opportunity'] }],
  ['no run before', { latest: null }],
  ['a full run after another mapping', { mode: 'full', mappingHash: 'm2' }],
  ['a full run after one that failed', { mode: 'full', latest: aLatest({ state: 'failed' }) }],
  ['a preview', { mode: 'preview' }],
])('everything is read for %s', (_why, part) => {
  expect(plan(part)).toEqual(everything);
});

test.each<[string, Partial<ReadingInput>]>([
  ['a full reading that is too old', { latest: aLatest({ generationAt: hoursAgo(24.01) }) }],
  ['a full run', { mode: 'full' }],
])('everything is read for %s, and what the next incremental run would not have shown any more is noted', (_why, part) => {
  const knownUntil = new Date(hoursAgo(2).getTime() - LOOKBACK_MS).toISOString();
  expect(plan(part)).toEqual({ reading: { kind: 'full', knownUntil }, generation: null });
});

test('missed are records that changed before that and are not as they were known', () => {
  const reading = { kind: 'full', knownUntil: '2030-05-02T09:50:00.000Z' } as const;
  const read = [
    anObservation({ id: 'old', modifiedAt: '2030-05-02T09:49:59.999Z' }),
    anObservation({ id: 'same', modifiedAt: '2030-05-01T09:49:59.999Z' }),
    anObservation({ id: 'new', modifiedAt: '2030-05-02T09:50:00.000Z' }),
  ];
  expect(countMissed(reading, read, ['old', 'new'])).toBe(1);
  expect(countMissed({ kind: 'full' }, read, ['old', 'new'])).toBe(0);
  expect(countMissed({ kind: 'incremental', since: '' }, read, ['old', 'new'])).toBe(0);
});

test('one entity less is no reason to read everything, and the age of the full reading is kept from run to run', () => {
  expect(plan({ entities: ['member'] }).reading.kind).toBe('incremental');
  expect(plan({ latest: aLatest({ startedAt: hoursAgo(0.1), generationAt: hoursAgo(23.9) }) }).generation).toEqual({
    id: 'run-1',
    at: hoursAgo(23.9),
  });
});
