import { pairId } from '../../domain/link';
import type { Snapshot } from '../../domain/link';
import type { NewLink } from '../../store/links';
import { aBase, aPair } from './builders';
import { useTestStore } from './test-store';

const own = useTestStore();

const everything = { after: null, limit: 100 };
const activeLinks = async () => [...(await own.tenant.links.activeByOfficerndIds('member', ['o1', 'o2'])).values()];
const idOf = ({ entity, officerndId, hubspotId }: ReturnType<typeof aPair>) => pairId(entity, officerndId, hubspotId);

test('a pair becomes an active link that both ids find', async () => {
  const pair = aPair();
  expect(await own.tenant.links.activate([pair])).toEqual({ refused: [] });
  const { run: _run, ...kept } = pair;
  const link = { ...kept, id: idOf(pair), state: 'active', reason: null };
  expect([...(await own.tenant.links.activeByHubSpotIds('member', ['101', '102']))]).toEqual([['101', link]]);
  expect([...(await own.tenant.links.activeByOfficerndIds('member', ['o1', 'o2']))]).toEqual([['o1', link]]);
  expect((await own.tenant.links.activeByHubSpotIds('company', ['101'])).size).toBe(0);
  expect((await own.tenant.links.activeByOfficerndIds('member', [])).size).toBe(0);
});

test('activating again changes nothing: the first to link gave the origin', async () => {
  await own.tenant.links.activate([aPair()]);
  expect(await own.tenant.links.activate([aPair({ origin: 'adopted', linkedAt: '2025-01-01T00:00:00Z', run: 'run-2' })])).toEqual({
    refused: [],
  });
  expect(await activeLinks()).toMatchObject([{ origin: 'email', linkedAt: '2024-01-01T00:00:00Z' }]);
});

test('L13 a second active link of either record is refused, the rest of the list is linked', async () => {
  await own.tenant.links.activate([aPair()]);
  const sameHubSpot = aPair({ officerndId: 'o2' });
  const sameOfficernd = aPair({ hubspotId: '102' });
  const twins = [aPair({ officerndId: 'o3', hubspotId: '103' }), aPair({ officerndId: 'o4', hubspotId: '103' })];
  const otherEntity = aPair({ entity: 'company' });
  const { refused } = await own.tenant.links.activate([sameHubSpot, sameOfficernd, ...twins, otherEntity]);
  expect(refused).toEqual([sameHubSpot, sameOfficernd, twins[1]]);
  expect(await own.tenant.links.countActive('member')).toBe(2);
  expect(await own.tenant.links.countActive('company')).toBe(1);
});

test('L13 of pairs activated at the same time one wins', async () => {
  const pairs = Array.from({ length: 8 }, (_, index) => aPair({ officerndId: `o${index}` }));
  const answers = await Promise.all(pairs.map((pair) => own.tenant.links.activate([pair])));
  expect(answers.flatMap(({ refused }) => refused)).toHaveLength(7);
  expect(await own.tenant.links.countActive('member')).toBe(1);
});

test('the same pair activated at the same time is never refused', async () => {
  const answers = await Promise.all(Array.from({ length: 8 }, () => own.tenant.links.activate([aPair()])));
  expect(answers.flatMap(({ refused }) => refused)).toEqual([]);
});

test('other tenants may link the same ids', async () => {
  await own.tenant.links.activate([aPair()]);
  expect(await own.store.forTenant('another').links.activate([aPair()])).toEqual({ refused: [] });
});

test('errors other than duplicates are thrown', async () => {
  const broken: object = { ...aPair(), origin: 'dreamt' };
  await expect(own.tenant.links.activate([broken as NewLink])).rejects.toThrow('validation');
});

test('U6 a retired link keeps its base and its age, frees both records and comes back', async () => {
  const pair = aPair();
  const id = idOf(pair);
  await own.tenant.links.activate([pair]);
  await own.tenant.snapshots.save(new Map([[id, { 'address.city': aBase('Sofia') }]]), 'member');
  await own.tenant.links.retire(id, 'hubspot-deleted', 'run-2');
  await own.tenant.links.retire(id, 'merged', 'run-3');
  expect(await activeLinks()).toEqual([]);
  expect((await own.tenant.links.pageRetired('member', 'merged', everything)).items).toEqual([]);
  expect((await own.tenant.links.pageRetired('member', 'hubspot-deleted', everything)).items).toMatchObject([{ id, state: 'retired' }]);
  expect(await own.tenant.links.activate([aPair({ origin: 'restored', linkedAt: '2025-01-01T00:00:00Z' })])).toEqual({ refused: [] });
  const restored = { id, state: 'active', reason: null, origin: 'restored', linkedAt: '2024-01-01T00:00:00Z' };
  expect(await activeLinks()).toMatchObject([restored]);
  expect((await own.tenant.snapshots.byLinkIds([id])).get(id)).toEqual({ 'address.city': aBase('Sofia') });
});

