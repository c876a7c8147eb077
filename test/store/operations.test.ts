import type { OperationFilter } from '../../store/operations';
import { aConflict, anOperation } from './builders';
import { inDays, useTestStore } from './test-store';

const own = useTestStore();

const everything = { after: null, limit: 100 };
const idsOf = async (filter: OperationFilter) => (await own.tenant.operations.page('run-1', filter, everything)).items.map(({ id }) => id);

test('a planned operation is read back as it was', async () => {
  const operation = anOperation();
  await own.tenant.operations.plan('run-1', [operation]);
  const stored = { ...operation, run: 'run-1', state: 'planned', error: null };
  expect((await own.tenant.operations.page('run-1', {}, everything)).items).toEqual([stored]);
  expect((await own.tenant.operations.page('run-2', {}, everything)).items).toEqual([]);
});

test('A2 planning again leaves what is there as it is', async () => {
  await own.tenant.operations.plan('run-1', [anOperation()]);
  await own.tenant.operations.setState('run-1', ['op-1'], 'failed', 'refused');
  await own.tenant.operations.plan('run-1', [anOperation({ reason: 'M3' }), anOperation({ id: 'op-2' })], 'held');
  const { items } = await own.tenant.operations.page('run-1', {}, everything);
  expect(items).toMatchObject([
    { id: 'op-1', state: 'failed', error: 'refused', reason: 'M4' },
    { id: 'op-2', state: 'held', error: null },
  ]);
  await own.tenant.operations.setState('run-1', ['op-1'], 'applied');
  expect((await own.tenant.operations.page('run-1', {}, everything)).items[0]).toMatchObject({ state: 'applied', error: null });
});

test('operations are found by phase, entity, kind, state and records, in id order', async () => {
  await own.tenant.operations.plan('run-1', [
    anOperation({ id: 'c', phase: 'link', kind: 'create', officerndId: null, hubspotId: '1' }),
    anOperation({ id: 'a', phase: 'link', kind: 'link', officerndId: 'o2', hubspotId: '2' }),
    anOperation({ id: 'b', entity: 'company', officerndId: 'o3', hubspotId: '3' }),
  ]);
  await own.tenant.operations.plan('run-2', [anOperation({ id: 'd' })]);
  expect(await idsOf({})).toEqual(['a', 'b', 'c']);
  expect(await idsOf({ phase: 'link' })).toEqual(['a', 'c']);
  expect(await idsOf({ phase: 'link', entity: 'member', state: 'planned' })).toEqual(['a', 'c']);
  expect(await idsOf({ entity: 'company' })).toEqual(['b']);
  expect(await idsOf({ kinds: ['create', 'unlink'] })).toEqual(['c']);
  expect(await idsOf({ state: 'held' })).toEqual([]);
  expect(await idsOf({ hubspotIds: ['1', '3'] })).toEqual(['b', 'c']);
  expect(await idsOf({ officerndIds: ['o2'], hubspotIds: ['1'] })).toEqual([]);
  expect(await own.tenant.operations.count('run-1', { phase: 'link' })).toBe(2);
  const page = await own.tenant.operations.page('run-1', {}, { after: 'a', limit: 1 });
  expect([page.items.map(({ id }) => id), page.next]).toEqual([['b'], 'b']);
});

test('L12 creations that were being called are found in any run', async () => {
  const create = (id: string, hubspotId: string) => anOperation({ id, phase: 'link', kind: 'create', officerndId: null, hubspotId });
  await own.tenant.operations.plan('run-1', [create('a', '1'), create('b', '2')]);
  await own.tenant.operations.plan('run-2', [create('a', '3')]);
  await own.tenant.operations.setState('run-1', ['a'], 'calling');
  await own.tenant.operations.setState('run-2', ['a'], 'calling');
  const unfinished = async () =>
    (await own.tenant.operations.unfinishedCreates('member', ['1', '2', '3'])).map(({ run, hubspotId }) => `${run} ${hubspotId}`).sort();
  expect(await unfinished()).toEqual(['run-1 1', 'run-2 3']);
  await own.tenant.operations.setState('run-1', ['a'], 'applied');
  expect(await unfinished()).toEqual(['run-2 3']);
  expect(await own.tenant.operations.unfinishedCreates('member', [])).toEqual([]);
});

