import type { JsonValue } from '../../domain/json';
import type { FieldBase, Snapshot } from '../../domain/link';
import type { UpdateInput } from '../../domain/update-input';
import { basesOfFound } from '../../domain/creation-bases';
import { baseAfterWrite, hasWrites, planUpdate } from '../../domain/plan-update';
import { standardFields } from '../../domain/standard-fields';
import { PORTAL, aLink, aTextField, anObservation, statuses } from './records';

const context = { timeZone: 'UTC', statuses };

const base = (raw: JsonValue, canonical: string | null = typeof raw === 'string' ? raw : null): FieldBase => ({
  officernd: { canonical, raw },
  hubspot: { canonical, raw },
});

type Values = Readonly<Record<string, JsonValue>>;

/** A linked company with the fields `one` and `two`. OfficeRnD's record has its link id already. */
const plan = (officernd: Values, hubspot: Values, snapshot: Snapshot, given: Partial<UpdateInput> = {}) =>
  planUpdate({
    link: aLink(),
    officernd: anObservation({ side: 'officernd', id: 'o1', values: officernd, linkId: '42-1' }),
    hubspot: anObservation({ values: hubspot }),
    snapshot,
    fields: [aTextField('one'), aTextField('two')],
    context,
    portalId: PORTAL,
    pipelineId: 'sales',
    wasRefused: () => false,
    ...given,
  });

const opportunity = (officernd: Values, hubspot: Values, snapshot: Snapshot = {}) =>
  plan(officernd, { pipeline: 'sales', ...hubspot }, snapshot, { fields: standardFields('opportunity') });

test('A1 values that agree and have a base need nothing', () => {
  const quiet = plan({ one: 'a' }, { one: 'a' }, { one: base('a'), two: base(null) });
  expect(quiet).toMatchObject({ officerndChanges: {}, hubspotChanges: {}, changes: [], losses: [], snapshotChanged: false });
  expect(hasWrites(quiet)).toBe(false);
});

test('M1 an agreement becomes the base without a write, also after a crash between write and base', () => {
  const healed = plan({ one: 'new' }, { one: 'new' }, { one: base('old'), two: base(null) });
  expect(hasWrites(healed)).toBe(false);
  expect(healed).toMatchObject({ snapshotChanged: true, snapshot: { one: base('new') } });
});

test('M3 M9 the changed field is sent to the other side, and no other', () => {
  expect(plan({ one: 'a', two: 'b' }, { one: 'x', two: 'b' }, { one: base('a'), two: base('b') })).toMatchObject({
    officerndChanges: { one: 'x' },
    hubspotChanges: {},
  });
  expect(plan({ one: 'x', two: 'b' }, { one: 'a', two: 'b' }, { one: base('a'), two: base('b') })).toMatchObject({
    officerndChanges: {},
    hubspotChanges: { one: 'x' },
  });
});

test('M3 changes of both sides to different fields cross', () => {
  const crossing = plan({ one: 'x', two: 'b' }, { one: 'a', two: 'y' }, { one: base('a'), two: base('b') });
  expect(crossing).toMatchObject({ officerndChanges: { two: 'y' }, hubspotChanges: { one: 'x' }, losses: [] });
});

test.each([
  ['M4 A3 a conflict keeps base and both values', { one: base('b') }, 'conflict', 'M4', 'b'],
  ['M2 A3 a value that gives way at the first link is kept too', {}, 'first-link', 'M2', null],
] as const)('%s', (_title, snapshot, kind, rule, old) => {
  const { losses, hubspotChanges } = plan({ one: 'o' }, { one: 'h' }, snapshot);
  expect(hubspotChanges).toEqual({ one: 'o' });
  expect(losses).toEqual([{ kind, change: { field: 'one', base: old, officernd: 'o', hubspot: 'h', rule, action: 'writeHubspot' } }]);
});

