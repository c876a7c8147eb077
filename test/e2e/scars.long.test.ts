import { poll } from '../support/poll';
import { addFaults, expectSettled, idOf, inStore, linkId, look, notedFailures, writesIn } from '../support/sight';
import { createSharedStage } from '../support/stage';
import type { Stage } from '../support/stage';

/**
 * Regressions for known mistakes of other sync programs ("scars"). Those that a rule's own test covers are not repeated:
 *
 * | scar | where |
 * |---|---|
 * | e-mails that differ in case alone make a second person | rules-link.test.ts (L3), rules-update-writes.test.ts (M7) |
 * | records missing from a listing or a batch read without an error count as deleted | rules-unlink.test.ts (U2) |
 * | merges unseen, or taken for deletions | rules-merges.long.test.ts (U3), incremental.test.ts (U3) |
 * | flip-flop: two sides rewrite each other's values for ever | rules-update-writes.test.ts (M7), rules-update-types.test.ts (M11) |
 * | a partial batch of 180 | poison.long.test.ts |
 * | silent tie: both sides changed, one value vanishes without a trace | rules-update.test.ts (M4, A3) |
 * | double creation after a crash or a lost answer | rules-create.test.ts (L12), resume.long.test.ts |
 */

let stage: Stage;

beforeAll(async () => {
  stage = await createSharedStage();
});

afterAll(() => stage.stop());

const many = <T>(count: number, make: (number: number) => T): readonly T[] => Array.from({ length: count }, (_, index) => make(index + 1));
const member = (number: number) => idOf('member', number);
const names = async () => (await look(stage)).world.officernd.members.map(({ name }) => name).toSorted();
const created = async () => (await stage.requests('officernd')).byRoute['POST /organizations/{org}/members'] ?? 0;
const inContact = (id: string, properties: Readonly<Record<string, string>>) => ({ op: 'update', type: 'contacts', id, properties });

test('an e-mail edit must not clone a person', async () => {
  const tenant = 'scars-email';
  await stage.putWorld({
    officernd: { members: ['ann', 'bob', 'cid'].map((name, index) => ({ _id: member(index), name, email: `${name}@example.com` })) },
    hubspot: {
      contacts: ['ann', 'bob', 'cid'].map((name, index) => ({
        id: `${index + 1}`,
        properties: { firstname: name, email: `${name}@example.com` },
      })),
    },
  });
  await stage.applyTenant(tenant, { entities: ['member'] });
  await stage.sync(tenant);
  // One is edited in HubSpot, one in OfficeRnD, and the third gets the first one's address.
  await stage.edit('hubspot', [inContact('1', { email: 'ann.new@example.com', firstname: 'Anna' })]);
  await stage.edit('hubspot', [inContact('3', { email: 'ann@example.com' })]);
  await stage.edit('officernd', [{ op: 'update', type: 'members', id: member(1), fields: { email: 'bob.new@example.com', name: 'Rob' } }]);
  for (const mode of ['incremental', 'full']) {
    const report = await stage.sync(tenant, ['--mode', mode]);
    expect(report).toMatchObject({ conflicts: 0, reviews: 0, failures: 0, phases: { link: { member: { created: 0, linked: 0 } } } });
    const { officernd, values, world } = await look(stage);
    expect([0, 1, 2].map((number) => officernd(member(number))?.['email'])).toEqual([
      'ann.new@example.com',
      'bob.new@example.com',
      'ann@example.com',
    ]);
    expect(values('2')).toMatchObject({ email: 'bob.new@example.com', firstname: 'Rob' });
    expect([world.officernd.members.length, world.hubspot.contacts.length]).toEqual([3, 3]);
  }
  await expectSettled(stage, tenant);
});

test('an endless loop at more than 10,000 records with one timestamp', async () => {
  const tenant = 'scars-timestamps';
  const COUNT = 10_050;
  const updatedAt = new Date().toISOString();
  const worldWith = (last: Readonly<Record<string, string>>) => ({
    hubspot: {
      contacts: many(COUNT, (n) => ({
        id: `${n}`,
        updatedAt,
        properties: { firstname: `N${n}`, lifecyclestage: 'lead', ...(n === COUNT && last) },
      })),
    },
  });
  await stage.putWorld(worldWith({}));
  await stage.applyTenant(tenant, { entities: ['member'], create: { filter: [{ property: 'lifecyclestage', in: ['customer'] }] } });
  expect(await stage.sync(tenant)).toMatchObject({ phases: { link: { member: { created: 0, skipped: COUNT } } } });
  await stage.putWorld(worldWith({ lifecyclestage: 'customer' }));
  const report = await stage.sync(tenant, ['--mode', 'incremental']);
  const searches = Object.entries(report.calls.hubspot.byRoute).find(([route]) => route.endsWith('/search'))?.[1];
  expect(searches).toBe(Math.floor(COUNT / 200) + 1);
  // The last of them was read.
  expect(report).toMatchObject({ state: 'completed', phases: { link: { member: { created: 1 } } } });
  expect(await names()).toEqual([`N${COUNT}`]);
}, 240_000);

