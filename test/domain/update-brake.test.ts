import { erasuresNeedApproval, firstLinksNeedApproval, mayExceedBrakes } from '../../domain/brake';
import type { JsonValue } from '../../domain/json';
import type { FieldBase, Snapshot } from '../../domain/link';
import { hasWrites, planForSide, planUpdate } from '../../domain/plan-update';
import type { UpdateInput } from '../../domain/update-input';
import { addPlans, brakeKey, effectOf, erasedField, noCounts } from '../../domain/update-brake';
import type { BrakedEffect } from '../../domain/update-brake';
import { PORTAL, aLink, aTextField, anObservation, statuses } from './records';

const base = (raw: JsonValue): FieldBase => {
  const side = { canonical: typeof raw === 'string' ? raw : null, raw };
  return { officernd: side, hubspot: side };
};

type Values = Readonly<Record<string, JsonValue>>;

const plan = (officernd: Values, hubspot: Values, snapshot: Snapshot = {}, given: Partial<UpdateInput> = {}) =>
  planUpdate({
    link: aLink(),
    officernd: anObservation({ side: 'officernd', id: 'o1', values: officernd, linkId: '42-1' }),
    hubspot: anObservation({ values: hubspot }),
    snapshot,
    fields: [aTextField('one'), aTextField('two')],
    context: { timeZone: 'UTC', statuses },
    portalId: PORTAL,
    pipelineId: 'sales',
    wasRefused: () => false,
    ...given,
  });

const keys = (effects: readonly BrakedEffect[]) => effects.map(brakeKey);
const holds = (...lists: readonly string[]): Pick<UpdateInput, 'isHeld'> => ({ isHeld: (effect) => lists.includes(brakeKey(effect)) });

test.each([
  ['M3, HubSpot was cleared', { one: 'a' }, { one: '' }, { one: base('a') }, {}, ['erase/officernd/one']],
  ['M3, OfficeRnD was cleared', {}, { one: 'a' }, { one: base('a') }, {}, ['erase/hubspot/one']],
  ['M4, a conflict that a blank wins', {}, { one: 'b' }, { one: base('a') }, {}, ['erase/hubspot/one']],
  ['M5 ←', { one: 'a' }, {}, { one: base('a') }, { direction: '←' }, ['erase/officernd/one']],
  ['M5 →', {}, { one: 'a' }, { one: base('a') }, { direction: '→' }, ['erase/hubspot/one']],
  ['M5 enforced', { one: 'x' }, {}, { one: base(null) }, { direction: '←', drift: 'enforce' }, ['erase/officernd/one']],
  ['M6 neverErase', { one: 'a' }, {}, { one: base('a') }, { neverErase: true }, []],
  ['M5 drift', {}, { one: 'a' }, { one: base('a') }, { direction: '←' }, []],
  ['M3, a change of a value', { one: 'b' }, { one: 'a' }, { one: base('a') }, {}, []],
  ['M4, a conflict that a value wins', { one: 'c' }, { one: 'b' }, { one: base('a') }, {}, []],
  ['M2, a value gives way', { one: 'a' }, { one: 'b' }, {}, {}, ['first-link']],
  ['M2 ←, a value gives way', { one: 'a' }, { one: 'b' }, {}, { direction: '←' }, ['first-link']],
  ['M2, a blank is filled', { one: 'a' }, {}, {}, {}, []],
  ['M2, one spelling each', { one: 'Acme' }, { one: 'ACME' }, {}, {}, []],
] as const)('M6 M2 what the brakes count: %s', (_title, officernd, hubspot, snapshot, given, expected) => {
  const planned = plan(officernd, hubspot, snapshot, { fields: [aTextField('one', given)] });
  expect(keys(planned.braked)).toEqual(expected);
  expect(planned.held).toEqual([]);
});

test('M6 a held erasure is not written, and the record’s other fields are', () => {
  const bases = { one: base('a'), two: base('b') };
  const held = plan({ one: 'a', two: 'b' }, { one: '', two: 'x' }, bases, holds('erase/officernd/one'));
  expect(held).toMatchObject({ officerndChanges: { two: 'x' }, hubspotChanges: {}, braked: [] });
  expect(held.held).toMatchObject([
    { kind: 'erase', side: 'officernd', change: { field: 'one', officernd: 'a', rule: 'M3', action: 'writeOfficernd' } },
  ]);
  expect(held.snapshot).toEqual(bases);
  expect(held.changes.map(({ field }) => field)).toEqual(['two']);
  // The same field of the other side is another list.
  expect(plan({}, { one: 'a' }, bases, holds('erase/officernd/one')).hubspotChanges).toEqual({ one: '' });
});