test('M5 drift is reported, written nowhere, and its base stays', () => {
  const drifting = plan({ one: 'x' }, { one: 'a' }, { one: base('a') }, { fields: [aTextField('one', { direction: '←' })] });
  expect(hasWrites(drifting)).toBe(false);
  expect(drifting.changes).toMatchObject([{ field: 'one', rule: 'M5', action: 'drift' }]);
  expect(drifting.snapshot).toEqual({ one: base('a') });
});

test('M6 a cleared value is null in OfficeRnD and an empty text in HubSpot', () => {
  expect(plan({ one: 'a' }, {}, { one: base('a') }).officerndChanges).toEqual({ one: null });
  expect(plan({}, { one: 'a' }, { one: base('a') }).hubspotChanges).toEqual({ one: '' });
});

test('M7 the base holds what each side gave back, so that a vendor’s rewriting is no change', () => {
  const field = aTextField('one');
  const [o, h] = [anObservation({ side: 'officernd', values: { one: 'padded' } }), anObservation({ values: { one: ' padded ' } })];
  const after = baseAfterWrite(field, o, h, context);
  expect(after).toEqual({ officernd: { canonical: 'padded', raw: 'padded' }, hubspot: { canonical: ' padded ', raw: ' padded ' } });
  expect(hasWrites(plan(o.values, h.values, { one: after }))).toBe(false);
});

test('M9 the base of a field that is no longer mapped is kept, and the field is not sent', () => {
  const planned = plan({ one: 'a', old: 'x' }, { one: 'a', old: 'y' }, { one: base('a'), old: base('z') });
  expect(planned.snapshot).toHaveProperty('old', base('z'));
  expect(hasWrites(planned)).toBe(false);
});

test('M2 a newly mapped field has no base, and the others keep theirs', () => {
  const planned = plan({ one: 'a', two: 'o' }, { one: 'x', two: 'h' }, { one: base('a') });
  expect(planned.changes.map(({ field, rule }) => `${field} ${rule}`)).toEqual(['one M3', 'two M2']);
});

test('M10 a refused value is not sent again and does not hold back the others; another value is', () => {
  const wasRefused: UpdateInput['wasRefused'] = (side, field, value) => side === 'hubspot' && field === 'one' && value === 'bad';
  const bases = { one: base('a'), two: base('b') };
  const again = plan({ one: 'bad', two: 'x' }, { one: 'a', two: 'b' }, bases, { wasRefused });
  expect(again).toMatchObject({ hubspotChanges: { two: 'x' }, refused: ['one'] });
  const other = plan({ one: 'good', two: 'b' }, { one: 'a', two: 'b' }, bases, { wasRefused });
  expect(other).toMatchObject({ hubspotChanges: { one: 'good' }, refused: [] });
  expect(plan({ one: 'a' }, { one: 'bad' }, { one: base('a') }, { wasRefused }).officerndChanges).toEqual({ one: 'bad' });
});

test('M11 the probability that HubSpot set with the stage flows back in a second round', () => {
  const bases = { status: base('open'), probability: base(20, '20'), name: base('Desk'), dealSize: base(null), startDate: base(null) };
  const before = { name: 'Desk', status: 'closed', probability: 20 };
  const first = opportunity(before, { dealname: 'Desk', dealstage: 'talk', hs_deal_stage_probability: '0.2' }, bases);
  expect(first).toMatchObject({ officerndChanges: {}, hubspotChanges: { dealstage: 'won' } });
  const closed = { dealname: 'Desk', dealstage: 'won', hs_deal_stage_probability: '1', closedate: '2026-01-31T09:00:00Z' };
  const second = opportunity(before, closed, { ...bases, status: base('closed') });
  expect(second).toMatchObject({ officerndChanges: { probability: 100 }, hubspotChanges: {} });
  expect(second.officerndChanges).toHaveProperty('startDate');
});

