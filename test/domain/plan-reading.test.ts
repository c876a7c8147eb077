import { LOOKBACK_MS, planReading } from '../../domain/plan-reading';
import type { EarlierRun, ReadingInput } from '../../domain/plan-reading';

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
  ['a full reading that is too old', { latest: aLatest({ generationAt: hoursAgo(24.01) }) }],
  ['no run before', { latest: null }],
  ['a full run', { mode: 'full' }],
  ['a preview', { mode: 'preview' }],
])('everything is read for %s', (_why, part) => {
  expect(plan(part)).toEqual(everything);
});

test('one entity less is no reason to read everything, and the age of the full reading is kept from run to run', () => {
  expect(plan({ entities: ['member'] }).reading.kind).toBe('incremental');
  expect(plan({ latest: aLatest({ startedAt: hoursAgo(0.1), generationAt: hoursAgo(23.9) }) }).generation).toEqual({
    id: 'run-1',
    at: hoursAgo(23.9),
  });
});
