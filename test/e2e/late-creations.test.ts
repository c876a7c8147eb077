import { createActivityEngine } from '../support/activity-engine';
import type { ActivityEngine, RunOptions } from '../support/activity-engine';
import { addFaults, idOf, inStore, keptValues, linkId, linkShown, look, notedFailures, openReviews } from '../support/sight';
import { createStage } from '../support/stage';
import type { Stage } from '../support/stage';
import { firstOrAll, thorough } from '../support/thorough';

/**
 * L12: creations without an answer, with the tenant's own time for late effects. The worker's clock is set ahead, so nobody waits. Each test
 * has a tenant and a world of its own.
 */

let stage: Stage;
let engine: ActivityEngine;

beforeAll(async () => {
  stage = await createStage('late-creations');
  engine = await createActivityEngine(stage);
});

afterAll(async () => {
  await engine.close();
  await stage.stop();
});

const MINUTE_MS = 60_000;
const ann = { id: '1', properties: { firstname: 'Ann', lastname: 'Lee', email: 'ann@example.com', city: 'Oslo' } };
const bob = { id: '2', properties: { firstname: 'Bob' } };

async function begin(tenant: string, contacts: readonly object[], settings: Readonly<Record<string, unknown>> = {}): Promise<void> {
  await stage.putWorld({ officernd: {}, hubspot: { contacts } });
  await engine.addTenant(tenant, settings);
}

/** Plays a run some minutes later. Returns the counts of its link phase. */
async function runAfter(tenant: string, minutes: number, options: RunOptions = {}) {
  const { told } = await engine.run(tenant, { lateEffectMs: null, aheadMs: minutes * MINUTE_MS, ...options });
  const { created = 0, adopted = 0, pending = 0, waiting = 0 } = told['link'] ?? {};
  return { created, adopted, pending: pending + waiting };
}

const posts = async () => (await stage.requests('officernd')).byRoute['POST /organizations/{org}/members'] ?? 0;
const names = async () => (await look(stage)).world.officernd.members.map(({ name }) => name).toSorted();

/** The next creation of a member gets this fate. */
const nextPost = (action: object) => addFaults(stage, 'officernd', [{ match: { method: 'POST', path: '/members$' }, times: 1, action }]);

/** OfficeRnD carries out Ann's creation after all. */
const takeEffect = () =>
  stage.edit('officernd', [
    {
      op: 'create',
      type: 'members',
      id: idOf('member', 1),
      fields: { name: 'Ann Lee', email: 'ann@example.com', address: { city: 'Oslo' }, properties: { hubspot_link_id: linkId('1') } },
    },
  ]);

test.each(
  firstOrAll([
    ['connection-breaks', { dropBeforeCommit: true }],
    ['gateway', { status: 502, body: '<html>Bad gateway</html>' }],
    ['page-of-a-proxy', { status: 403, body: '<html>Forbidden</html>' }],
  ]),
)('L12 without an answer (%s) a creation waits, then it is sent again; the run goes on', async (name, action) => {
  const tenant = `late-${name}`;
  await begin(tenant, [ann, bob]);
  await nextPost(action);
  expect(await runAfter(tenant, 0)).toEqual({ created: 1, adopted: 0, pending: 1 });
  expect(await notedFailures(stage, tenant)).toEqual([]);
  expect(await runAfter(tenant, 4.9)).toEqual({ created: 0, adopted: 0, pending: 1 });
  expect(await posts()).toBe(2);
  expect(await runAfter(tenant, 5.1)).toEqual({ created: 1, adopted: 0, pending: 0 });
  expect(await posts()).toBe(3);
  expect(await runAfter(tenant, 20)).toEqual({ created: 0, adopted: 0, pending: 0 });
  expect(await names()).toEqual(['Ann Lee', 'Bob']);
});

test('L12 the tenant says how long', async () => {
  const tenant = 'late-own-time';
  const { officernd } = stage.tenantFile(tenant);
  await begin(tenant, [ann], { officernd: { ...Object(officernd), lateEffectMinutes: 20 } });
  await nextPost({ dropBeforeCommit: true });
  expect(await runAfter(tenant, 0)).toMatchObject({ pending: 1 });
  expect(await runAfter(tenant, 19.9)).toMatchObject({ created: 0, pending: 1 });
  expect(await runAfter(tenant, 20.1)).toMatchObject({ created: 1, pending: 0 });
});

