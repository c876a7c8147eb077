import { buildReport } from '../../domain/build-report';
import { exitCodeOf } from '../../cli/exit-codes';
import { failuresText } from '../../cli/text/failures';
import { heldText } from '../../cli/text/operations';
import { previewText } from '../../cli/text/preview';
import { progressLine } from '../../cli/text/progress-line';
import { nextStep, reportText } from '../../cli/text/report';
import type { PlannedOperation } from '../../client/runs/run-report';
import { statusText } from '../../cli/text/status';
import type { TenantStatus } from '../../cli/text/status';
import { counted, shownDuration, table } from '../../cli/text/tables';
import { withoutLiteralSecrets } from '../../cli/without-literal-secrets';

const trouble = { kind: 'unauthorized', message: 'The token is not accepted.', setting: 'hubspot.accessToken' };
const blocked = buildReport({
  tenant: 'acme',
  runId: 'r1',
  workflowId: 'sync/acme',
  mode: 'full',
  state: 'blocked',
  startedAt: new Date(0).toISOString(),
  finishedAt: null,
  entities: ['company', 'member'],
  counts: {},
  applied: [],
  updatedLinks: {},
  calls: [],
  contents: null,
  conflicts: 0,
  firstLink: 0,
  drift: 0,
  reviews: 0,
  failures: 0,
  parked: 0,
  unread: [],
  paused: [],
  proposals: [],
  surprises: [],
  lookAgeMs: { max: 0 },
});
const anUpdate: PlannedOperation = {
  phase: 'update',
  entity: 'member',
  kind: 'updateOfficernd',
  officerndId: 'o1',
  hubspotId: '7',
  fields: [{ field: 'phone', base: '1', officernd: '1', hubspot: '2', rule: 'M3', action: 'writeOfficernd' }],
  reason: 'merge',
};

test.each([
  ['completed', 0],
  ['failed', 1],
  ['cancelled', 1],
  ['needs-approval', 3],
  ['blocked', 3],
] as const)('a run that is %s ends with %i', (state, code) => expect(exitCodeOf(state)).toBe(code));

test('a report for people says what to do', () => {
  const text = reportText({ ...blocked, trouble });
  expect(text).toContain('acme: full sync is blocked');
  expect(text).toContain('The token is not accepted. (setting: hubspot.accessToken)');
  expect(text).toContain('"orsync resume acme"');
  expect(text).toMatch(/Phase +│ +│ company │ member │/);
});

test('S1 a report for people names the fields that were not as they should be', () => {
  const surprises = [{ entity: 'member', field: 'description', records: 3 }] as const;
  expect(reportText({ ...blocked, surprises })).toContain('Not as it should be after a write: "description" of 3 member records.');
  expect(reportText(blocked)).not.toContain('Not as it should');
});

test('U4 L11 a preview’s report for people says what a brake would hold', () => {
  const text = reportText({
    ...blocked,
    mode: 'preview',
    wouldHold: [
      { phase: 'unlink', entity: 'company', rule: 'U4', operations: 12 },
      { phase: 'link', entity: 'member', rule: 'L11', operations: 1 },
    ],
  });
  expect(text).toContain(
    'A real run would hold 12 company unlinks (U4), 1 member creation (L11) until you approve them with "orsync approve acme RUN"',
  );
  expect(reportText({ ...blocked, mode: 'preview', wouldHold: [] })).not.toContain('would hold');
});

test('P2 what a run holds is approved by a command with the run’s id', () => {
  expect(nextStep({ tenant: 'acme', runId: 'r1', state: 'needs-approval' })).toContain('"orsync approve acme r1"');
  expect(nextStep({ tenant: 'acme', runId: 'r1', state: 'completed' })).toBeNull();
});

test('a preview shows each value that would go and the one that would come', () => {
  expect(previewText([anUpdate])).toContain('phone: "1" → "2" (M3)');
  expect(previewText([])).toBe('Nothing would be changed.');
  expect(heldText([anUpdate, anUpdate])).toMatch(/^2 operations held for approval:/);
});

test('a long preview is cut and says so', () => {
  expect(previewText(Array.from({ length: 250 }, () => anUpdate))).toMatch(/… and 50 more; "orsync report --json" lists all\.$/);
});

