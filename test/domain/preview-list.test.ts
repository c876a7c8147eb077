import type { FieldChange } from '../../domain/operation';
import { everything, filtered, loserOf, splitByLoss, totalsOf } from '../../domain/preview-list';
import type { ShownOperation } from '../../domain/preview-list';

const change = (part: Partial<FieldChange>): FieldChange => ({
  field: 'phone',
  base: null,
  officernd: 'o',
  hubspot: 'h',
  rule: 'M3',
  action: 'writeHubspot',
  ...part,
});
const operation = (part: Partial<ShownOperation>): ShownOperation => ({
  phase: 'update',
  entity: 'member',
  kind: 'updateHubspot',
  officerndId: 'o1',
  hubspotId: '7',
  fields: [],
  reason: 'merge',
  ...part,
});
const lost = change({ rule: 'M4' });
const filled = change({ field: 'city', rule: 'M2', hubspot: null });
const mixed = operation({ fields: [lost, filled] });
const unlink = operation({ phase: 'unlink', kind: 'unlink', entity: 'company', officerndId: 'o2', hubspotId: '8', reason: 'U1' });
const all = [unlink, mixed];

test.each<[string, Partial<FieldChange>, string | null]>([
  ['M4', { rule: 'M4' }, 'hubspot'],
  ['M2 over a value', { rule: 'M2', action: 'writeOfficernd' }, 'officernd'],
  ['M2 into a blank', { rule: 'M2', hubspot: ' ' }, null],
  ['M2 into a name without halves', { rule: 'M2', hubspot: ['', null] }, null],
  ['M3', {}, null],
])('M2, M4 which value gives way: %s', (_rule, part, side) => expect(loserOf(change(part))).toBe(side));

test('a list is split into values that give way and the rest, field by field', () => {
  const { givesWay, rest } = splitByLoss(all);
  expect(givesWay).toEqual([{ ...mixed, fields: [lost] }]);
  expect(rest).toEqual([unlink, { ...mixed, fields: [filled] }]);
});

test('totals count operations, and of updates fields, by entity and rule', () => {
  expect(totalsOf([...all, operation({ fields: [lost] })])).toEqual([
    { phase: 'unlink', entity: 'company', kind: 'unlink', rule: 'U1', effects: 1, giveWay: 0 },
    { phase: 'update', entity: 'member', kind: 'updateHubspot', rule: 'M2', effects: 1, giveWay: 0 },
    { phase: 'update', entity: 'member', kind: 'updateHubspot', rule: 'M4', effects: 2, giveWay: 2 },
  ]);
});

test.each<[string, Parameters<typeof filtered>[1], readonly ShownOperation[]]>([
  ['nothing', everything, all],
  ['an entity', { ...everything, entities: ['company'] }, [unlink]],
  ['a rule of operations', { ...everything, rules: ['U1'] }, [unlink]],
  ['a rule of fields', { ...everything, rules: ['M2'] }, [{ ...mixed, fields: [filled] }]],
  ['an id of either side', { ...everything, ids: ['o1', '8'] }, all],
  ['a link id', { ...everything, ids: ['123-8'] }, [unlink]],
  ['both', { ...everything, rules: ['M4'], ids: ['8'] }, []],
])('a filter for %s', (_what, filter, expected) => expect(filtered(all, filter)).toEqual(expected));
