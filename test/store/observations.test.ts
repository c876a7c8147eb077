import { observationHash } from '../../store/content-hash';
import type { PageRequest } from '../../store/paging';
import { anObservation } from './builders';
import { useTestStore } from './test-store';

const own = useTestStore();

const first: PageRequest = { after: null, limit: 2 };
const ids = (items: readonly { readonly id: string }[]) => items.map(({ id }) => id);

test('a record with any names and values is read back unchanged', async () => {
  const odd = anObservation({
    side: 'officernd',
    values: { 'properties.VAT no. 1': '$x', $where: { 'a.b': [1, { $set: null }], '': false }, amount: 12.5, empty: {}, none: [] },
    keys: { emails: ['a@example.com'], name: 'ann' },
    parents: { companies: ['c1'], members: ['m1'] },
    linkId: '7-101',
    locationId: 'l1',
  });
  await own.tenant.observations.record('run-1', [odd]);
  const found = await own.tenant.observations.byIds('run-1', 'officernd', 'member', ['101', '102']);
  expect([...found]).toEqual([['101', odd]]);
  expect([...(await own.tenant.observations.parentsByIds('run-1', 'officernd', 'member', ['101', '102']))]).toEqual([
    ['101', { parents: { companies: ['c1'], members: ['m1'] } }],
  ]);
});

test('recording distinguishes changed from unchanged records, and may be repeated', async () => {
  const one = anObservation({ id: '1', values: { a: 1, b: 2 } });
  const other = anObservation({ id: '2' });
  expect(await own.tenant.observations.record('run-1', [one, other])).toMatchObject({ changed: 2, unchanged: 0 });
  expect(await own.tenant.observations.record('run-1', [one, other])).toMatchObject({ changed: 0, unchanged: 2 });
  const changed = { ...other, values: { email: 'b@example.com' } };
  const added = anObservation({ id: '3' });
  expect(await own.tenant.observations.record('run-2', [{ ...one, values: { b: 2, a: 1 } }, changed, added])).toMatchObject({
    changed: 2,
    unchanged: 1,
    changedIds: ['2', '3'],
  });
  expect([...(await own.tenant.observations.byIds('run-2', 'hubspot', 'member', ['1', '2', '3'])).values()]).toEqual([one, changed, added]);
  expect(await own.tenant.observations.record('run-2', [])).toMatchObject({ changed: 0, unchanged: 0 });
});

test('recording distinguishes new, changed and unchanged records of a long page, too', async () => {
  const page = Array.from({ length: 150 }, (_, index) => anObservation({ id: `${index}` }));
  const ids = page.map(({ id }) => id);
  expect(await own.tenant.observations.record('run-1', page.slice(0, 140))).toMatchObject({ changed: 140, unchanged: 0 });
  const next = page.map((one, index) => (index < 10 ? { ...one, values: { email: 'new@example.com' } } : one));
  expect(await own.tenant.observations.record('run-2', next)).toMatchObject({ changed: 20, unchanged: 130 });
  expect(await own.tenant.observations.record('run-3', next)).toMatchObject({ changed: 0, unchanged: 150 });
  expect(new Set((await own.tenant.observations.byIds('run-3', 'hubspot', 'member', ids)).values())).toEqual(new Set(next));
  const other = next.map((one) => ({ ...one, values: { email: 'other@example.com' } }));
  expect(await own.tenant.observations.record('run-4', other)).toMatchObject({ changed: 150, unchanged: 0 });
  expect(new Set((await own.tenant.observations.byIds('run-4', 'hubspot', 'member', ids)).values())).toEqual(new Set(other));
});

test.each([1, 150])('A2 the reading of a slice that was frozen replaces nothing that a later slice has read: %s records', async (count) => {
  const page = (value: string, more = 0) =>
    Array.from({ length: count + more }, (_, index) => anObservation({ id: `${index}`, values: { email: value } }));
  const ids = page('', 1).map(({ id }) => id);
  const [frozen, later] = [own.tenant.observations.asReadAt(1_000), own.tenant.observations.asReadAt(2_000)];
  await frozen.record('run-1', page('first'));
  await later.record('run-2', page('new'));
  // One record is new to both, so it is stored.
  await frozen.record('run-1', page('old', 1));
  expect((await frozen.byIds('run-1', 'hubspot', 'member', ids)).size).toBe(1);
  // Read again unchanged, it is still live in the later run alone.
  await frozen.record('run-1', page('new'));
  await frozen.forget('run-2', 'hubspot', 'member', ids);
  expect([...(await later.byIds('run-2', 'hubspot', 'member', ids)).values()]).toEqual(expect.arrayContaining(page('new')));
  expect(await later.countLive('run-2', 'hubspot', 'member')).toBe(count);
  // Nor does the end of its run forget what the later one has read.
  expect(await frozen.forgetUnseen('run-1', 'hubspot', 'member')).toBe(0);
  await later.record('run-2', page('newer', 1));
  expect(await later.countLive('run-2', 'hubspot', 'member')).toBe(count + 1);
  expect(await later.forgetUnseen('run-3', 'hubspot', 'member')).toBe(count + 1);
});

