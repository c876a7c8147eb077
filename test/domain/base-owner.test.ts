import { fieldsWithoutBase, markBases } from '../../domain/base-owner';
import type { TenantMapping } from '../../domain/tenant-mapping';
import { planUpdate } from '../../domain/plan-update';
import { aLink, aMapping, anObservation, aTextField, PORTAL } from './records';
import { aContext, aField } from './values/a-field';

/** B3: a base belongs to what it was the base of. */

const vat = aTextField('VAT', { hubspot: ['vat_old'] });
const since = aField('date', { key: 'since', officernd: 'since', hubspot: ['since'], hubspotType: 'date' });
const status = aField('status', { key: 'status', officernd: 'status', hubspot: ['dealstage'] });
const mapping = aMapping({ fields: [vat, since, status], timeZone: 'Europe/London' });

const marksOf = (given: TenantMapping, known: Parameters<typeof markBases>[1], mark: string) => markBases(given, known, mark).owners;

test('B3 where nothing is known of earlier runs, present bases are taken for granted', () => {
  const { fields, owners } = markBases(mapping, null, 'run-1');
  expect(fields.map(({ baseMark }) => baseMark)).toEqual([undefined, undefined, undefined]);
  expect(markBases(mapping, owners, 'run-2').fields).toEqual(fields);
  expect(fieldsWithoutBase(mapping, null)).toEqual([]);
  expect(fieldsWithoutBase(mapping, owners)).toEqual([]);
});

test.each<[string, TenantMapping, object]>([
  [
    'another property',
    aMapping({ ...mapping, fields: [{ ...vat, hubspot: ['vat_id'] }, since, status] }),
    { field: 'VAT', why: 'property' },
  ],
  ['another type', aMapping({ ...mapping, fields: [vat, { ...since, hubspotType: 'datetime' }, status] }), { field: 'since', why: 'type' }],
  ['another time zone', aMapping({ ...mapping, timeZone: 'America/New_York' }), { field: 'since', why: 'time-zone' }],
])('B3 %s leaves that field, and no other, without base', (_what, changed, lost) => {
  const { owners } = markBases(mapping, null, 'run-1');
  expect(fieldsWithoutBase(changed, owners)).toEqual([expect.objectContaining(lost)]);
  const marked = marksOf(changed, owners, 'run-2').filter(({ mark }) => mark === 'run-2');
  expect(marked).toHaveLength(1);
  // And it keeps its new mark from then on.
  expect(marksOf(changed, marksOf(changed, owners, 'run-2'), 'run-3')).toEqual(marksOf(changed, owners, 'run-2'));
});

test('B3 a field that a run went by without has no base when it is mapped again', () => {
  const first = marksOf(mapping, null, 'run-1');
  const without = marksOf(aMapping({ ...mapping, fields: [since, status] }), first, 'run-2');
  expect(fieldsWithoutBase(mapping, without)).toEqual([{ entity: vat.entity, field: 'VAT', why: 'was-not-mapped' }]);
  expect(marksOf(mapping, without, 'run-3').find(({ key }) => key === 'VAT')?.mark).toBe('run-3');
});

test('B3 V3 a field that only paused, by itself or with its entity, keeps its bases', () => {
  const first = marksOf(mapping, null, 'run-1');
  const message = 'it is gone';
  const itself = aMapping({ ...mapping, fields: [since, status], paused: [{ entity: vat.entity, field: 'VAT', message }] });
  const other = aMapping({ ...mapping, fields: [since, status], paused: [{ entity: vat.entity, field: 'other', message }] });
  const withEntity = aMapping({ ...mapping, fields: [], paused: [{ entity: vat.entity, field: 'name', message }] });
  for (const [paused, kept] of [
    [itself, ''],
    [other, 'run-3'],
    [withEntity, ''],
  ] as const) {
    const during = marksOf(paused, first, 'run-2');
    expect(marksOf(paused, during, 'run-3')).toEqual(during);
    expect(marksOf(mapping, during, 'run-3').find(({ key }) => key === 'VAT')?.mark).toBe(kept);
  }
  expect(fieldsWithoutBase(mapping, marksOf(itself, first, 'run-2'))).toEqual([]);
});

test('B3 M2 a base with another mark counts as none, and the new base carries the field’s mark', () => {
  const both = (raw: string) => ({ canonical: raw, raw });
  const plan = (baseMark: string) =>
    planUpdate({
      link: aLink(),
      officernd: anObservation({ side: 'officernd', values: { VAT: 'GB1' } }),
      hubspot: anObservation({ side: 'hubspot', values: { vat_old: 'GB2' } }),
      snapshot: { VAT: { mark: 'run-1', officernd: both('GB1'), hubspot: both('GB1') } },
      fields: [{ ...vat, officernd: 'VAT', baseMark }],
      context: aContext(),
      portalId: PORTAL,
      pipelineId: 'default',
      wasRefused: () => false,
    });
  expect(plan('run-1').changes).toEqual([expect.objectContaining({ rule: 'M3', action: 'writeOfficernd' })]);
  expect(plan('run-2').changes).toEqual([expect.objectContaining({ rule: 'M2', action: 'writeHubspot' })]);
  expect(plan('run-2').losses).toEqual([expect.objectContaining({ kind: 'first-link' })]);
});

test('B3 a table of statuses that changes concerns the bases in the stages that changed; a new entry concerns none', () => {
  const { owners } = markBases(mapping, null, 'run-1');
  const grown = { statusByStage: { ...mapping.statuses.statusByStage, extra: 'open' }, stageByStatus: mapping.statuses.stageByStatus };
  const turned = { statusByStage: { new: 'closed', talk: 'open', won: 'closed' }, stageByStatus: { open: 'talk', closed: 'won' } };
  expect(fieldsWithoutBase(aMapping({ ...mapping, statuses: grown }), owners)).toEqual([]);
  expect(fieldsWithoutBase(aMapping({ ...mapping, statuses: turned }), owners)).toMatchObject([{ field: 'status', why: 'statuses' }]);
  const plan = (statuses: TenantMapping['statuses']) =>
    planUpdate({
      link: aLink(),
      officernd: anObservation({ side: 'officernd', values: { status: 'open' } }),
      hubspot: anObservation({ side: 'hubspot', values: { dealstage: 'won', pipeline: 'default' } }),
      snapshot: { status: { officernd: { canonical: 'open', raw: 'open' }, hubspot: { canonical: 'open', raw: 'new' } } },
      fields: [status],
      context: { ...aContext(), statuses },
      portalId: PORTAL,
      pipelineId: 'default',
      wasRefused: () => false,
    }).changes.map(({ rule, action }) => [rule, action]);
  expect(plan(grown)).toEqual([['M3', 'writeOfficernd']]);
  expect(plan(turned)).toEqual([['M2', 'writeHubspot']]);
});
