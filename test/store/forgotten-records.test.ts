import { ErasureRefusedError, forgetIn } from '../../client/exports/forget';
import { anObservation, anOperation, aPair } from './builders';
import { NOW, useTestStore } from './test-store';

/** Which records an erasure takes for one, when it is refused, and where it looks. */

const own = useTestStore();

const said = { by: 'Ann', at: NOW };
const forget = (id: string, evenSo = false) => forgetIn(own.store, { tenant: own.tenantName, entity: 'member', id, evenSo }, said);

const pairOf = (officernd: string, hubspotId: string) => aPair({ officerndId: idOf(officernd), hubspotId });
const idOf = (letter: string): string => letter.repeat(24);
const linkOf = (officernd: string, hubspotId: string): string => `member/${idOf(officernd)}/${hubspotId}`;

/** Of these records, those that are still read. `a` to `f` are OfficeRnD's. */
async function left(...ids: readonly string[]): Promise<readonly string[]> {
  const isOfficernd = (id: string): boolean => /[a-f]/.test(id);
  const refs = ids.map(
    (id) => ({ side: isOfficernd(id) ? 'officernd' : 'hubspot', entity: 'member', id: isOfficernd(id) ? idOf(id) : id }) as const,
  );
  const names = await own.tenant.exports.names(refs);
  return ids.filter((_id, index) => names.has(`${refs[index]?.side}/member/${refs[index]?.id}`));
}

async function readAll(...ids: readonly string[]): Promise<void> {
  await own.tenant.observations.record(
    'run-1',
    ids.map((id) => (/[a-f]/.test(id) ? anObservation({ side: 'officernd', id: idOf(id) }) : anObservation({ id }))),
  );
}

test.each([
  ['OfficeRnD’s id', idOf('a')],
  ['HubSpot’s id', '1'],
  ['the link’s id', linkOf('a', '1')],
  ['a value of the link property', '7-1'],
])('a record is found by %s, with those that it is or was linked with', async (_title, id) => {
  const { links } = own.tenant;
  await readAll('a', '1', '2', 'b', '3');
  await links.activate([pairOf('a', '1')]);
  await links.retire(linkOf('a', '1'), 'hubspot-deleted', 'run-1');
  await links.activate([pairOf('b', '3')]);
  expect(await forget(id)).toMatchObject({ by: 'Ann', at: NOW.toISOString(), stillLinked: false, before: null });
  expect(await left('a', '1', '2', 'b', '3')).toEqual(['2', 'b', '3']);
});

test('a record that belongs to another link now stays', async () => {
  const { links } = own.tenant;
  await readAll('a', '1', 'b');
  await links.activate([pairOf('a', '1')]);
  await links.retire(linkOf('a', '1'), 'merged', 'run-1');
  await links.activate([pairOf('b', '1')]);
  await forget(idOf('a'));
  expect(await left('a', '1', 'b')).toEqual(['1', 'b']);
  expect((await links.activeByHubSpotIds('member', ['1'])).size).toBe(1);
});

test('a linked record, one with a creation without an answer, and one that nobody knows are refused, each with what to do', async () => {
  const { links, operations } = own.tenant;
  const kindOf = (attempt: Promise<unknown>): Promise<unknown> =>
    attempt.then(
      () => 'erased',
      (error: unknown) => (error instanceof ErasureRefusedError ? error.kind : error),
    );
  await links.activate([pairOf('a', '1')]);
  await operations.plan('run-1', [anOperation({ kind: 'create', officerndId: null, hubspotId: '2' })]);
  await operations.setState('run-1', ['op-1'], 'calling');
  expect(await kindOf(forget('1'))).toBe('linked');
  expect(await kindOf(forget('2'))).toBe('pending');
  expect(await kindOf(forget('3'))).toBe('unknown-record');
  expect(await forget('1', true)).toMatchObject({ stillLinked: true });
  expect(await forget('2', true)).toMatchObject({ stillLinked: false });
});

test('a certificate counts by collection and names no id; the second one says when it was done before', async () => {
  await readAll('a');
  await own.tenant.operations.plan('run-1', [anOperation({ officerndId: idOf('a'), hubspotId: null })]);
  const first = await forget(idOf('a'));
  expect(first.collections).toEqual([
    { name: 'observations', removed: 1, emptied: 0 },
    { name: 'operations', removed: 0, emptied: 1 },
  ]);
  expect(JSON.stringify(first)).not.toContain(idOf('a'));
  expect(await forget(idOf('a'))).toMatchObject({ collections: [], before: { by: 'Ann', at: NOW.toISOString() } });
});

test('B1 data of a former pair are erased too; a HubSpot id of another portal is not the same record', async () => {
  const pair = { organization: 'acme', officerndUrl: 'o', portalId: '7', hubspotUrl: 'h' };
  const { tenantName: tenant } = own;
  await own.store.pairs.bind(tenant, { ...pair, portalId: '8' }, null);
  await readAll('a', '1', '2');
  await own.tenant.links.activate([pairOf('a', '2')]);
  await own.tenant.links.retire(linkOf('a', '2'), 'hubspot-deleted', 'run-1');
  await own.store.pairs.move(tenant, `${tenant}@8`);
  await own.store.pairs.bind(tenant, pair, null);
  await own.tenant.links.activate([pairOf('a', '1')]);
  await own.tenant.links.retire(linkOf('a', '1'), 'hubspot-deleted', 'run-1');
  await forget('1');
  const names = await own.db.collection('observations').distinct('id', { tenant: { $in: [tenant, `${tenant}@8`] } });
  // Portal 8's record 1 is another one than portal 7's. Its record 2 was linked with the same OfficeRnD record.
  expect(names).toEqual(['1']);
});