test('M6 M4 a conflict whose losing value is held is not recorded as lost', () => {
  const bases = { one: base('a'), two: base(null) };
  const held = plan({}, { one: 'b' }, bases, holds('erase/hubspot/one'));
  expect(held).toMatchObject({ losses: [], changes: [], snapshot: bases, snapshotChanged: false });
});

test('M2 held values of a first link stay on both sides without a base, blanks are filled, agreements become bases', () => {
  const fields = ['one', 'two', 'three'].map((key) => aTextField(key));
  const held = plan({ one: 'a', two: 'b', three: 'c' }, { one: 'x', three: 'c' }, {}, { fields, ...holds('first-link') });
  expect(held).toMatchObject({ officerndChanges: {}, hubspotChanges: { two: 'b' }, losses: [], isFirstMerge: true });
  expect(Object.keys(held.snapshot)).toEqual(['three']);
  expect(keys(held.held)).toEqual(['first-link']);
  expect(hasWrites(plan({ one: 'a' }, { one: 'x' }, {}, { ...holds('first-link') }))).toBe(false);
});

test('M2 a link is new while some field of it meets for the first time; a blank that wins nothing makes no link new', () => {
  expect(plan({ one: 'a' }, { one: 'a' }, { one: base('a'), two: base(null) }).isFirstMerge).toBe(false);
  expect(plan({ one: 'a' }, { one: 'a' }, { one: base('a') }).isFirstMerge).toBe(true);
  const waiting = plan({}, { one: 'x' }, {}, { fields: [aTextField('one', { direction: '→' })] });
  expect(waiting.isFirstMerge).toBe(false);
});

test('M6 M2 each link counts once in each list, and each field and side is a list of its own', () => {
  const fields = [aTextField('one'), aTextField('two')];
  const erasing = plan({ one: 'a' }, { two: 'b' }, { one: base('a'), two: base('b') }, { fields });
  const first = plan({ one: 'a', two: 'b' }, { one: 'x', two: 'y' }, {}, { fields });
  expect(addPlans(addPlans(noCounts, [erasing, erasing]), [first])).toEqual({
    links: { 'erase/officernd/one': 2, 'erase/hubspot/two': 2, 'first-link': 1 },
    effects: { 'erase/officernd/one': 2, 'erase/hubspot/two': 2, 'first-link': 2 },
    newLinks: 1,
  });
  expect(keys(planForSide(erasing, 'hubspot').braked)).toEqual(['erase/hubspot/two']);
});

test('M6 a blank over a blank erases nothing', () => {
  const change = { field: 'one', base: null, officernd: null, hubspot: '', rule: 'M3', action: 'writeHubspot' } as const;
  const write = { to: 'hubspot', change, loses: null, from: null } as const;
  expect(effectOf({ ...write, over: null })).toBeNull();
  expect(effectOf({ ...write, over: 'a' })).toEqual({ kind: 'erase', side: 'hubspot', change });
});

test('a list of erasures names its side and field, slashes of the field included', () => {
  const effect = { kind: 'erase', side: 'hubspot', change: { ...plan({ one: 'a' }, {}).changes[0], field: 'properties.a/b' } };
  expect(erasedField(`erase/hubspot/${effect.change.field}`)).toEqual({ side: 'hubspot', field: 'properties.a/b' });
  expect(erasedField('first-link')).toBeNull();
});

const brakes = { unlinkCount: 10, unlinkShare: 0.05, createsPerRun: 1000 };

test.each([
  [10, 20, false],
  [11, 20, true],
  [11, 1000, false],
  [50, 1000, false],
  [51, 1000, true],
])('M6 %d erasures where %d links hold a value: held is %s', (erasures, holding, isHeld) => {
  expect(erasuresNeedApproval(erasures, holding, brakes)).toBe(isHeld);
});

test.each([
  [25, 30, false],
  [26, 30, true],
  [100, 1000, false],
  [101, 1000, true],
])('M2 %d of %d new links with a value that gives way: held is %s', (links, newLinks, isHeld) => {
  expect(firstLinksNeedApproval(links, newLinks, brakes)).toBe(isHeld);
});

test('M6 M2 the numbers of the tenant file count, and few links exceed no brake', () => {
  const own = { ...brakes, eraseCount: 1, eraseShare: 0.5, firstLinkCount: 2, firstLinkShare: 0 };
  expect([erasuresNeedApproval(2, 2, own), erasuresNeedApproval(1, 0, own), firstLinksNeedApproval(3, 100, own)]).toEqual([
    true,
    false,
    true,
  ]);
  expect([mayExceedBrakes(10, brakes), mayExceedBrakes(11, brakes), mayExceedBrakes(2, own)]).toEqual([false, true, true]);
});
