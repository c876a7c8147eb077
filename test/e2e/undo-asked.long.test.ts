import { randomUUID } from 'node:crypto';
import { createUndoVerbs } from '../../client/undo';
import type { UndoVerbs } from '../../client/undo';
import type { SyncRequest } from '../../workflows/api';
import { createActivityEngine } from '../support/activity-engine';
import type { ActivityEngine } from '../support/activity-engine';
import { idOf, look } from '../support/sight';
import { createStage } from '../support/stage';
import type { Stage } from '../support/stage';

/** Requests to take something back: those that are refused, and the runs that the others ask for. */

const member = (number: number) => idOf('member', number);
const tenant = 'undo-asked';
const asked: Pick<SyncRequest, 'mode' | 'entities' | 'undoes'>[] = [];
let stage: Stage;
let engine: ActivityEngine;
let verbs: UndoVerbs;
let first: string;

beforeAll(async () => {
  stage = await createStage('undo-asked');
  engine = await createActivityEngine(stage);
  verbs = createUndoVerbs({
    store: engine.store,
    request: async ({ mode, entities, undoes }) => {
      asked.push({ mode, entities, ...(undoes !== undefined && { undoes }) });
      return { runId: 'asked', outcome: 'started' };
    },
  });
  await stage.putWorld({
    officernd: { members: [{ _id: member(1), name: 'P No1', email: 'p1@example.com', phone: '+1 1', address: { city: 'Leeds' } }] },
    hubspot: {
      contacts: [
        { id: '1', properties: { firstname: 'P', lastname: 'No1', email: 'p1@example.com', phone: '+1 2', city: 'York' } },
        { id: '2', properties: { firstname: 'P', lastname: 'No2', email: 'p2@example.com' } },
      ],
    },
  });
  await engine.addTenant(tenant, { standard: { 'member.address.city': '→' } });
  first = randomUUID();
  await engine.run(tenant, { runId: first });
});

afterAll(async () => {
  await engine.close();
  await stage.stop();
});

beforeEach(() => {
  asked.splice(0);
});

const conflictOf = async (field: string) => (await verbs.conflicts(tenant, { run: first, field }))[0]?.id ?? '';

test('D2 a one-way field refuses it, with one sentence, and a two-way field is taken back by the beginning of an id', async () => {
  const oneWay = await conflictOf('address.city');
  await expect(verbs.takeBack(tenant, { conflicts: [oneWay] })).rejects.toMatchObject({
    kind: 'one-way',
    message: `${oneWay} can't be taken back: address.city of member flows one way (→), so the value would be replaced again. Change it at its source.`,
  });
  const twoWay = await conflictOf('phone');
  await verbs.takeBack(tenant, { conflicts: [twoWay.slice(0, 8)] });
  await verbs.takeBack(tenant, { run: first });
  await verbs.takeBack(tenant, { field: 'phone' }, { preview: true });
  const request = { mode: 'incremental', entities: ['member'], undoes: { conflicts: [twoWay] } };
  expect(asked).toEqual([request, request, { ...request, mode: 'preview' }]);
});

test.each([
  ['an id that no conflict has', { conflicts: ['none'] }, 'unknown-conflict'],
  ['an empty id', { conflicts: [''] }, 'unknown-conflict'],
  ['a field in which nothing gave way', { field: 'email' }, 'nothing'],
] as const)('D2 %s is refused', async (_title, what, kind) => {
  await expect(verbs.takeBack(tenant, what)).rejects.toMatchObject({ kind });
});

test('X1 a record is found by the id of either side, also one that the run created', async () => {
  const { linkedTo } = await look(stage);
  await verbs.undo(tenant, { run: first, entity: 'member', id: linkedTo('2')?._id ?? '' }, { by: 'me', note: 'a mistake' });
  expect(asked).toEqual([{ mode: 'incremental', entities: ['member'], undoes: { run: first, entity: 'member', id: '2' } }]);
  expect((await engine.store.forTenant(tenant).runs.facts('asked'))['asked-by']).toMatchObject({ by: 'me', note: 'a mistake' });
});

test('X3 a run that is not there, was a preview, or has changed nothing is refused', async () => {
  await expect(verbs.undo(tenant, { run: 'none' })).rejects.toMatchObject({ kind: 'unknown-run' });
  const preview = randomUUID();
  await engine.run(tenant, { runId: preview, undoes: { run: first }, mode: 'preview' });
  await expect(verbs.undo(tenant, { run: preview })).rejects.toMatchObject({ kind: 'preview' });
  const idle = randomUUID();
  await engine.run(tenant, { runId: idle });
  await expect(verbs.undo(tenant, { run: idle })).rejects.toMatchObject({ kind: 'nothing' });
});

test('X3 D2 a taking back that was undone may be done once more', async () => {
  const id = await conflictOf('phone');
  const runId = randomUUID();
  await engine.run(tenant, { runId, undoes: { conflicts: [id] } });
  await expect(verbs.takeBack(tenant, { conflicts: [id] })).rejects.toMatchObject({ kind: 'taken-back' });
  await engine.run(tenant, { undoes: { run: runId } });
  const { officernd, values } = await look(stage);
  expect([officernd(member(1))?.['phone'], values('1')['phone']]).toEqual(['+1 1', '+1 1']);
  await verbs.takeBack(tenant, { conflicts: [id] });
  expect(asked).toHaveLength(1);
});