test('U6 a retired link does not come back over a newer one', async () => {
  await own.tenant.links.activate([aPair()]);
  await own.tenant.links.retire(idOf(aPair()), 'hubspot-deleted', 'run-2');
  await own.tenant.links.activate([aPair({ officerndId: 'o2' })]);
  expect((await own.tenant.links.activate([aPair({ origin: 'restored' })])).refused).toHaveLength(1);
  expect((await own.tenant.links.pageRetired('member', 'hubspot-deleted', everything)).items).toMatchObject([{ origin: 'email' }]);
});

test('U6 ended links are found by either record, and a pair that is linked again has the new time', async () => {
  await own.tenant.links.activate([aPair({ linkedAt: '2024-01-01T00:00:00Z' })]);
  expect(await own.tenant.links.retiredOf('member', { officerndIds: ['o1'], hubspotIds: ['101'] })).toEqual([]);
  await own.tenant.links.retire(idOf(aPair()), 'hubspot-deleted', 'run-2');
  for (const ids of [
    { officerndIds: ['o1'], hubspotIds: [] },
    { officerndIds: [], hubspotIds: ['101'] },
    { officerndIds: ['o1'], hubspotIds: ['101'] },
  ])
    expect(await own.tenant.links.retiredOf('member', ids)).toMatchObject([{ id: idOf(aPair()), state: 'retired' }]);
  await own.tenant.links.activate([aPair({ linkedAt: '2025-01-01T00:00:00Z' })]);
  expect(await activeLinks()).toMatchObject([{ linkedAt: '2025-01-01T00:00:00Z' }]);
});

test('of the ids of either side, those with an active link are returned', async () => {
  await own.tenant.links.activate([aPair(), aPair({ officerndId: 'o2', hubspotId: '102' })]);
  await own.tenant.links.retire(idOf(aPair({ officerndId: 'o2', hubspotId: '102' })), 'merged', 'run-1');
  expect(await own.tenant.links.linkedAmong('hubspot', 'member', ['101', '102', '103'])).toEqual(new Set(['101']));
  expect(await own.tenant.links.linkedAmong('hubspot', 'member', ['101'])).toEqual(new Set(['101']));
  expect(await own.tenant.links.linkedAmong('officernd', 'member', ['o1', 'o2'])).toEqual(new Set(['o1']));
  expect((await own.tenant.links.linkedAmong('officernd', 'company', ['o1'])).size).toBe(0);
});

test('pages of links come in id order', async () => {
  await own.tenant.links.activate(['3', '1', '2'].map((n) => aPair({ officerndId: `o${n}`, hubspotId: n })));
  const one = await own.tenant.links.pagePairs('member', { after: null, limit: 2 });
  const pairOf = (n: string) => ({ id: pairId('member', `o${n}`, n), officerndId: `o${n}`, hubspotId: n });
  expect(one.items).toEqual([pairOf('1'), pairOf('2')]);
  const two = await own.tenant.links.pagePairs('member', { after: one.next, limit: 2 });
  expect(two).toEqual({ items: [pairOf('3')], next: null });
});

test('M7 saving a snapshot replaces it as a whole', async () => {
  const base = { 'properties.VAT no.': aBase('1'), $odd: aBase('2') };
  const saved = new Map<string, Snapshot>([
    ['l1', base],
    ['l2', {}],
  ]);
  await own.tenant.snapshots.save(saved, 'company');
  expect(await own.tenant.snapshots.byLinkIds(['l1', 'l2', 'l3'])).toEqual(saved);
  await own.tenant.snapshots.save(new Map([['l1', { name: aBase('3') }]]), 'company');
  expect((await own.tenant.snapshots.byLinkIds(['l1'])).get('l1')).toEqual({ name: aBase('3') });
  await own.tenant.snapshots.save(new Map(), 'company');
});

test('U3 relinking ends one pair and begins the other, or does neither (L13)', async () => {
  await own.tenant.links.activate([aPair(), aPair({ officerndId: 'o2', hubspotId: '202' })]);
  expect(await own.tenant.links.relink(idOf(aPair()), aPair({ hubspotId: '202', origin: 'relinked' }))).toBe(false);
  expect([...(await own.tenant.links.activeByHubSpotIds('member', ['101', '202'])).keys()].sort()).toEqual(['101', '202']);
  expect(await own.tenant.links.relink(idOf(aPair()), aPair({ hubspotId: '303', origin: 'relinked' }))).toBe(true);
  expect([...(await own.tenant.links.activeByHubSpotIds('member', ['101', '202', '303'])).keys()].sort()).toEqual(['202', '303']);
});
