import type { JsonValue } from '../../domain/json';
import type { FieldBase, Snapshot } from '../../domain/link';
import type { FieldChange } from '../../domain/operation';
import { fieldWritesOf, planUndo } from '../../domain/plan-undo';
import type { FieldWrite } from '../../domain/plan-undo';
import { planUpdate } from '../../domain/plan-update';
import type { UpdateInput } from '../../domain/update-input';
import { standardFields } from '../../domain/standard-fields';
import { planTakeBack } from '../../domain/take-back';
import { PORTAL, aLink, aTextField, anObservation, statuses } from './records';

const context = { timeZone: 'UTC', statuses };
const fields = [aTextField('one'), aTextField('two')];

type Values = Readonly<Record<string, JsonValue>>;

const base = (officernd: string | null, hubspot = officernd): FieldBase => ({
  officernd: { canonical: officernd, raw: officernd },
  hubspot: { canonical: hubspot, raw: hubspot },
});

const inputOf = (officernd: Values, hubspot: Values, snapshot: Snapshot, given: Partial<UpdateInput> = {}): UpdateInput => ({
  link: aLink(),
  officernd: anObservation({ side: 'officernd', id: 'o1', values: officernd, linkId: '42-1' }),
  hubspot: anObservation({ values: hubspot }),
  snapshot,
  fields,
  context,
  portalId: PORTAL,
  pipelineId: 'sales',
  wasRefused: () => false,
  ...given,
});

/** The run wrote HubSpot's value over OfficeRnD's `before`. */
const toOfficernd = (before: JsonValue, wrote: JsonValue, field = 'one'): FieldChange => ({
  field,
  base: before,
  officernd: before,
  hubspot: wrote,
  rule: 'M3',
  action: 'writeOfficernd',
});

const writesOf = (...changes: readonly FieldChange[]): readonly FieldWrite[] => fieldWritesOf(changes, fields, fields, context);

test('X1 a value that is still what the run wrote goes back with its side’s base, and the field is parted', () => {
  const { plan, left } = planUndo(inputOf({ one: 'b' }, { one: 'b' }, { one: base('b') }), writesOf(toOfficernd('a', 'b')));
  expect(left).toEqual([]);
  expect(plan).toMatchObject({ officerndChanges: { one: 'a' }, hubspotChanges: {}, snapshotChanged: true });
  expect(plan.changes).toEqual([
    { field: 'one', base: 'b', officernd: 'b', hubspot: 'b', rule: 'X1', action: 'writeOfficernd', after: 'a' },
  ]);
  expect(plan.snapshot).toEqual({ one: base('a', 'b') });
  const next = planUpdate(inputOf({ one: 'a' }, { one: 'b' }, plan.snapshot));
  expect(next).toMatchObject({ officerndChanges: {}, hubspotChanges: {}, changes: [] });
  // Somebody changes the other side: that is carried over as ever (M3).
  expect(planUpdate(inputOf({ one: 'a' }, { one: 'c' }, plan.snapshot))).toMatchObject({ officerndChanges: { one: 'c' } });
});

test('X1 a plain run after an undo that broke off before its write sees both sides agree (M1)', () => {
  const { plan } = planUndo(inputOf({ one: 'b' }, { one: 'b' }, { one: base('b') }), writesOf(toOfficernd('a', 'b')));
  expect(planUpdate(inputOf({ one: 'b' }, { one: 'b' }, plan.snapshot))).toMatchObject({
    officerndChanges: {},
    hubspotChanges: {},
    snapshot: { one: base('b') },
  });
});

test('X1 X3 a value that a run has written to both sides goes back on both, as when a taking back is undone', () => {
  const changes: readonly FieldChange[] = [
    { field: 'one', base: 'o', officernd: 'h', hubspot: 'o', rule: 'D2', action: 'writeHubspot', after: 'h' },
    { field: 'one', base: 'o', officernd: 'o', hubspot: 'o', rule: 'D2', action: 'writeOfficernd', after: 'h' },
  ];
  const { plan } = planUndo(inputOf({ one: 'h' }, { one: 'h' }, { one: base('h') }), writesOf(...changes));
  expect(plan).toMatchObject({ officerndChanges: { one: 'o' }, hubspotChanges: { one: 'o' }, snapshot: { one: base('o') } });
});

test('X1 an edit of the other side since is kept for the next run to carry over', () => {
  const { plan } = planUndo(inputOf({ one: 'b' }, { one: 'c' }, { one: base('b') }), writesOf(toOfficernd('a', 'b')));
  expect(plan).toMatchObject({ officerndChanges: { one: 'a' }, snapshot: { one: base('a', 'b') } });
});

test.each([
  ['has changed since', { one: 'c' }, { one: base('b') }, {}, 'changed-since'],
  ['was put back by a person who has yet to be heard', { one: 'a' }, { one: base('b') }, {}, 'changed-since'],
  ['is not mapped any more', { one: 'b' }, { one: base('b') }, { fields: [aTextField('two')] }, 'not-mapped'],
  ['is not told now', { one: 'b' }, { one: base('b') }, { unreadPaths: new Set(['one']) }, 'unread'],
  [
    'can’t be written any more',
    { one: 'b' },
    { one: base('b') },
    { fields: [aTextField('one', { readOnly: { officernd: true, hubspot: false } })] },
    'not-writable',
  ],
] as const)('X1 a value that %s is left, with the reason', (_title, officernd, snapshot, given, why) => {
  const { plan, left } = planUndo(inputOf(officernd, { one: 'b' }, snapshot, given), writesOf(toOfficernd('a', 'b')));
  expect(plan).toMatchObject({ officerndChanges: {}, snapshotChanged: false });
  expect(left).toMatchObject([{ side: 'officernd', why, change: { field: 'one', after: 'a' } }]);
});

