import type { Decision, Verdict } from '../../domain/decision';
import { pairOf } from '../../domain/link';
import { aDecision, apart, creating, ignoring, linking } from '../domain/decisions';
import { aPair, aReview } from './builders';
import { inDays, NOW, useTestStore } from './test-store';

const own = useTestStore();

const everything = { after: null, limit: 100 };
const decided = (id: string, verdict: Verdict, given: Partial<Decision> = {}): Decision => aDecision(verdict, { id, at: NOW, ...given });

test('D1 a decision is kept as it was made, and found by its entity, its records and the beginning of its id', async () => {
  const { decisions } = own.tenant;
  const all = [
    decided('d1', linking('o1', '1', 'hubspot'), { note: 'asked', review: 'r' }),
    decided('d2', apart('o1', '2')),
    decided('d3', creating('3')),
    decided('d4', ignoring('officernd', 'o4')),
    decided('e5', ignoring('hubspot', '5'), { entity: 'company' }),
  ];
  expect(await decisions.areAny()).toBe(false);
  expect(await decisions.add(all)).toEqual([]);
  expect(await decisions.areAny()).toBe(true);
  expect(await decisions.inForce('member')).toEqual(all.slice(0, 4));
  expect(await decisions.inForce('company')).toEqual(all.slice(4));
  expect((await decisions.page('active', everything)).items).toEqual(all);
  expect((await decisions.ofRecords('member', { officerndIds: ['o1'], hubspotIds: ['3'] })).map(({ id }) => id).toSorted()).toEqual([
    'd1',
    'd2',
    'd3',
  ]);
  expect(await decisions.countInForce()).toBe(5);
  expect(await decisions.idsFrom('d', 3)).toEqual(['d1', 'd2', 'd3']);
  expect([await decisions.idsFrom('e', 3), await decisions.idsFrom('x', 3)]).toEqual([['e5'], []]);
  expect([await decisions.get('e5'), await decisions.get('e')]).toEqual([all[4], null]);
});

test('D1 decisions that contradict one in force are refused, all of them together', async () => {
  const { decisions } = own.tenant;
  const first = decided('d1', linking('o1', '1'));
  expect(await decisions.add([first])).toEqual([]);
  expect(await decisions.add([decided('d2', apart('o2', '2')), decided('d3', linking('o1', '2'))])).toEqual([first]);
  expect(await decisions.add([decided('d4', apart('o1', '1'))])).toEqual([first]);
  expect((await decisions.inForce('member')).map(({ id }) => id)).toEqual(['d1']);
});

test('D1 two people who decide at the same moment do not contradict each other', async () => {
  const { decisions } = own.tenant;
  const added = await Promise.all(['1', '2', '3', '4'].map((id) => decisions.add([decided(`d${id}`, linking('o1', id))])));
  expect(added.filter((known) => known.length === 0)).toHaveLength(1);
  expect(await decisions.inForce('member')).toHaveLength(1);
});

test('D1 a withdrawn decision is history: who, when and why are kept, and another may take its place', async () => {
  const { decisions } = own.tenant;
  await decisions.add([decided('d1', linking('o1', '1'))]);
  const withdrawn = { by: 'Bob', at: NOW, note: 'wrong' };
  expect(await decisions.withdraw('d1', withdrawn)).toBe(true);
  expect(await decisions.withdraw('d1', withdrawn)).toBe(false);
  expect(await decisions.inForce('member')).toEqual([]);
  expect((await decisions.page('withdrawn', everything)).items).toMatchObject([{ id: 'd1', withdrawn }]);
  expect(await decisions.countInForce()).toBe(0);
  expect(await own.db.collection('decisions').findOne({ tenant: own.tenantName })).toMatchObject({ expiresAt: inDays(30) });
  expect(await decisions.add([decided('d2', apart('o1', '1'))])).toEqual([]);
});

test('D1 what a run has made of a decision is kept with it', async () => {
  const { decisions } = own.tenant;
  await decisions.add([decided('d1', creating('1'))]);
  const outcome = { run: 'run-1', at: NOW, result: { state: 'blocked', obstacle: 'refused', about: ['no-name'] } } as const;
  await decisions.note(new Map([['d1', outcome]]));
  expect(await decisions.inForce('member')).toMatchObject([{ outcome }]);
  expect((await decisions.pageBlocked(everything)).items).toMatchObject([{ id: 'd1' }]);
  await decisions.note(new Map([['d1', { ...outcome, result: { state: 'done' } }]]));
  expect(await decisions.inForce('member')).toMatchObject([{ outcome: { result: { state: 'done' } } }]);
  expect((await decisions.pageBlocked(everything)).items).toEqual([]);
});

test('D3 decisions in force wait with the pair of a removed tenant, and what was withdrawn goes', async () => {
  const { tenant, tenantName, store } = own;
  await tenant.decisions.add([decided('d1', creating('1')), decided('d2', creating('2'))]);
  await tenant.decisions.withdraw('d2', { by: 'Ann', at: NOW, note: null });
  const pair = { organization: `o-${tenantName}`, officerndUrl: 'u', portalId: '1', hubspotUrl: 'v' };
  expect(await store.kept.keep(tenantName, pair, inDays(90))).toBe(1);
  expect(await tenant.decisions.inForce('member')).toEqual([]);
  await store.tenants.remove(tenantName);
  const again = store.forTenant(`${tenantName}-again`);
  await store.kept.giveBack(pair, `${tenantName}-again`);
  expect((await again.decisions.inForce('member')).map(({ id }) => id)).toEqual(['d1']);
  expect(await own.db.collection('decisions').findOne({ tenant: `${tenantName}-again` })).toMatchObject({ expiresAt: null });
  expect((await again.decisions.page('withdrawn', everything)).items).toEqual([]);
});

test('D1 a preview has the decisions, and notes nothing in the real ones', async () => {
  await own.tenant.decisions.add([decided('d1', creating('1'))]);
  const preview = await own.tenant.startPreview();
  expect(await preview.decisions.inForce('member')).toHaveLength(1);
  await preview.decisions.note(new Map([['d1', { run: 'p', at: NOW, result: { state: 'done' } }]]));
  expect(await own.tenant.decisions.inForce('member')).toMatchObject([{ outcome: null }]);
});

test('D1 a link that a person has ended does not come back by itself, and says so', async () => {
  const { links } = own.tenant;
  await links.activate([aPair({ decision: 'd1' })]);
  const id = 'member/o1/101';
  expect((await links.activeByOfficerndIds('member', ['o1'])).get('o1')).toMatchObject({ decision: 'd1', reason: null });
  await links.retire(id, 'by-hand', 'run-1');
  expect((await links.pageRetired('member', 'hubspot-deleted', everything)).items).toEqual([]);
  const named = { officerndIds: [pairOf(id).officerndId], hubspotIds: [] };
  expect(await links.retiredOf('member', named)).toMatchObject([{ id, reason: 'by-hand' }]);
  await links.activate([aPair()]);
  expect((await links.activeByOfficerndIds('member', ['o1'])).get('o1')).not.toHaveProperty('decision');
  await links.retire(id, 'merged', 'run-2');
  expect(await links.retiredOf('member', named)).toMatchObject([{ id, reason: 'merged' }]);
});

test('D1 an answered review closes, and a run that finds its case opens it again', async () => {
  const { reviews } = own.tenant;
  await reviews.open('run-1', [aReview()], NOW);
  await reviews.close([aReview().id, 'another'], NOW);
  expect(await reviews.countOpen()).toBe(0);
  await reviews.open('run-2', [aReview()], NOW);
  expect(await reviews.countOpen()).toBe(1);
});
