import { scheduleText } from '../../cli/text/schedule';
import { statusText } from '../../cli/text/status';
import type { ShownSchedule } from '../../client/standing/shown-schedule';
import type { TenantStatus } from '../../client/standing/status';

const schedule: ShownSchedule = {
  tenant: 'acme',
  id: 'schedule/acme',
  state: 'active',
  words: 'every 15 minutes',
  everyMs: 900_000,
  cron: null,
  mode: 'incremental',
  timeZone: 'Europe/London',
  jitterMs: 0,
  catchUpMs: 900_000,
  note: { did: 'Set', by: 'anna', at: '2026-05-02T08:40:00.000Z', why: null },
  noteText: null,
  next: ['2026-05-02T09:03:41.000Z'],
  lastRuns: [],
  skipped: 0,
  missed: 0,
};

test('an active schedule shows its next times, by the tenant’s clock, too', () => {
  expect(scheduleText(schedule)).toBe(
    [
      'acme: incremental runs every 15 minutes (Temporal Schedule schedule/acme)',
      'Set by anna at 2026-05-02 08:40:00 UTC.',
      'Next:',
      '  2026-05-02 09:03:41 UTC (2026-05-02 10:03 Europe/London)',
      'It has not started a run yet.',
    ].join('\n'),
  );
});

test('a paused one says who paused it, why, and how it goes on', () => {
  const note = { did: 'Paused', by: 'anna', at: '2026-05-02T08:40:00.000Z', why: 'the vendor moves' } as const;
  const text = scheduleText({ ...schedule, state: 'paused', next: [], note });
  expect(text).toContain('Paused by anna at 2026-05-02 08:40:00 UTC: the vendor moves. "orsync schedule acme resume" goes on.');
  expect(text).not.toContain('Next');
  const byOthers = scheduleText({ ...schedule, state: 'paused', next: [], note: null, noteText: 'Paused via CLI' });
  expect(byOthers).toContain('Paused. “Paused via CLI” "orsync schedule acme resume" goes on.');
});

test('the last runs stand with what stopped them, and times that started none are counted', () => {
  const run = { workflowId: 'w', message: null, runId: null };
  const text = scheduleText({
    ...schedule,
    cron: '0 6 * * *',
    words: 'at the times of "0 6 * * *"',
    jitterMs: 90_000,
    next: [],
    lastRuns: [
      { ...run, at: '2026-05-02T08:00:00.000Z', outcome: 'joined' },
      { ...run, at: '2026-05-02T07:00:00.000Z', outcome: 'failed', message: 'HubSpot does not answer.' },
      { ...run, at: '2026-05-02T06:00:00.000Z', outcome: 'needs-approval', runId: 'run-1' },
    ],
    skipped: 1,
    missed: 2,
  });
  expect(text).toContain('at the times of "0 6 * * *", Europe/London, up to 1 min 30 s later (');
  expect(text).toContain('Next: never. No such time comes; set other times.');
  expect(text).toMatch(/07:00:00 │ failed: HubSpot does not answer\. +│/);
  expect(text).toMatch(/06:00:00 │ needs approval +│ run-1/);
  expect(text).toContain('handed to the run under way');
  expect(text).toContain('Left out, as the run before had not ended: 1 time.\nMissed while Temporal was down: 2 times.');
});

test('a status says which schedule starts the next run, that somebody has paused it, or how to make one', () => {
  const status: TenantStatus = {
    tenant: 'acme',
    running: false,
    runId: 'r1',
    mode: 'full',
    state: 'completed',
    paused: false,
    phase: null,
    counts: {},
    trouble: null,
    startedAt: null,
    finishedAt: null,
    waits: [],
    pausedFields: [],
    reviews: 0,
    parked: 0,
    proposals: [],
    decisions: { inForce: 0, blocked: [] },
    openReviews: [],
    failing: [],
    worker: null,
    outOfStep: [],
    outOfStepRecords: 0,
    isAllKnown: true,
    todo: [],
    hints: { waiting: 0, lastRun: null },
    trend: [],
  };
  const nextRun = { at: '2026-05-02T06:00:00.000Z', schedule: 'schedule/acme' };
  expect(statusText({ ...status, nextRun })).toContain('Next run: 2026-05-02 06:00:00 UTC, by the schedule schedule/acme.');
  expect(statusText({ ...status, pausedSchedule: 'schedule/acme' })).toContain(
    'Next run: none; the schedule schedule/acme is paused. "orsync schedule acme" says by whom and why.',
  );
  expect(statusText({ ...status, pausedSchedule: 'nightly' })).toContain('Next run: none; the schedule nightly is paused.\n');
  expect(statusText(status)).toContain(
    'Next run: no schedule starts one ("orsync schedule acme set --every 15m" makes one); "orsync sync acme" does.',
  );
});