test('P1 a status names what is held, open reviews and what fails', () => {
  const status: TenantStatus = {
    tenant: 'acme',
    running: true,
    runId: 'r1',
    mode: 'full',
    state: 'running',
    paused: true,
    phase: 'link',
    counts: { observe: { company: {} } },
    trouble: null,
    startedAt: null,
    finishedAt: null,
    waits: ['observe/company', 'observe/member'].map((step) => ({
      step,
      kind: 'rate-limited',
      message: 'The day’s calls are used up.',
      nextTryAt: '2026-05-02T00:00:00.000Z',
    })),
    pausedFields: [{ entity: 'company', field: 'properties.VAT', message: 'properties.VAT is not kept in step: it is gone' }],
    reviews: 1,
    parked: 1,
    proposals: [
      {
        id: '0a1b2c3d4e5f',
        phase: 'unlink',
        entity: 'member',
        kind: 'officernd-gone',
        operations: 120,
        digest: '0a1b2c3d4e5f00',
        state: 'open',
        validUntil: '2026-05-15T00:00:00.000Z',
        approvedBy: null,
        approvedAt: null,
        note: null,
        held: [
          {
            phase: 'unlink',
            entity: 'member',
            kind: 'unlink',
            officerndId: 'o7',
            hubspotId: '70',
            fields: [],
            reason: 'U5',
            name: 'Ann Lee',
            officerndUrl: 'https://o.example/o7',
            hubspotUrl: 'https://h.example/70',
          },
        ],
      },
    ],
    openReviews: [
      {
        id: 'x',
        entity: 'member',
        kind: 'ambiguous',
        rule: 'L4',
        officerndIds: ['o1'],
        hubspotIds: [],
        records: [{ officerndId: 'o1', hubspotId: null, name: 'Bob', officerndUrl: 'https://o.example/o1', hubspotUrl: null }],
      },
    ],
    decisions: { inForce: 0, blocked: [] },
    failing: [
      { entity: 'company', subject: '9', phase: 'link', field: null, reason: 'no-name', runs: 10, parked: true, retryRequested: false },
    ],
    worker: { answers: false, since: '2026-05-01T11:00:00.000Z' },
    nextRun: { at: '2026-05-02T06:00:00.000Z', schedule: 'nightly' },
    feeds: [
      { name: 'journal', lastAt: '2026-05-01T09:59:30.000Z', lastError: null },
      { name: 'poll', lastAt: null, lastError: 'OfficeRnD did not answer' },
    ],
    outOfStep: [
      {
        reason: 'no-name',
        entity: 'company',
        records: 1,
        step: 'Give the record a name in HubSpot.',
        since: '2026-05-01T00:00:00.000Z',
        newest: '2026-05-01T00:00:00.000Z',
      },
    ],
    outOfStepRecords: 1,
    isAllKnown: false,
    todo: [{ what: 'No worker answers, so no run goes on.', command: 'orsync worker' }],
    hints: { waiting: 0, lastRun: null },
    trend: [],
  };
  const text = statusText(status);
  expect(text).toContain('acme: 2 create and link (paused) · observe 1 done');
  expect(text).toContain('Open: 1 review, 1 parked.');
  expect(text.match(/Waiting: The day’s calls are used up\. Next try at 2026-05-02 00:00:00 UTC\./g)).toHaveLength(1);
  expect(text).toContain('Paused, company: properties.VAT is not kept in step: it is gone.');
  expect(text).toContain(
    'Proposal 0a1b2c3d4e5f: 120 member operations held (OfficeRnD record gone); "orsync approve acme 0a1b2c3d4e5f" approves it:',
  );
  expect(text).toContain(
    '  Ann Lee · member · unlink (U5)\n    OfficeRnD o7  https://o.example/o7\n    HubSpot 70  https://h.example/70\n  … and 119 more',
  );
  expect(text).toContain(' · ambiguous, member (L4):\n    Bob\n      OfficeRnD o1  https://o.example/o1');
  expect(text).toContain('  9 · company · link · 10 runs · parked\n    no-name');
  expect(text).toContain('Next run: 2026-05-02 06:00:00 UTC, by the schedule nightly.');
  expect(text).toContain('Feed journal: last asked at 2026-05-01 09:59:30 UTC.');
  expect(text).toContain('Feed poll: OfficeRnD did not answer (not asked yet)');
  expect(text).toContain('Worker: none answers; last asked for work at 2026-05-01 11:00:00 UTC. "orsync worker" starts one.');
  expect(text).toContain('Waits for you:\n  No worker answers, so no run goes on.\n    $ orsync worker');
  expect(text).toContain(
    'Out of step: 1 record.\n  1 company record: without a name (L6) · newest 2026-05-01 00:00:00 UTC\n    Give the record a name in HubSpot.',
  );
  expect(text).toContain('A run is under way, so more may be out of step than is known.');
});