describe('M13 a probability that followed from the status that is replaced', () => {
  const own = { ...statuses, probabilityByStatus: { open: 20, closed: 100 } };
  const both = (officernd: Values, hubspot: Values, snapshot: Snapshot) =>
    plan({ name: 'Desk', ...officernd }, { dealname: 'Desk', pipeline: 'sales', ...hubspot }, snapshot, {
      fields: standardFields('opportunity'),
      context: { timeZone: 'UTC', statuses: own },
    });
  const statusBase = (status: string, stage: string): FieldBase => ({
    officernd: { canonical: status, raw: status },
    hubspot: { canonical: status, raw: stage },
  });
  const others = { probability: base(100, '100'), name: base('Desk'), dealSize: base(null), startDate: base(null) };
  const bases = { ...others, status: statusBase('closed', 'won') };
  const moved = { dealstage: 'talk', hs_deal_stage_probability: '0.4' };
  const first = both({ status: 'closed', probability: 100 }, moved, bases);

  test('M13 the status is written, and the base stays', () => {
    expect(first).toMatchObject({ officerndChanges: { status: 'open' }, snapshot: { probability: bases.probability } });
    expect(first.officerndChanges).not.toHaveProperty('probability');
  });

  test('M3 M13 one that OfficeRnD has left behind is replaced by HubSpot’s', () => {
    const second = both({ status: 'open', probability: 100 }, moved, { ...first.snapshot, status: statusBase('open', 'talk') });
    expect(second).toMatchObject({ officerndChanges: { probability: 40 }, changes: [{ field: 'probability', rule: 'M3' }] });
  });

  test('M13 one that OfficeRnD has set with the status counts as agreed', () => {
    const second = both({ status: 'open', probability: 20 }, moved, { ...first.snapshot, status: statusBase('open', 'talk') });
    expect(hasWrites(second)).toBe(false);
    expect(second.snapshot['probability']).toMatchObject({ officernd: { canonical: '20' }, hubspot: { canonical: '40' } });
  });
});

test('M12 a probability that was changed in OfficeRnD is drift, since HubSpot computes it', () => {
  const planned = opportunity({ probability: 55 }, { hs_deal_stage_probability: '0.2' }, { probability: base(20, '20') });
  expect(planned.hubspotChanges).toEqual({});
  expect(planned.changes).toMatchObject([{ field: 'probability', rule: 'M12', action: 'drift' }]);
});

test.each([
  ['M12 a status without stage', { status: 'paused' }, { dealstage: 'new' }],
  ['M12 a stage without status', { status: 'open' }, { dealstage: 'mystery' }],
] as const)('%s is drift, never guessed', (_title, officernd, hubspot) => {
  const planned = opportunity(officernd, hubspot, { status: { ...base('open'), hubspot: { canonical: 'open', raw: 'new' } } });
  expect(planned.changes).toMatchObject([{ field: 'status', rule: 'M12', action: 'drift' }]);
  expect(hasWrites(planned)).toBe(false);
});

test('V3 a deal of a paused stage, or an opportunity of a paused status, is neither compared nor written, and its base stays', () => {
  const context = (paused: { readonly stages: readonly string[]; readonly statuses: readonly string[] }) => ({
    timeZone: 'UTC',
    statuses: { ...statuses, statusByStage: { new: 'open' }, stageByStatus: { open: 'new' }, paused },
  });
  const fields = standardFields('opportunity').filter(({ key }) => key === 'status');
  const bases = { status: { officernd: { canonical: 'closed', raw: 'closed' }, hubspot: { canonical: 'closed', raw: 'won' } } };
  for (const [officernd, dealstage, paused] of [
    ['closed', 'won', { stages: ['won'], statuses: [] }],
    ['open', 'won', { stages: ['won'], statuses: [] }],
    ['closed', 'new', { stages: [], statuses: ['closed'] }],
  ] as const) {
    const given = { fields, context: context(paused) };
    const planned = plan({ status: officernd }, { pipeline: 'sales', dealstage }, bases, given);
    expect(planned).toMatchObject({ officerndChanges: {}, hubspotChanges: {}, changes: [], snapshot: bases, snapshotChanged: false });
  }
  const others = { fields, context: context({ stages: ['won'], statuses: [] }) };
  const open = { status: { officernd: { canonical: 'open', raw: 'open' }, hubspot: { canonical: 'open', raw: 'new' } } };
  expect(plan({ status: 'open' }, { pipeline: 'sales', dealstage: 'talk' }, open, others).changes).toMatchObject([{ rule: 'M12' }]);
});

