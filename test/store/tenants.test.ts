import { PREVIEW_PREFIX, collectionsWithPreview } from '../../store/collections';
import type { TenantStore } from '../../store/store';
import { aDecision, creating } from '../domain/decisions';
import { aBase, aConflict, aFailure, anObservation, anOperation, aPair, aReport, aReview, aRun, aVerdict } from './builders';
import { inDays, NOW, useTestStore } from './test-store';

const own = useTestStore();

async function fill(tenant: TenantStore): Promise<void> {
  await tenant.observations.record('run-1', [anObservation()]);
  await tenant.links.activate([aPair()]);
  await tenant.snapshots.save(new Map([['l1', { name: aBase('x') }]]), 'member');
  await tenant.operations.plan('run-1', [anOperation()]);
  await tenant.conflicts.record([aConflict()]);
  await tenant.reviews.open('run-1', [aReview()], NOW);
  await tenant.failures.record('run-1', [aFailure()], NOW);
  await tenant.suppressions.add('member', ['9'], 'run-1', NOW);
  await tenant.decisions.add([aDecision(creating('8'))]);
  await tenant.verdicts.put([aVerdict()]);
  await tenant.runs.start(aRun());
  await tenant.runs.takeFence({ run: 'run-1', turn: 1, slice: 's' });
  await tenant.runs.setFact('run-1', 'f', 1);
  await tenant.callLedger.add('run-1', [{ vendor: 'hubspot', route: 'r', outcome: 'ok', count: 1 }]);
  await tenant.canaries.put('member', { mappingHash: 'h', proof: { version: '1', at: NOW }, accepted: ['a'], told: null });
}

/** The number of a tenant's documents by collection. */
async function sizes(tenant: string, prefix = ''): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { name } of collectionsWithPreview) {
    const count = await own.db.collection(`${prefix}${name}`).countDocuments({ tenant });
    if (count > 0) counts[name] = count;
  }
  return counts;
}

const previewed = { links: 1, snapshots: 1, reviews: 1, failures: 1, suppressions: 1, decisions: 1, canaries: 1, verdicts: 1 };

test('a tenant is stored, replaced and listed', async () => {
  expect(await own.store.tenants.get('acme')).toBeNull();
  await own.store.tenants.put('acme', { 'a.b': 1 }, NOW);
  const config = { hubspot: { token: '${HUBSPOT_TOKEN}' }, 'properties.x': [{ $y: null }] };
  await own.store.tenants.put('acme', config, NOW);
  await own.store.tenants.put('aardvark', {}, NOW);
  expect(await own.store.tenants.get('acme')).toEqual({ tenant: 'acme', config, updatedAt: NOW });
  expect((await own.store.tenants.list()).map(({ tenant }) => tenant)).toEqual(['aardvark', 'acme']);
});

test('removing a tenant removes all of it and nothing else', async () => {
  await own.store.tenants.put('gone', {}, NOW);
  for (const name of ['gone', 'stays']) await fill(own.store.forTenant(name));
  await own.store.forTenant('gone').startPreview();
  expect(Object.keys(await sizes('gone'))).toEqual(collectionsWithPreview.map(({ name }) => name));
  expect(await own.store.tenants.remove('gone')).toBe(true);
  expect(await sizes('gone')).toEqual({});
  expect(await sizes('gone', PREVIEW_PREFIX)).toEqual({});
  expect(Object.keys(await sizes('stays'))).toHaveLength(collectionsWithPreview.length);
  expect(await own.store.tenants.remove('gone')).toBe(false);
});

test('D3 decisions that are kept with a pair expire, and come back whole', async () => {
  const pair = { organization: 'org', officerndUrl: 'https://o.example', portalId: '1', hubspotUrl: 'https://h.example' };
  await own.store.forTenant('left').suppressions.add('member', ['10', '11'], 'run-1', NOW);
  expect(await own.store.kept.keep('left', pair, inDays(90))).toBe(2);
  await own.store.tenants.remove('left');
  expect(await own.store.forTenant('left').suppressions.among('member', ['10', '11'])).toEqual(new Set());
  expect(await own.db.collection('suppressions').findOne({ hubspotId: '10' })).toMatchObject({ expiresAt: inDays(90) });
  await own.store.kept.giveBack({ ...pair, portalId: '2' }, 'other');
  for (const _again of [1, 2]) await own.store.kept.giveBack(pair, 'new');
  expect(await own.store.forTenant('new').suppressions.among('member', ['10', '11'])).toEqual(new Set(['10', '11']));
  expect(await own.db.collection('suppressions').findOne({ hubspotId: '10' })).toMatchObject({ expiresAt: null, tenant: 'new' });
});

