import { caseOfFailure, createOutOfStepTally, groupsWithoutRecords } from '../../domain/out-of-step';
import type { OutOfStepCase } from '../../domain/out-of-step';
import { commandFor, outOfStepReasons, stepFor } from '../../domain/out-of-step-reason';

const day = (number: number) => new Date(Date.UTC(2026, 4, number));
const aCase = (part: Partial<OutOfStepCase> = {}): OutOfStepCase => ({
  reason: 'no-name',
  entity: 'member',
  record: { officerndId: null, hubspotId: '1' },
  field: null,
  side: null,
  detail: null,
  since: day(1),
  newest: day(1),
  ...part,
});
const tallied = (...cases: readonly OutOfStepCase[]) => {
  const tally = createOutOfStepTally();
  for (const one of cases) tally.add(one);
  return tally.result('acme');
};

test('a record counts once in each group and once in all, whatever fails about it', () => {
  const { groups, records } = tallied(
    aCase({ reason: 'refused', field: 'phone', detail: 'INVALID' }),
    aCase({ reason: 'refused', field: 'phone', detail: 'INVALID' }),
    aCase({ reason: 'drift', field: 'email', record: { officerndId: 'o1', hubspotId: '1' } }),
    aCase({ reason: 'refused', field: 'phone', detail: 'INVALID', record: { officerndId: 'o2', hubspotId: '2' } }),
  );
  expect(groups.map(({ reason, records: of }) => [reason, of])).toEqual([
    ['refused', 2],
    ['drift', 1],
  ]);
  expect(records).toBe(2);
});

test('the newest comes first, and a group knows its oldest and its newest case', () => {
  const { groups } = tallied(
    aCase({ reason: 'no-email', newest: day(9), since: day(9) }),
    aCase({ since: day(3), newest: day(4) }),
    aCase({ since: day(2), newest: day(8) }),
    aCase({ reason: 'review', since: day(10), newest: day(10) }),
  );
  expect(groups.map(({ reason, since, newest }) => [reason, since.slice(8, 10), newest.slice(8, 10)])).toEqual([
    ['review', '10', '10'],
    ['no-email', '09', '09'],
    ['no-name', '02', '08'],
  ]);
});

test('V1 V3 L12 what was not compared has no number, and creations without an answer have one', () => {
  const groups = groupsWithoutRecords({
    tenant: 'acme',
    at: day(1).toISOString(),
    unread: [{ side: 'hubspot', entity: 'member', field: 'phone' }],
    paused: [{ entity: 'company', field: 'url' }],
    pending: [
      { entity: 'member', records: 3 },
      { entity: 'company', records: 0 },
    ],
  });
  expect(groups.map(({ reason, records, field }) => [reason, records, field])).toEqual([
    ['pending', 3, undefined],
    ['paused', null, 'url'],
    ['unread', null, 'phone'],
  ]);
});

const failed = { entity: 'member', subject: '7', phase: 'link', field: null, parked: false, firstAt: day(1), lastAt: day(2) } as const;
test.each([
  ['location-unresolved', { reason: 'location-unresolved' }, { reason: 'location-unresolved', side: null, detail: 'office' }],
  ['a refused creation', { reason: 'email: taken' }, { reason: 'refused', side: 'officernd', detail: null }],
  ['a vendor that failed', { reason: 'unavailable' }, { reason: 'unavailable' }],
  ['a parked record', { reason: 'unavailable', parked: true }, { reason: 'parked' }],
  ['the link property', { reason: 'refused', subject: 'hubspot_link_id' }, { reason: 'link-id-refused', record: null }],
  [
    'a refused field',
    { reason: 'INVALID_EMAIL', phase: 'update', subject: 'member/o1/7', field: 'email', side: 'hubspot' },
    { reason: 'refused', side: 'hubspot', field: 'email', record: { officerndId: 'o1', hubspotId: '7' } },
  ],
  [
    'a value that another record holds',
    { reason: 'CONTACT_EXISTS', phase: 'update', subject: 'member/o1/7', heldElsewhere: { ids: [], hash: null } },
    { reason: 'taken' },
  ],
  ['an unlink', { reason: 'unexpected', phase: 'unlink', subject: 'o1' }, { record: { officerndId: 'o1', hubspotId: null } }],
] as const)('a failure becomes a case: %s', (_title, part, expected) => {
  expect(caseOfFailure({ ...failed, ...part }, 'office')).toMatchObject(expected);
});

test('L8 the step names the property that chooses the location, or the settings that are missing', () => {
  const step = (detail: string | null) =>
    stepFor({ tenant: 'acme', reason: 'location-unresolved', entity: 'member', field: null, side: null, detail });
  expect(step('office')).toContain('"office"');
  expect(step(null)).toContain('locations.default');
});

test.each(outOfStepReasons)('every reason has a step in whole sentences, with commands of this program: %s', (reason) => {
  const stuck = { tenant: 'acme', reason, entity: 'member', field: 'phone', side: 'hubspot', detail: 'p1' } as const;
  const step = stepFor(stuck);
  expect(step).toMatch(/^["A-Z].*\.$/);
  const command = commandFor(stuck);
  if (command !== null) expect(command).toMatch(/^orsync [a-z]+ acme/);
  // Where nobody has to do anything, the sentence says so.
  expect(command === null).toBe(step.startsWith('Nothing:'));
});
