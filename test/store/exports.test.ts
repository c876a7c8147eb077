import { refKey } from '../../store/exports';
import { aConflict, aFailure, anObservation, anOperation, aPair, aReview, aRun } from './builders';
import { inDays, NOW, useTestStore } from './test-store';

const own = useTestStore();

async function all<Item>(pages: AsyncIterable<readonly Item[]>): Promise<readonly Item[]> {
  const items: Item[] = [];
  for await (const page of pages) items.push(...page);
  return items;
}

const numbered = (count: number): readonly string[] => Array.from({ length: count }, (_, index) => String(index + 1_000));

test('every operation comes once, page by page, those of the oldest run first', async () => {
  const { operations, runs, exports } = own.tenant;
  await runs.start(aRun({ id: 'b-first', startedAt: NOW }));
  await runs.start(aRun({ id: 'a-second', startedAt: inDays(1) }));
  await operations.plan(
    'a-second',
    numbered(450).map((id) => anOperation({ id })),
  );
  await operations.plan('b-first', [anOperation({ id: 'x' })]);
  await own.store.forTenant(`${own.tenantName}-2`).operations.plan('b-first', [anOperation({ id: 'of another tenant' })]);
  const found = await all(exports.operations(null));
  expect(found.map(({ run, id }) => `${run} ${id}`)).toEqual(['b-first x', ...numbered(450).map((id) => `a-second ${id}`)]);
  expect(found[0]).toEqual({ ...anOperation({ id: 'x' }), run: 'b-first', state: 'planned', error: null, plannedAt: NOW, changedAt: NOW });
  expect(await all(exports.operations('b-first'))).toHaveLength(1);
  expect(await all(exports.operations('no-run'))).toEqual([]);
});

test('conflicts, links, reviews and failures come with what only the store knows, and by run', async () => {
  const { conflicts, links, reviews, failures, exports } = own.tenant;
  await conflicts.record([aConflict({ run: 'run-1' }), aConflict({ run: 'run-2' })]);
  expect((await all(exports.conflicts('run-2'))).map(({ id, run }) => [id, run])).toEqual([
    [expect.stringMatching(/^[0-9a-f]{12}$/), 'run-2'],
  ]);
  expect(await all(exports.conflicts(null))).toHaveLength(2);

  await links.activate([aPair(), aPair({ officerndId: 'o2', hubspotId: '102', run: 'run-2' })]);
  await links.retire('member/o1/101', 'merged', 'run-3');
  expect(await all(exports.links(null))).toMatchObject([
    { id: 'member/o1/101', state: 'retired', linkedRun: 'run-1', retiredRun: 'run-3' },
    { id: 'member/o2/102', state: 'active', linkedRun: 'run-2', retiredRun: null },
  ]);
  expect((await all(exports.links('run-3'))).map(({ id }) => id)).toEqual(['member/o1/101']);

  await reviews.open('run-1', [aReview(), aReview({ id: 'merged/member/o5/105', kind: 'merged' })], NOW);
  await reviews.dismiss('merged/member/o5/105', NOW);
  expect(await all(exports.reviews(null))).toEqual([{ ...aReview(), openedAt: NOW, seenRun: 'run-1' }]);
  expect(await all(exports.reviews('run-2'))).toEqual([]);

  await failures.record('run-1', [aFailure()], NOW);
  expect(await all(exports.failures('run-1'))).toMatchObject([{ ...aFailure(), firstAt: NOW, lastAt: NOW, runs: 1 }]);
  expect(await all(exports.failures('run-2'))).toEqual([]);
});

test('names of records are those that were read last, whatever run has read them', async () => {
  const { observations, exports } = own.tenant;
  await observations.record('run-1', [
    anObservation({ id: '101', values: { firstname: 'Ann', lastname: 'Lee', email: 'a@example.com' } }),
    anObservation({ id: '102', values: { firstname: 'Ann' } }),
    anObservation({ id: '103', values: {} }),
    anObservation({ side: 'officernd', id: 'o1', values: { name: 'Ann L' } }),
    anObservation({ entity: 'opportunity', id: '201', values: { dealname: 'Desk' } }),
  ]);
  const of = (side: 'officernd' | 'hubspot', id: string, entity: 'member' | 'opportunity' = 'member') => ({ side, entity, id });
  const wanted = [
    of('hubspot', '101'),
    of('hubspot', '102'),
    of('hubspot', '103'),
    of('hubspot', '109'),
    of('officernd', 'o1'),
    of('hubspot', '201', 'opportunity'),
  ];
  const names = await exports.names(wanted);
  expect(wanted.map((record) => names.get(refKey(record)))).toEqual(['Ann Lee', 'Ann', '', undefined, 'Ann L', 'Desk']);
});

test('an export of a tenant does not reach into one whose name begins alike', async () => {
  for (const name of [own.tenantName, `${own.tenantName}-x`, `${own.tenantName}0`, `${own.tenantName}@old`])
    await own.store.forTenant(name).links.activate([aPair({ hubspotId: '7', officerndId: name })]);
  expect((await all(own.tenant.exports.links(null))).map(({ officerndId }) => officerndId)).toEqual([own.tenantName]);
});