test('the tally counts each pair once, and only what was applied', async () => {
  await own.tenant.operations.plan('run-1', [
    anOperation({ id: 'a' }),
    anOperation({ id: 'b' }),
    anOperation({ id: 'c', officerndId: 'o2', hubspotId: '2' }),
    anOperation({ id: 'd', kind: 'updateOfficernd' }),
    anOperation({ id: 'e', officerndId: 'o3', hubspotId: '3' }),
  ]);
  await own.tenant.operations.setState('run-1', ['a', 'b', 'c', 'd'], 'applied');
  const kind = { phase: 'update', entity: 'member', reason: 'M4' };
  expect(await own.tenant.operations.tally('run-1')).toEqual([
    { ...kind, kind: 'updateHubspot', count: 2 },
    { ...kind, kind: 'updateOfficernd', count: 1 },
  ]);
  expect(await own.tenant.operations.countPairs('run-1', { phase: 'update', state: 'applied' })).toBe(2);
  expect(await own.tenant.operations.countPairs('run-1', { phase: 'link' })).toBe(0);
});

test('U4 a list of operations is held and released together', async () => {
  await own.tenant.operations.plan('run-1', [
    anOperation({ id: 'a' }),
    anOperation({ id: 'b' }),
    anOperation({ id: 'c', entity: 'company' }),
  ]);
  expect(await own.tenant.operations.move('run-1', { entity: 'member', state: 'planned' }, 'held')).toBe(2);
  expect(await idsOf({ state: 'held' })).toEqual(['a', 'b']);
  expect(await own.tenant.operations.move('run-1', { state: 'held' }, 'planned')).toBe(2);
});

test('A3 a conflict is kept once for each kind, run, link and field, with the values of the last plan', async () => {
  const conflict = aConflict();
  await own.tenant.conflicts.record([aConflict({ hubspot: 'before' }), aConflict({ kind: 'drift' }), aConflict({ run: 'run-2' })]);
  await own.tenant.conflicts.record([conflict]);
  const one = await own.tenant.conflicts.page('run-1', { after: null, limit: 1 });
  expect(one.items).toMatchObject([conflict]);
  const two = await own.tenant.conflicts.page('run-1', { after: one.next, limit: 1 });
  expect([two.items, two.next]).toMatchObject([[aConflict({ kind: 'drift' })], null]);
  expect(await own.tenant.conflicts.countByKind('run-1')).toEqual({ conflict: 1, 'first-link': 0, drift: 1 });
  await own.tenant.conflicts.record([]);
});

describe('a journal expires when its run is over, not by the age of its entries', () => {
  const journals = ['operations', 'conflicts'] as const;
  const expiryOf = async (name: string, run = 'run-1') =>
    (await own.db.collection(name).findOne({ tenant: own.tenantName, run }))?.['expiresAt'] as Date;
  beforeEach(async () => {
    for (const run of ['run-1', 'run-2']) {
      await own.tenant.operations.plan(run, [anOperation()]);
      await own.tenant.conflicts.record([aConflict({ run })]);
      await own.tenant.runs.setFact(run, 'unread/officernd/member/phone', true);
    }
  });

  test.each(journals)('%s of a run under way outlive any run; afterwards they are kept for the days that were configured', async (name) => {
    expect(await expiryOf(name)).toEqual(inDays(30 + 90));
    await own.tenant[name].expire('run-1');
    expect(await expiryOf(name)).toEqual(inDays(30));
    expect(await expiryOf(name, 'run-2')).toEqual(inDays(30 + 90));
  });

  test('what a reading has noted is kept for the runs that build on it', async () => {
    expect(await expiryOf('runFacts')).toEqual(inDays(30 + 90));
  });
});
