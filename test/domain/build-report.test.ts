import type { AppliedCount, ReportFacts } from '../../domain/build-report';
import { buildReport } from '../../domain/build-report';
import { addCounters } from '../../domain/counters';

const applied = (phase: AppliedCount['phase'], kind: AppliedCount['kind'], reason: string, count: number): AppliedCount => ({
  phase,
  kind,
  reason,
  count,
  entity: 'company',
});

const report = (given: Partial<ReportFacts> = {}) =>
  buildReport({
    tenant: 'acme',
    runId: 'r1',
    workflowId: 'w1',
    mode: 'full',
    state: 'completed',
    startedAt: '2026-01-01T00:00:00Z',
    finishedAt: null,
    conflicts: 0,
    firstLink: 0,
    reviews: 0,
    failures: 0,
    parked: 0,
    unread: [],
    paused: [],
    proposals: [],
    surprises: [],
    lookAgeMs: { max: 0 },
    drift: 0,
    entities: ['member', 'company'],
    counts: {},
    applied: [],
    updatedLinks: {},
    calls: [],
    contents: null,
    ...given,
  });

test('the report names the run’s entities only, in their order', () => {
  expect(Object.keys(report().phases.link)).toEqual(['company', 'member']);
});

test('U1 U3 U5 U6 U7 unlinking is counted by its reason', () => {
  const { unlink } = report({
    counts: { unlink: { company: { checked: 9 } } },
    applied: [
      applied('unlink', 'unlink', 'U1', 1),
      applied('unlink', 'unlink', 'U7', 2),
      applied('unlink', 'unlink', 'U3', 3),
      applied('unlink', 'unlink', 'U5', 4),
      applied('unlink', 'relink', 'U3', 5),
      applied('unlink', 'link', 'U6', 6),
    ],
  }).phases;
  expect(unlink.company).toEqual({ checked: 9, unlinked: 3, retired: 7, relinked: 5, restored: 6 });
  expect(unlink.member).toEqual({ checked: 0, unlinked: 0, retired: 0, relinked: 0, restored: 0 });
});

test('L2 L3 L6 linking is counted by how it came about', () => {
  const { link } = report({
    counts: { link: { company: { candidates: 9, skipped: 1 } } },
    applied: [applied('link', 'link', 'L2', 2), applied('link', 'link', 'L3 name', 3), applied('link', 'create', 'L6', 4)],
  }).phases;
  expect(link.company).toEqual({ candidates: 9, adopted: 2, linked: 3, created: 4, skipped: 1 });
});

test('M3 a link that was written on both sides is one that changed', () => {
  const { update } = report({
    counts: { update: { company: { compared: 5 } } },
    applied: [applied('update', 'updateOfficernd', 'merge', 2), applied('update', 'updateHubspot', 'merge', 2)],
    updatedLinks: { company: 3 },
  }).phases;
  expect(update.company).toEqual({ compared: 5, updatedOfficernd: 2, updatedHubspot: 2, unchanged: 2 });
});

test('calls are summed by route, with the fewest possible calls', () => {
  const { hubspot } = report({
    entities: ['company'],
    counts: { observe: { company: { hubspotRead: 101 } } },
    applied: [applied('update', 'updateHubspot', 'merge', 1)],
    calls: [
      { vendor: 'hubspot', route: 'list', outcome: 'ok', count: 2 },
      { vendor: 'hubspot', route: 'list', outcome: 'rate-limited', count: 1 },
      { vendor: 'hubspot', route: 'batch', outcome: 'failed', count: 1 },
      { vendor: 'officernd', route: 'list', outcome: 'ok', count: 7 },
    ],
  }).calls;
  expect(hubspot).toEqual({ total: 4, rateLimited: 1, byRoute: { batch: 1, list: 3 }, floor: 3 });
});

test('the fewest calls to OfficeRnD: its pages, and one for each record that is written', () => {
  const { officernd } = report({
    entities: ['company'],
    counts: { observe: { company: { officerndRead: 51 } } },
    applied: [
      applied('update', 'updateOfficernd', 'merge', 2),
      applied('link', 'create', 'L6', 3),
      applied('unlink', 'unlink', 'U1', 4),
      applied('unlink', 'unlink', 'U5', 5),
    ],
  }).calls;
  expect(officernd.floor).toBe(2 + 2 + 3 + 4);
});

test('counters are added by name', () => expect(addCounters({ a: 1 }, { a: 2, b: 3 })).toEqual({ a: 3, b: 3 }));

test('completeness is reported by entity and side, and only for a run that has read everything', () => {
  const contents = [
    { side: 'hubspot', entity: 'company', records: 2, hash: 'aa' },
    { side: 'officernd', entity: 'company', records: 3, hash: 'bb' },
  ] as const;
  expect(report({ entities: ['company'], contents }).completeness).toEqual({
    company: { hubspot: { records: 2, hash: 'aa' }, officernd: { records: 3, hash: 'bb' } },
  });
  expect(report()).not.toHaveProperty('completeness');
});

test('U4 L11 a preview shows the brakes at which a run would stop', () => {
  const counts = { unlink: { member: { wouldHold: 12 }, company: { wouldHold: 0 } }, link: { company: { wouldHold: 3 } } };
  expect(report({ mode: 'preview', counts }).wouldHold).toEqual([
    { phase: 'unlink', entity: 'member', rule: 'U4', operations: 12 },
    { phase: 'link', entity: 'company', rule: 'L11', operations: 3 },
  ]);
  expect(report({ mode: 'preview' }).wouldHold).toEqual([]);
  expect(report({ counts })).not.toHaveProperty('wouldHold');
});

test('a preview shows the calls of the run: its own without refused ones, and those that it left out', () => {
  const call = (outcome: 'ok' | 'rate-limited' | 'predicted', count: number) =>
    ({ vendor: 'hubspot', route: 'r', outcome, count }) as const;
  const preview = report({ mode: 'preview', calls: [call('ok', 2), call('rate-limited', 1), call('predicted', 4)] });
  expect(preview.calls.hubspot).toMatchObject({ total: 3, rateLimited: 1, byRoute: { r: 3 } });
  expect(preview.predictedCalls).toEqual({ hubspot: { total: 6, byRoute: { r: 6 } }, officernd: { total: 0, byRoute: {} } });
  expect(report()).not.toHaveProperty('predictedCalls');
});

test('what incremental runs had missed is told by side, where the run has looked for it', () => {
  const counts = { observe: { company: { hubspotMissed: 2 }, member: { hubspotMissed: 3, officerndMissed: 1 } } };
  expect(report({ counts, looksForMissed: true }).missedByShortcut).toEqual({ hubspot: 5, officernd: 1 });
  expect(report({ counts })).not.toHaveProperty('missedByShortcut');
});
