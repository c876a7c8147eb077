import { randomUUID } from 'node:crypto';
import { createActivityEngine } from '../support/activity-engine';
import type { ActivityEngine } from '../support/activity-engine';
import { idOf, inStore, linkId, look, openReviews, storedLinks } from '../support/sight';
import { createStage } from '../support/stage';
import type { Stage } from '../support/stage';

/** Phase 2 reads nothing if phase 1 has found every record linked. If there may be something to do, it does its work. */

let stage: Stage;
let engine: ActivityEngine;

beforeAll(async () => {
  stage = await createStage('whole-links');
  engine = await createActivityEngine(stage);
});

afterAll(async () => {
  await engine.close();
  await stage.stop();
});

const member = (number: number, more: Readonly<Record<string, unknown>> = {}) => ({
  _id: idOf('member', number),
  name: `Ann ${number}`,
  email: `ann${number}@example.com`,
  ...more,
});
const contact = (number: number) => ({
  id: `${number}`,
  properties: { firstname: 'Ann', lastname: `${number}`, email: `ann${number}@example.com` },
});

/** Three linked pairs. */
async function prepare(tenant: string, settings: Readonly<Record<string, unknown>> = {}): Promise<void> {
  await stage.putWorld({
    officernd: { members: [1, 2, 3].map((number) => member(number)) },
    hubspot: { contacts: [1, 2, 3].map(contact) },
  });
  await engine.addTenant(tenant, settings);
  await engine.run(tenant);
  expect(await storedLinks(stage, tenant)).toHaveLength(3);
}

/** Makes a run. Resolves to whether phase 1 found everything linked, and whether phase 2 looked for records to create. */
async function runAndTell(tenant: string, runId: string = randomUUID()): Promise<{ readonly isWhole: unknown; readonly creates: boolean }> {
  const { hasPlannedCreates: creates } = await engine.run(tenant, { runId });
  const fact = await inStore(stage, (db) =>
    db
      .collection<{ readonly run: string; readonly name: string; readonly value: boolean }>('runFacts')
      .findOne({ run: runId, name: 'whole/member' }),
  );
  return { isWhole: fact?.value, creates };
}

test('A1 where nothing has changed, everything is linked', async () => {
  await prepare('whole');
  expect(await runAndTell('whole')).toEqual({ isWhole: true, creates: false });
});

test('L12 a creation of this run with an unknown end is completed, though everything is linked', async () => {
  await prepare('unfinished');
  const runId = randomUUID();
  await runAndTell('unfinished', runId);
  const { operations } = engine.store.forTenant('unfinished');
  const create = { id: 'create/member/1', phase: 'link', entity: 'member', kind: 'create', officerndId: null, hubspotId: '1' } as const;
  await operations.plan(runId, [{ ...create, fields: [], reason: 'L6' }]);
  await operations.setState(runId, [create.id], 'calling');
  expect(await runAndTell('unfinished', runId)).toEqual({ isWhole: true, creates: true });
  const { items } = await operations.page(runId, { kinds: ['create'] }, { after: null, limit: 10 });
  expect(items.map(({ state }) => state)).toEqual(['applied']);
  expect((await look(stage)).world.officernd.members).toHaveLength(3);
});

test('L6 a new record is created, though an unlink that a brake holds back makes the numbers the same (U4)', async () => {
  await prepare('held', { brakes: { unlink: { count: 0, share: 0 } } });
  await stage.edit('hubspot', [
    { op: 'archive', type: 'contacts', id: '1' },
    { op: 'create', type: 'contacts', id: '4', properties: contact(4).properties },
  ]);
  expect(await runAndTell('held')).toEqual({ isWhole: false, creates: true });
  const { world } = await look(stage);
  expect(world.officernd.members.map(({ name }) => name)).toContain('Ann 4');
  expect((await storedLinks(stage, 'held')).filter(({ state }) => state === 'active')).toHaveLength(4);
});

test('L6 a new record is created where all links are in order', async () => {
  await prepare('new');
  await stage.edit('hubspot', [{ op: 'create', type: 'contacts', id: '4', properties: contact(4).properties }]);
  expect(await runAndTell('new')).toEqual({ isWhole: true, creates: true });
  const { world } = await look(stage);
  expect(world.officernd.members.map(({ name }) => name)).toContain('Ann 4');
});

test('L2 a record that carries the id of a linked one is shown to a person', async () => {
  await prepare('carrier');
  await stage.edit('officernd', [
    { op: 'create', type: 'members', fields: { name: 'Bob', email: 'bob@example.com', properties: { hubspot_link_id: linkId('1') } } },
  ]);
  expect(await runAndTell('carrier')).toEqual({ isWhole: false, creates: true });
  expect((await openReviews(stage, 'carrier')).map(({ kind }) => kind)).toEqual(['link-taken']);
});

test('U5, L3 a record that replaces a deleted one is linked', async () => {
  await prepare('replaced');
  await stage.edit('officernd', [{ op: 'delete', type: 'members', id: idOf('member', 1) }]);
  await stage.edit('officernd', [{ op: 'create', type: 'members', fields: { name: 'Ann 1', email: 'ann1@example.com' } }]);
  expect(await runAndTell('replaced')).toEqual({ isWhole: false, creates: true });
  expect((await storedLinks(stage, 'replaced')).filter(({ state }) => state === 'active')).toHaveLength(3);
});

test('U5 a link is ended, though another record has taken over the link id of the deleted one and makes the numbers the same', async () => {
  await prepare('taken-over');
  await stage.edit('officernd', [{ op: 'delete', type: 'members', id: idOf('member', 1) }]);
  await stage.edit('officernd', [
    { op: 'create', type: 'members', fields: { name: 'Bob', email: 'bob@example.com', properties: { hubspot_link_id: linkId('1') } } },
  ]);
  expect(await runAndTell('taken-over')).toEqual({ isWhole: false, creates: true });
  const active = (await storedLinks(stage, 'taken-over')).filter(({ state }) => state === 'active');
  expect(active.map(({ officerndId }) => officerndId)).not.toContain(idOf('member', 1));
});