test('L12, M3 a record that comes late is linked as soon as it is seen, and edits since then are edits', async () => {
  const tenant = 'late-effect';
  await begin(tenant, [ann]);
  await nextPost({ dropBeforeCommit: true });
  expect(await runAfter(tenant, 0)).toMatchObject({ created: 0, pending: 1 });
  await takeEffect();
  await stage.edit('hubspot', [{ op: 'update', type: 'contacts', id: '1', properties: { city: 'Rome' } }]);
  const runId = 'late-effect-second';
  expect(await runAfter(tenant, 1, { runId })).toEqual({ created: 0, adopted: 1, pending: 0 });
  const { world, officernd } = await look(stage);
  expect(world.officernd.members).toHaveLength(1);
  expect(officernd(idOf('member', 1))).toMatchObject({ address: { city: 'Rome' } });
  expect(await keptValues(stage, tenant, runId)).toEqual([]);
  expect(await posts()).toBe(1);
});

test('L12, A2 a worker that dies before it sends leaves a creation that waits, too', async () => {
  const tenant = 'late-crash';
  await begin(tenant, [ann, bob]);
  const killAt = { point: 'create-calling', nth: 1 } as const;
  // The first creation goes alone (S2), so the next attempt sends the other one.
  expect(await runAfter(tenant, 0, { killAt })).toEqual({ created: 1, adopted: 0, pending: 1 });
  expect(await runAfter(tenant, 1)).toEqual({ created: 0, adopted: 0, pending: 1 });
  expect(await posts()).toBe(1);
  expect(await runAfter(tenant, 6)).toEqual({ created: 1, adopted: 0, pending: 0 });
  expect(await posts()).toBe(2);
});

test('L12 what a dead worker has sent is linked at once, without another creation', async () => {
  const tenant = 'late-crash-sent';
  await begin(tenant, [ann]);
  expect(await runAfter(tenant, 0, { killAt: { point: 'create-called', nth: 1 } })).toEqual({ created: 1, adopted: 0, pending: 0 });
  expect([await posts(), await names()]).toEqual([1, ['Ann Lee']]);
});

test('L12, A4 a creation that never gets an answer is sent once for each time, and reported from the second on', async () => {
  const tenant = 'late-never';
  await begin(tenant, [ann]);
  await addFaults(stage, 'officernd', [{ match: { method: 'POST', path: '/members$' }, action: { status: 503 } }]);
  expect(await runAfter(tenant, 0)).toMatchObject({ pending: 1 });
  expect(await notedFailures(stage, tenant)).toEqual([]);
  expect(await runAfter(tenant, 6)).toMatchObject({ pending: 1 });
  expect(await posts()).toBe(2);
  expect(await notedFailures(stage, tenant)).toEqual([expect.objectContaining({ subject: '1', reason: 'unavailable', runs: 1 })]);
  await stage.admin('officernd', 'DELETE', '/faults');
  expect(await runAfter(tenant, 12)).toMatchObject({ created: 1, pending: 0 });
  expect(await notedFailures(stage, tenant)).toEqual([]);
});

test('L12, L2 two records with one link id are reported with both ids, linked or not', async () => {
  const tenant = 'late-twice';
  await begin(tenant, [ann]);
  await nextPost({ dropBeforeCommit: true });
  expect(await runAfter(tenant, 0)).toMatchObject({ pending: 1 });
  expect(await runAfter(tenant, 6)).toMatchObject({ created: 1, pending: 0 });
  // Later than the tenant allows for.
  await takeEffect();
  expect(await runAfter(tenant, 7)).toMatchObject({ created: 0, adopted: 0 });
  const ids = (await look(stage)).world.officernd.members.map(({ _id }) => _id).toSorted();
  expect(ids).toHaveLength(2);
  expect(await openReviews(stage, tenant)).toEqual([
    expect.objectContaining({ kind: 'link-taken', rule: 'L2', officerndIds: ids, hubspotIds: ['1'] }),
  ]);
});

thorough('L12, L2 of two late records none is linked by chance', async () => {
  const tenant = 'late-two-late';
  await begin(tenant, [ann]);
  const twin = { _id: idOf('member', 2), name: 'Ann Lee', properties: { hubspot_link_id: linkId('1') } };
  let isDone = false;
  await nextPost({ dropBeforeCommit: true });
  const at: RunOptions['at'] = async (point) => {
    // After the run's reading: so only the look of the creation itself sees them.
    if (point !== 'create-calling' || isDone) return;
    isDone = true;
    await takeEffect();
    await stage.edit('officernd', [
      { op: 'create', type: 'members', id: twin._id, fields: { name: twin.name, properties: twin.properties } },
    ]);
  };
  expect(await runAfter(tenant, 0, { at })).toEqual({ created: 0, adopted: 0, pending: 0 });
  expect(await openReviews(stage, tenant)).toEqual([
    expect.objectContaining({ kind: 'ambiguous', rule: 'L2', officerndIds: [idOf('member', 1), twin._id], hubspotIds: ['1'] }),
  ]);
  const { officernd } = await look(stage);
  expect(linkShown(officernd(twin._id))).toBe(linkId('1'));
  expect(await inStore(stage, (db) => db.collection<{ tenant: string }>('links').countDocuments({ tenant }))).toBe(0);
});
