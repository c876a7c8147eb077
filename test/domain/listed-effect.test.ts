import { effectsOf, listedText, previewDigestText } from '../../domain/listed-effect';
import type { ListedEffect } from '../../domain/listed-effect';
import type { FieldChange } from '../../domain/operation';

const change = (part: Partial<FieldChange> = {}): FieldChange => ({
  field: 'phone',
  base: '1',
  officernd: '1',
  hubspot: '2',
  rule: 'M3',
  action: 'writeOfficernd',
  ...part,
});

const anUpdate = (part: Partial<ListedEffect> = {}): ListedEffect => ({
  phase: 'update',
  entity: 'member',
  kind: 'updateOfficernd',
  officerndId: 'o1',
  hubspotId: '7',
  reason: 'merge',
  fields: [change(), change({ field: 'email' })],
  ...part,
});

const hashesOf = (operation: ListedEffect, isNew?: boolean) => effectsOf(operation, isNew).map(listedText);

test('P2 each field of an update is an effect of its own; a creation is one whole', () => {
  expect(effectsOf(anUpdate()).map(({ fields }) => fields.map(({ field }) => field))).toEqual([['phone'], ['email']]);
  expect(effectsOf(anUpdate({ phase: 'link', kind: 'create' }))).toHaveLength(1);
});

test.each<[string, Partial<ListedEffect>]>([
  ['another value', { fields: [change({ hubspot: '3' })] }],
  ['another base', { fields: [change({ base: '0' })] }],
  ['another value that gives way', { fields: [change({ officernd: '9' })] }],
  ['another rule', { fields: [change({ rule: 'M4' })] }],
  ['another record', { hubspotId: '8' }],
  ['the other side', { kind: 'updateHubspot' }],
])('P2 %s makes another effect', (_what, part) => {
  const [same] = hashesOf(anUpdate({ fields: [change()] }));
  expect(hashesOf(anUpdate({ fields: [change()] }))).toEqual([same]);
  expect(hashesOf(anUpdate({ fields: [change()], ...part }))).not.toContain(same);
});

test('P2 a blank in another form makes no other effect', () => {
  const blank = (hubspot: FieldChange['hubspot']) => hashesOf(anUpdate({ fields: [change({ hubspot })] }));
  expect(blank('')).toEqual(blank(null));
  expect(blank(['Ann', ''])).toEqual(blank(['Ann', null]));
  expect(blank(['Ann', ''])).not.toEqual(blank(['Ann', 'Lee']));
});

test('P2 a creation in another company or location is another effect', () => {
  const creation = anUpdate({ phase: 'link', kind: 'create', officerndId: null, place: '["here","1"]' });
  expect(hashesOf(creation)).not.toEqual(hashesOf({ ...creation, place: '["there","1"]' }));
});

test('the id that a preview makes up stands for the record that the run creates', () => {
  expect(hashesOf(anUpdate({ officerndId: 'preview-1-7' }))).toEqual(hashesOf(anUpdate({ officerndId: '65f0' }), true));
  expect(hashesOf(anUpdate({ officerndId: 'preview-1-7' }))).not.toEqual(hashesOf(anUpdate({ officerndId: '65f0' })));
});

test('P1 the digest of a preview covers tenant, pair, configuration, entities and every effect, in any order', () => {
  const preview = { tenant: 't', entities: ['member'], basis: { pair: 'p', configuration: 'c' }, effects: ['a', 'b'] } as const;
  const text = previewDigestText(preview);
  expect(previewDigestText({ ...preview, effects: ['b', 'a'] })).toBe(text);
  for (const other of [
    { tenant: 'u' },
    { entities: ['company'] },
    { basis: { pair: 'q', configuration: 'c' } },
    { basis: { pair: 'p', configuration: 'd' } },
    { effects: ['a'] },
  ] as const)
    expect(previewDigestText({ ...preview, ...other })).not.toBe(text);
});

test('D1 P2 the end of a link keeps its partner, though the HubSpot record is created anew in the same run', () => {
  const end = { ...anUpdate(), phase: 'unlink', kind: 'unlink', reason: 'D1', fields: [] } as const;
  expect(hashesOf(end, true)).toEqual(hashesOf(end));
  expect(effectsOf({ ...end, phase: 'link', kind: 'create' }, true)[0]).toMatchObject({ officerndId: null });
});