test.each([
  ['was written all the same', { commit: true }, 1],
  ['was not written', {}, 2],
])('a record missing from a batch update’s answer without an error: it %s', async (_what, more, writes) => {
  const tenant = `scars-silent-${writes}`;
  await stage.putWorld({
    officernd: { members: [1, 2].map((number) => ({ _id: member(number), name: `N${number}` })) },
    hubspot: { contacts: [1, 2].map((number) => ({ id: `${number}`, properties: { firstname: `N${number}` } })) },
  });
  await stage.applyTenant(tenant, { entities: ['member'] });
  await stage.sync(tenant);
  await stage.edit(
    'officernd',
    [1, 2].map((number) => ({ op: 'update', type: 'members', id: member(number), fields: { phone: `+4420${number}` } })),
  );
  const body = { status: 'COMPLETE', results: [], startedAt: '2026-01-01T00:00:00Z', completedAt: '2026-01-01T00:00:00Z' };
  await addFaults(stage, 'hubspot', [{ match: { path: '/batch/update' }, times: 1, action: { status: 200, body, ...more } }]);
  expect(await stage.sync(tenant)).toMatchObject({
    state: 'completed',
    failures: 0,
    conflicts: 0,
    phases: { update: { member: { updatedHubspot: 2 } } },
  });
  const { values } = await look(stage);
  expect([values('1')['phone'], values('2')['phone']]).toEqual(['+44201', '+44202']);
  expect(Object.values(writesIn(await stage.requests('hubspot')))).toEqual([writes]);
  expect(await notedFailures(stage, tenant)).toEqual([]);
  await expectSettled(stage, tenant);
});

test('resurrection: a member deleted in OfficeRnD is not created again, even after edits of its contact', async () => {
  const tenant = 'scars-deleted';
  await stage.putWorld({
    hubspot: { contacts: many(3, (n) => ({ id: `${n}`, properties: { firstname: `N${n}`, email: `n${n}@example.com` } })) },
  });
  await stage.applyTenant(tenant, { entities: ['member'] });
  expect(await stage.sync(tenant)).toMatchObject({ phases: { link: { member: { created: 3 } } } });
  const doomed = (await look(stage)).linkedTo('1')?._id ?? '';
  await stage.edit('officernd', [{ op: 'delete', type: 'members', id: doomed }]);
  // It is edited before and after a run notices the deletion, and read by both kinds of runs.
  await stage.edit('hubspot', [inContact('1', { phone: '+441' })]);
  await stage.sync(tenant, ['--mode', 'incremental']);
  await stage.sync(tenant);
  await stage.edit('hubspot', [inContact('1', { email: 'other@example.com', firstname: 'Other', phone: '+442' })]);
  await stage.sync(tenant, ['--mode', 'incremental']);
  await stage.edit('hubspot', [inContact('1', { phone: '+443' })]);
  expect(await stage.sync(tenant)).toMatchObject({ failures: 0, reviews: 0, phases: { link: { member: { created: 0, linked: 0 } } } });
  expect(await names()).toEqual(['N2', 'N3']);
  expect(await created()).toBe(3);
  await expectSettled(stage, tenant);
});

test('re-insertion of replayed logs: a journal with "perhaps created" brings back no record, and overwrites no newer edit', async () => {
  const tenant = 'scars-replayed';
  await stage.putWorld({ hubspot: { contacts: many(2, (n) => ({ id: `${n}`, properties: { firstname: `N${n}`, phone: `+44${n}` } })) } });
  await stage.applyTenant(tenant, { entities: ['member'] });
  await stage.sync(tenant);
  // The state after a worker has died right after its creations, or after the database was restored to that moment.
  const left = await inStore(stage, (db) =>
    db.collection('operations').updateMany({ tenant, kind: 'create', state: 'applied' }, { $set: { state: 'calling' } }),
  );
  expect(left.modifiedCount).toBe(2);
  const { linkedTo } = await look(stage);
  await stage.edit('officernd', [
    { op: 'delete', type: 'members', id: linkedTo('1')?._id ?? '' },
    { op: 'update', type: 'members', id: linkedTo('2')?._id ?? '', fields: { phone: '+449' } },
  ]);
  expect(await stage.sync(tenant)).toMatchObject({
    phases: { link: { member: { created: 0 } }, update: { member: { updatedOfficernd: 0 } } },
  });
  expect(await names()).toEqual(['N2']);
  expect((await look(stage)).values('2')).toMatchObject({ phone: '+449' });
  await expectSettled(stage, tenant);
});

test('double creation by a rerun: a run that is cancelled in the middle of creating and the next one create each record once', async () => {
  const tenant = 'scars-rerun';
  const COUNT = 400;
  await stage.putWorld({ hubspot: { contacts: many(COUNT, (n) => ({ id: `${n}`, properties: { firstname: `N${n}` } })) } });
  await stage.applyTenant(tenant, { entities: ['member'] });
  // The latency is long enough for the worker to learn of the cancellation before it ends. It comes with the answer to a heartbeat.
  await addFaults(stage, 'officernd', [{ match: { method: 'POST', path: '/members$' }, action: { delayMs: 1_000 } }]);
  const running = stage.sync(tenant, [], 1);
  await poll('some creations', async () => ((await created()) > 3 ? true : undefined));
  expect(await stage.cli('cancel', tenant)).toMatchObject({ code: 0 });
  const { state, phases } = await running;
  const there = (await look(stage)).world.officernd.members.length;
  expect(state).toBe('cancelled');
  expect(there).toBeLessThan(COUNT);
  // The calls that were under way have come to their end, and stand in the report.
  expect(phases.link['member']?.['created']).toBe(there);
  await stage.admin('officernd', 'DELETE', '/faults');
  expect(await stage.sync(tenant)).toMatchObject({ state: 'completed', failures: 0 });
  const linked = (await look(stage)).world.officernd.members.map(({ properties }) => String(properties['hubspot_link_id']));
  expect(linked.toSorted()).toEqual(many(COUNT, (n) => linkId(`${n}`)).toSorted());
  await expectSettled(stage, tenant);
});