test('A2 two attempts at the same page both succeed', async () => {
  const page = Array.from({ length: 50 }, (_, id) => anObservation({ id: `${id}` }));
  await Promise.all([1, 2, 3].map(() => own.tenant.observations.record('run-1', page)));
  expect(await own.tenant.observations.countLive('run-1', 'hubspot', 'member')).toBe(50);
});

test('of a record that is given twice the last one counts', async () => {
  await own.tenant.observations.record('run-1', [anObservation({ values: { a: 1 } }), anObservation({ values: { a: 2 } })]);
  expect([...(await own.tenant.observations.byIds('run-1', 'hubspot', 'member', ['101'])).values()]).toEqual([
    anObservation({ values: { a: 2 } }),
  ]);
});

test('only what a run has seen is live in it', async () => {
  await own.tenant.observations.record(
    'run-1',
    ['1', '2'].map((id) => anObservation({ id, keys: { emails: ['a@x'], name: 'n' }, mergedIds: ['9'] })),
  );
  await own.tenant.observations.record('run-2', [anObservation({ id: '2', keys: { emails: ['a@x'], name: 'n' }, mergedIds: ['9'] })]);
  expect((await own.tenant.observations.pageIds('run-2', 'hubspot', 'member', first)).items).toEqual(['2']);
  expect([...(await own.tenant.observations.byIds('run-2', 'hubspot', 'member', ['1', '2'])).keys()]).toEqual(['2']);
  const live = async (among: readonly string[]) => [...(await own.tenant.observations.liveAmong('run-2', 'hubspot', 'member', among))];
  expect(
    await Promise.all(
      [
        ['1', '2', '3'],
        ['2', '2'],
        ['1', '3'],
      ].map(live),
    ),
  ).toEqual([['2'], ['2'], []]);
  expect(ids(await own.tenant.observations.byKeys('run-2', 'hubspot', 'member', 'email', ['a@x']))).toEqual(['2']);
  expect(ids(await own.tenant.observations.byKeys('run-2', 'hubspot', 'member', 'name', ['n']))).toEqual(['2']);
  expect((await own.tenant.observations.byMergedIds('run-2', 'member', ['9'])).get('9')?.id).toBe('2');
  expect(await own.tenant.observations.countLive('run-2', 'hubspot', 'member')).toBe(1);
  expect(await own.tenant.observations.forgetUnseen('run-2', 'hubspot', 'member')).toBe(1);
  expect(await own.tenant.observations.forgetUnseen('run-2', 'hubspot', 'member')).toBe(0);
});

test('pages come in id order, each record once, and end with null', async () => {
  await own.tenant.observations.record(
    'run-1',
    ['10', '9', '1', '2'].map((id) => anObservation({ id })),
  );
  await own.tenant.observations.record('run-1', [
    anObservation({ id: '3', side: 'officernd' }),
    anObservation({ id: '4', entity: 'company' }),
  ]);
  const one = await own.tenant.observations.pageIds('run-1', 'hubspot', 'member', first);
  expect([one.items, one.next]).toEqual([['1', '10'], '10']);
  const two = await own.tenant.observations.pageIds('run-1', 'hubspot', 'member', { after: one.next, limit: 2 });
  expect([two.items, two.next]).toEqual([['2', '9'], null]);
});

test('L2 OfficeRnD records with a link id are found by it and in pages', async () => {
  const officernd = (id: string, linkId: string | null) => anObservation({ side: 'officernd', id, linkId });
  await own.tenant.observations.record('run-1', [
    officernd('a', '7-1'),
    officernd('b', null),
    officernd('c', '7-2'),
    officernd('d', '7-2'),
  ]);
  const page = await own.tenant.observations.pageLinkIds('run-1', 'member', first);
  expect(page).toEqual({
    items: [
      { id: 'a', linkId: '7-1' },
      { id: 'c', linkId: '7-2' },
    ],
    next: 'c',
  });
  expect(ids((await own.tenant.observations.pageLinkIds('run-1', 'member', { after: 'c', limit: 2 })).items)).toEqual(['d']);
  expect(ids(await own.tenant.observations.byLinkIds('run-1', 'member', ['7-2', '7-3'])).sort()).toEqual(['c', 'd']);
});