test('a preview starts from a copy that expires after a day', async () => {
  const tenant = own.store.forTenant('p1');
  await fill(tenant);
  await fill(own.store.forTenant('p2'));
  const preview = await tenant.startPreview();
  expect(await sizes('p1', PREVIEW_PREFIX)).toEqual(previewed);
  expect(await sizes('p2', PREVIEW_PREFIX)).toEqual({});
  expect(await preview.links.activeByOfficerndIds('member', ['o1'])).toEqual(await tenant.links.activeByOfficerndIds('member', ['o1']));
  expect(await preview.snapshots.byLinkIds(['l1'])).toEqual(await tenant.snapshots.byLinkIds(['l1']));
  await fill(preview);
  for (const { name } of collectionsWithPreview) {
    expect(await own.db.collection(`${PREVIEW_PREFIX}${name}`).findOne({ tenant: 'p1' })).toMatchObject({ expiresAt: inDays(1) });
  }
});

test('a preview changes nothing but itself, and a new one starts empty', async () => {
  const tenant = own.store.forTenant('p3');
  await fill(tenant);
  const preview = await tenant.startPreview();
  await preview.links.retire('member/o1/101', 'hubspot-deleted', 'run-2');
  await fill(preview);
  await preview.suppressions.add('member', ['10'], 'run-2', NOW);
  expect(await tenant.preview().suppressions.among('member', ['10'])).toEqual(new Set(['10']));
  expect(await tenant.links.countActive('member')).toBe(1);
  expect((await sizes('p3'))['suppressions']).toBe(1);
  const again = await preview.startPreview();
  expect(await sizes('p3', PREVIEW_PREFIX)).toEqual(previewed);
  expect(await again.links.countActive('member')).toBe(1);
});

/** A preview with one operation and one conflict, and its end. */
async function endedPreview(tenant: TenantStore, id: string): Promise<TenantStore> {
  const preview = await tenant.startPreview();
  await preview.runs.start(aRun({ id, mode: 'preview' }));
  await preview.operations.plan(id, [anOperation()]);
  await preview.conflicts.record([aConflict({ run: id })]);
  await preview.operations.expire(id);
  await preview.conflicts.expire(id);
  await preview.runs.finish(id, { ...aReport(), binds: { digest: 'd', effects: 1, validUntil: inDays(14).toISOString() } }, null, NOW);
  return preview;
}

test('the list of a preview that has ended is kept for 14 days, and the next preview leaves it', async () => {
  const tenant = own.store.forTenant('p4');
  await endedPreview(tenant, 'ended');
  // This one has no end.
  const broken = await tenant.startPreview();
  await broken.runs.start(aRun({ id: 'broken', mode: 'preview' }));
  await broken.operations.plan('broken', [anOperation()]);
  const next = await tenant.startPreview();
  expect((await next.runs.list(5)).map(({ id }) => id)).toEqual(['ended']);
  expect(await sizes('p4', PREVIEW_PREFIX)).toEqual({ runs: 1, operations: 1, conflicts: 1 });
  for (const name of ['runs', 'operations', 'conflicts']) {
    expect(await own.db.collection(`${PREVIEW_PREFIX}${name}`).findOne({ tenant: 'p4' })).toMatchObject({ expiresAt: inDays(14) });
  }
});

test('P2 who asks for a preview is recorded, and not any more when it has been carried out', async () => {
  const { runs } = await endedPreview(own.store.forTenant('p5'), 'ended');
  const asked = { by: 'Ann', at: NOW, note: 'agreed', carriedOutBy: null };
  await runs.noteCarriedOut('ended', 'run-8');
  expect((await runs.get('ended'))?.application).toBeUndefined();
  await runs.noteApplication('ended', asked);
  await runs.noteApplication('ended', { ...asked, by: 'Bob' });
  await runs.noteCarriedOut('ended', 'run-9');
  await runs.noteApplication('ended', { ...asked, by: 'Eve' });
  expect((await runs.get('ended'))?.application).toEqual({ ...asked, by: 'Bob', carriedOutBy: 'run-9' });
});