test('a report says "0 failures" only where nothing is out of step', () => {
  const ended = { ...blocked, state: 'completed', outOfStepRecords: 0 } as const;
  expect(reportText({ ...ended, outOfStep: [] })).toMatch(/0 failures[^]*In step: no record that this run has read is out of step/);
  const group = {
    reason: 'location-unresolved',
    entity: 'member',
    records: 2,
    detail: 'office',
    step: 'Correct it.',
    since: '2026-05-01T00:00:00.000Z',
    newest: '2026-05-01T00:00:00.000Z',
  } as const;
  const stuck = reportText({ ...ended, outOfStep: [group], outOfStepRecords: 2 });
  expect(stuck).toContain('Out of step: 2 records.\n  2 member records: no location is known for them (L8): office · newest');
  expect(stuck).not.toContain('0 failures');
  // A run that broke off, and a report of an earlier release, know less.
  expect(reportText({ ...blocked, outOfStep: [] })).toContain('The run has not come to its end');
  expect(reportText(blocked)).not.toContain('0 failures');
});

test('a group of failures says how many, why, what to do, and gives an example with the vendor’s words', () => {
  const group = {
    id: '0a1b2c3d',
    entity: 'member',
    phase: 'update',
    vendor: 'hubspot',
    code: 'INVALID_EMAIL',
    field: 'email',
    reason: 'refused',
    records: 3,
    parked: 1,
    step: 'Correct it.',
    since: '2026-05-01T00:00:00.000Z',
    newest: '2026-05-02T00:00:00.000Z',
    examples: [
      {
        officerndId: 'o1',
        hubspotId: '7',
        name: 'Ann\u001B[2J',
        officerndUrl: 'https://o.example/o1',
        hubspotUrl: 'https://h.example/7',
        said: 'ann is no address',
        runs: 2,
        parked: false,
        retryRequested: false,
      },
    ],
  } as const;
  const text = failuresText('acme', [group]);
  expect(text).toContain('Group 0a1b2c3d: 3 member failures by HubSpot, refused by a vendor (M10), 1 parked');
  expect(text).toContain('Code: INVALID_EMAIL · Field: email');
  expect(text).toContain('Ann\uFFFD[2J\n      OfficeRnD o1  https://o.example/o1');
  expect(text).toContain('HubSpot says: “ann is no address”');
  expect(failuresText('acme', [])).toBe('No failure of acme stands.');
});

test('the line of progress says when the run waits', () => {
  expect(progressLine('acme', { state: 'blocked', paused: false, phase: 'observe', counts: {}, waits: [] }, 1_500)).toBe(
    'acme: blocked, reading both sides · 1.5 s',
  );
  const waits = [{ step: 'link/member/applyCreates', trouble: { kind: 'rate-limited', message: 'Used up.', setting: null } }];
  expect(progressLine('acme', { state: 'running', paused: false, phase: 'link', counts: {}, waits }, null)).toBe(
    'acme: 2 create and link (waiting)',
  );
});

test('A6 literal secrets are not shown, references are', () => {
  const config = {
    tenant: 'acme',
    hubspot: { accessToken: 'pat-1', oauth: [{ refreshToken: 'r' }] },
    officernd: { clientId: { env: 'ID' } },
  };
  const hubspot = { accessToken: '[secret]', oauth: [{ refreshToken: '[secret]' }] };
  expect(withoutLiteralSecrets(config)).toEqual({ tenant: 'acme', hubspot, officernd: { clientId: { env: 'ID' } } });
});

test('durations and numbers in words', () => {
  expect([0, 8_240, 185_000, 7_620_000].map(shownDuration)).toEqual(['0.0 s', '8.2 s', '3 min 5 s', '2 h 7 min']);
  expect([counted(1, 'review'), counted(0, 'review')]).toEqual(['1 review', '0 reviews']);
});

test('tables have no colours', () => {
  expect(table(['A'], [[1]], { numbers: [0] })).not.toContain('\u001B');
});