test('L3 a record that has several of the keys is found once', async () => {
  await own.tenant.observations.record('run-1', [
    anObservation({ id: '1', keys: { emails: ['a@x', 'b@x'], name: 'ann' } }),
    anObservation({ id: '2', keys: { emails: ['c@x'], name: null } }),
    anObservation({ id: '3', side: 'officernd', keys: { emails: ['a@x'], name: 'ann' } }),
  ]);
  expect(ids(await own.tenant.observations.byKeys('run-1', 'hubspot', 'member', 'email', ['a@x', 'b@x', 'd@x']))).toEqual(['1']);
  expect(ids(await own.tenant.observations.byKeys('run-1', 'officernd', 'member', 'name', ['ann', 'bob']))).toEqual(['3']);
});

test('U3 a record is found by every id that was merged into it', async () => {
  await own.tenant.observations.record('run-1', [
    anObservation({ id: '5', mergedIds: ['1', '2', '3'] }),
    anObservation({ id: '6', mergedIds: ['4'] }),
  ]);
  const found = await own.tenant.observations.byMergedIds('run-1', 'member', ['1', '3', '4', '8']);
  expect(new Map([...found].map(([id, survivor]) => [id, survivor.id]))).toEqual(
    new Map([
      ['1', '5'],
      ['3', '5'],
      ['4', '6'],
    ]),
  );
});

test('a hash changes with the live records and with their content', async () => {
  const hashOf = async (run: string) => (await own.tenant.observations.hashesByIds(run, 'hubspot', 'member', ['1', '2'])).get('1');
  const one = anObservation({ id: '1', values: { a: 1, b: 2 } });
  await own.tenant.observations.record('run-1', [one]);
  expect(await own.tenant.observations.hashesByIds('run-1', 'hubspot', 'member', ['1', '2'])).toEqual(
    new Map([['1', observationHash(one)]]),
  );
  await own.tenant.observations.record('run-2', [{ ...one, values: { b: 2, a: 1 } }]);
  expect(await hashOf('run-2')).toBe(observationHash(one));
  expect(await hashOf('run-1')).toBeUndefined();
  await own.tenant.observations.record('run-2', [{ ...one, values: { a: 1, b: 3 } }]);
  expect(await hashOf('run-2')).not.toBe(observationHash(one));
});

test('the hash of a side’s content does not depend on the order, the pages and the vendor’s stamps', async () => {
  const records = ['1', '2', '3'].map((id) => anObservation({ id, values: { a: id } }));
  const contentOf = async (run: string) => (await own.tenant.observations.contents(run, ['member'])).find(({ side }) => side === 'hubspot');
  await own.tenant.observations.record('run-1', records);
  const before = await contentOf('run-1');
  expect(before).toMatchObject({ records: 3, hash: expect.stringMatching(/^[0-9a-f]{32}$/) });
  for (const record of records.toReversed())
    await own.tenant.observations.record('run-2', [{ ...record, modifiedAt: '2031-01-01T00:00:00Z' }]);
  // A page that is stored twice counts only once.
  await own.tenant.observations.record('run-2', records.slice(0, 2));
  expect(await contentOf('run-2')).toEqual(before);
  await own.tenant.observations.record('run-2', [anObservation({ id: '3', values: { a: '4' } })]);
  expect(await contentOf('run-2')).not.toEqual(before);
  await own.tenant.observations.record('run-2', records);
  expect(await contentOf('run-2')).toEqual(before);
  await own.tenant.observations.forget('run-2', 'hubspot', 'member', ['2']);
  expect(await contentOf('run-2')).toMatchObject({ records: 2, hash: expect.not.stringContaining(before?.hash ?? '') });
  expect(await own.tenant.observations.contents('run-9', ['member'])).toContainEqual({
    side: 'officernd',
    entity: 'member',
    records: 0,
    hash: '0'.repeat(32),
  });
});

test('asking for nothing finds nothing', async () => {
  await own.tenant.observations.record('run-1', [anObservation()]);
  expect((await own.tenant.observations.byIds('run-1', 'hubspot', 'member', [])).size).toBe(0);
  expect((await own.tenant.observations.byMergedIds('run-1', 'member', [])).size).toBe(0);
  expect(await own.tenant.observations.byKeys('run-1', 'hubspot', 'member', 'email', [])).toEqual([]);
  expect(await own.tenant.observations.byKeys('run-1', 'hubspot', 'member', 'name', [])).toEqual([]);
  expect(await own.tenant.observations.byLinkIds('run-1', 'member', [])).toEqual([]);
});

test('a tenant sees nothing of another', async () => {
  await own.tenant.observations.record('run-1', [anObservation()]);
  const other = own.store.forTenant('another').observations;
  expect((await other.pageIds('run-1', 'hubspot', 'member', first)).items).toEqual([]);
  expect((await other.byIds('run-1', 'hubspot', 'member', ['101'])).size).toBe(0);
});