test('M12 a deal that went to another pipeline keeps its stage', () => {
  const moved = opportunity({ status: 'closed' }, { pipeline: 'other', dealstage: 'new' }, { status: base('open') });
  expect(hasWrites(moved)).toBe(false);
});

test('several stages of one status: the deal stays in its own', () => {
  expect(hasWrites(opportunity({ status: 'open' }, { dealstage: 'talk' }))).toBe(false);
});

test('a new name is halved for HubSpot, and HubSpot’s halves are joined', () => {
  const member = { fields: standardFields('member').filter(({ key }) => key === 'name') };
  const ann = { firstname: 'Mary Ann', lastname: 'Lee' };
  expect(plan({ name: 'Mary Ann Poe' }, ann, { name: base('Mary Ann Lee') }, member).hubspotChanges).toEqual({ lastname: 'Poe' });
  expect(plan({ name: 'Mary Lee' }, ann, { name: base('Mary Lee') }, member).officerndChanges).toEqual({ name: 'Mary Ann Lee' });
  expect(hasWrites(plan({ name: 'Mary Ann Lee' }, { firstname: 'Mary', lastname: 'Ann Lee' }, {}, member))).toBe(false);
});

test.each([
  ['L14 a link that does not show yet is written', null, { 'properties.hubspot_link_id': '42-1' }],
  ['L14 so is one that shows another record of ours', '42-9', { 'properties.hubspot_link_id': '42-1' }],
  ['L14 and one that cannot be read', 'nonsense', { 'properties.hubspot_link_id': '42-1' }],
  ['L14 a link that shows is left', '42-1', {}],
  ['U7 the id of another portal is left alone', '7-1', {}],
])('%s', (_title, linkId, changes) => {
  const officernd = anObservation({ side: 'officernd', id: 'o1', linkId });
  const { officerndChanges, linkIdChange } = plan({}, {}, {}, { officernd });
  expect(officerndChanges).toEqual(changes);
  const change = {
    field: 'properties.hubspot_link_id',
    base: null,
    officernd: linkId,
    hubspot: '42-1',
    rule: 'L14',
    action: 'writeOfficernd',
  };
  expect(linkIdChange).toEqual(Object.keys(changes).length === 0 ? null : change);
});

test('L14 with links.show: false no link id is written, whatever the record shows', () => {
  for (const linkId of [null, '42-9', 'nonsense', '42-1']) {
    const officernd = anObservation({ side: 'officernd', id: 'o1', linkId, values: { one: 'a' } });
    const hidden = plan({}, { one: 'x' }, { one: base('a') }, { officernd, showsLinks: false });
    expect(hidden).toMatchObject({ officerndChanges: { one: 'x' }, linkIdChange: null });
    expect(hidden.officerndChanges).toEqual({ one: 'x' });
  }
});

test('what HubSpot gets is text', () => {
  const fields = [
    aTextField('count', { type: 'number' }),
    aTextField('flag', { type: 'boolean' }),
    aTextField('tags', { type: 'multi-enumeration' }),
  ];
  expect(plan({ count: 3, flag: false, tags: ['a', 'b'] }, {}, {}, { fields }).hubspotChanges).toEqual({
    count: '3',
    flag: 'false',
    tags: 'a;b',
  });
});

test('L12 M2 of a record that was found after a lost answer, only values that are still as sent are agreed', () => {
  const sent = (field: string, hubspot: JsonValue) =>
    ({ field, base: null, officernd: null, hubspot, rule: 'L6', action: 'writeOfficernd' }) as const;
  const officernd = anObservation({ side: 'officernd', id: 'o1', values: { one: 'as sent', two: 'edited since', three: 'never sent' } });
  const fields = ['one', 'two', 'three'].map((key) => aTextField(key));
  const bases = basesOfFound(fields, officernd, [sent('one', 'as sent'), sent('two', 'b'), sent('no field any more', 'c')], context);
  expect(bases).toEqual({ one: base('as sent') });
});
