import { aConflict, anOperation, aPair, aProposal, aRun } from './builders';
import { useTestStore } from './test-store';

/** The store's part in undoing (X1–X3) and in taking back (D2). */

const own = useTestStore();
const page = { after: null, limit: 10 };

test('X1 X2 an operation keeps what it wrote and the link id before, and what was left keeps the reason', async () => {
  const { operations } = own.tenant;
  const [change] = anOperation().fields;
  if (change === undefined) throw new Error('The builder has a change.');
  const full = anOperation({ linkIdBefore: null, fields: [{ ...change, after: null }] });
  await operations.plan('run-1', [full, anOperation({ id: 'op-2' })]);
  await operations.restate('run-1', new Map([['op-2', [{ ...change, after: { 'a.b': 'rewritten' } }]]]));
  await operations.leave('run-1', [anOperation({ id: 'op-3', reason: 'X1 left' })], 'refused');
  await operations.leave('run-1', [anOperation({ id: 'op-3', reason: 'X1 left' })], 'changed-since');
  const { items } = await operations.pageWithTimes('run-1', {}, page);
  expect(items).toMatchObject([
    full,
    { id: 'op-2', fields: [{ after: { 'a.b': 'rewritten' } }], plannedAt: expect.any(Date) },
    { id: 'op-3', state: 'failed', error: 'changed-since' },
  ]);
  expect(await operations.count('run-1', { state: 'failed', reasons: ['X1 left'] })).toBe(1);
});

test('X2 a link that was taken back is known by its records until it is made again', async () => {
  const { links, suppressions } = own.tenant;
  const pair = aPair();
  await links.activate([pair]);
  await links.retireUndone('member/o1/101', 'undo');
  expect(await links.undoneRecords('member')).toEqual({ officernd: new Set(['o1']), hubspot: new Set(['101']) });
  expect(await links.undoneRecords('company')).toEqual({ officernd: new Set(), hubspot: new Set() });
  const retired = { state: 'retired', reason: null, undoneBy: 'undo', linkedRun: 'run-1', retiredRun: 'undo' };
  expect((await links.byIds(['member/o1/101', 'none'])).get('member/o1/101')).toMatchObject(retired);
  await links.activate([{ ...pair, origin: 'restored', run: 'run-2' }]);
  expect((await links.undoneRecords('member')).hubspot.size).toBe(0);
  expect((await links.byIds(['member/o1/101'])).get('member/o1/101')).toMatchObject({ state: 'active', linkedRun: 'run-2' });
  await links.retire('member/o1/101', 'hubspot-deleted', 'run-3');
  expect((await links.byIds(['member/o1/101'])).get('member/o1/101')).not.toHaveProperty('undoneBy');

  await suppressions.add('member', ['1'], 'undo', new Date());
  await suppressions.add('member', ['2'], 'other', new Date());
  await suppressions.removeOf('undo', 'member', ['1', '2']);
  expect(await suppressions.among('member', ['1', '2'])).toEqual(new Set(['2']));
});

test('D2 a conflict has a short name, is found by its beginning, and knows who took it back', async () => {
  const { conflicts } = own.tenant;
  await conflicts.record([aConflict({ run: 'r1' }), aConflict({ run: 'r1', field: 'phone' })]);
  const { items } = await conflicts.page('r1', page);
  const [one, other] = items.map(({ id }) => id);
  if (one === undefined || other === undefined) throw new Error('Two conflicts were recorded.');
  expect(one).toMatch(/^[0-9a-f]{12}$/);
  expect((await conflicts.byIds([one, 'none'])).map(({ id }) => id)).toEqual([one]);
  expect(await conflicts.idsFrom(one.slice(0, 10), 2)).toEqual([one]);
  expect(await conflicts.idsFrom('', 2)).toEqual([one, other].toSorted());
  await conflicts.noteTakenBack([one], 'r2');
  const takenBack = new Map((await conflicts.byIds([one, other])).map(({ id, takenBackBy }) => [id, takenBackBy]));
  expect([takenBack.get(one), takenBack.get(other)]).toEqual(['r2', undefined]);
  await conflicts.noteTakenBack([one], null);
  expect((await conflicts.byIds([one]))[0]).not.toHaveProperty('takenBackBy');
});

test('X3 a run and a proposal keep what they take back, and the newest sync is no such run', async () => {
  const { runs, proposals } = own.tenant;
  const undoes = { run: 'sync', entity: 'member', field: 'phone' } as const;
  await runs.start(aRun({ id: 'sync', startedAt: new Date(1) }));
  await runs.start(aRun({ id: 'undo', startedAt: new Date(2), undoes }));
  expect([(await runs.latest())?.id, (await runs.latestSync())?.id]).toEqual(['undo', 'sync']);
  expect((await runs.get('undo'))?.undoes).toEqual(undoes);
  await proposals.open(aProposal({ digest: 'd'.repeat(40), undoes }));
  expect((await proposals.get('d'.repeat(12)))?.undoes).toEqual(undoes);
});