test('X1 a value of another property is left: the field is mapped to that now', () => {
  const then = [aTextField('one', { hubspot: ['other'] })];
  const writes = fieldWritesOf([toOfficernd('a', 'b')], then, fields, context);
  expect(planUndo(inputOf({ one: 'b' }, { one: 'b' }, { one: base('b') }), writes).left).toMatchObject([{ why: 'not-mapped' }]);
});

test('X3 what is back already needs nothing, so that an undo that was interrupted goes on', () => {
  const { plan, left } = planUndo(inputOf({ one: 'a' }, { one: 'b' }, { one: base('a', 'b') }), writesOf(toOfficernd('a', 'b')));
  expect([plan.changes, left]).toEqual([[], []]);
});

test('X1 several writes of one field go back to the first value, newest first', () => {
  const writes = writesOf(toOfficernd('b', 'c'), toOfficernd('a', 'b'));
  expect(planUndo(inputOf({ one: 'c' }, { one: 'c' }, { one: base('c') }), writes).plan.officerndChanges).toEqual({ one: 'a' });
});

test('X1 an edit between two writes of the run is where the value goes back to', () => {
  const writes = writesOf(toOfficernd('edited', 'c'), toOfficernd('a', 'b'));
  expect(planUndo(inputOf({ one: 'c' }, { one: 'c' }, { one: base('c') }), writes).plan.officerndChanges).toEqual({ one: 'edited' });
});

test('X1 a value that the vendor has rewritten is still the one that the run wrote', () => {
  const change = { ...toOfficernd('a', ' B '), after: 'B!' };
  expect(planUndo(inputOf({ one: 'B!' }, { one: ' B ' }, { one: base('B!', ' B ') }), writesOf(change)).plan.officerndChanges).toEqual({
    one: 'a',
  });
});

test('X1 M6 a value that was blank before is cleared, counts for the brake and can be held', () => {
  const input = inputOf({ one: 'b' }, { one: 'b' }, { one: base('b') });
  expect(planUndo(input, writesOf(toOfficernd(null, 'b'))).plan).toMatchObject({
    officerndChanges: { one: null },
    braked: [{ kind: 'erase', side: 'officernd' }],
  });
  const { plan, left } = planUndo({ ...input, isHeld: () => true }, writesOf(toOfficernd('', 'b')));
  expect(plan).toMatchObject({ officerndChanges: {}, held: [{ kind: 'erase' }], changes: [], snapshotChanged: false });
  expect(left).toEqual([]);
});

test('X1 the halves of a name go back as they were, and only those that differ are sent (M9)', () => {
  const member = standardFields('member');
  const change: FieldChange = {
    field: 'name',
    base: 'Mary Ann Poe',
    officernd: 'Mary Ann Low',
    hubspot: ['Mary', 'Ann Poe'],
    rule: 'M3',
    action: 'writeHubspot',
  };
  const writes = fieldWritesOf([change], member, member, context);
  const now = inputOf({ name: 'Mary Ann Low' }, { firstname: 'Mary', lastname: 'Ann Low' }, {}, { fields: member });
  expect(planUndo(now, writes).plan.hubspotChanges).toEqual({ lastname: 'Ann Poe' });
});

test('X1 the stage of a deal goes back to the very stage that it was in', () => {
  const deal = standardFields('opportunity');
  const change: FieldChange = { field: 'status', base: 'open', officernd: 'closed', hubspot: 'talk', rule: 'M3', action: 'writeHubspot' };
  const now = inputOf({ status: 'closed' }, { dealstage: 'won', pipeline: 'sales' }, {}, { fields: deal });
  expect(planUndo(now, fieldWritesOf([change], deal, deal, context)).plan.hubspotChanges).toEqual({ dealstage: 'talk' });
});

describe('D2', () => {
  const loss = { field: 'one', won: 'o', lost: 'h' };

  test('D2 the value that gave way goes to both sides', () => {
    const { plan, left } = planTakeBack(inputOf({ one: 'o' }, { one: 'o' }, { one: base('o') }), [loss]);
    expect(left).toEqual([]);
    expect(plan).toMatchObject({ officerndChanges: { one: 'h' }, hubspotChanges: { one: 'h' }, snapshotChanged: false });
  });

  test('D2 X3 an interrupted run goes on: a side that has the value already is not written', () => {
    const { plan } = planTakeBack(inputOf({ one: 'h' }, { one: 'o' }, { one: base('o') }), [loss]);
    expect(plan).toMatchObject({ officerndChanges: {}, hubspotChanges: { one: 'h' } });
    expect(planTakeBack(inputOf({ one: 'h' }, { one: 'h' }, { one: base('h') }), [loss])).toMatchObject({
      left: [],
      plan: { changes: [] },
    });
  });

  test.each([
    ['that has changed since', { one: 'new' }, {}, 'changed-since'],
    ['of a one-way field', { one: 'o' }, { fields: [aTextField('one', { direction: '→' })] }, 'one-way'],
    ['of a field that is not mapped any more', { one: 'o' }, { fields: [] }, 'not-mapped'],
  ] as const)('D2 a value %s is left, with the reason', (_title, officernd, given, why) => {
    const { plan, left } = planTakeBack(inputOf(officernd, { one: 'o' }, { one: base('o') }, given), [loss]);
    expect(plan.changes).toEqual([]);
    expect(left).toMatchObject([{ why }]);
  });
});
