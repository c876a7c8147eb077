import { z } from 'zod';
import type { Observation } from '../../domain/observation';
import { allCollections } from '../../store/collections';
import { migrate } from '../../store/migrations';
import { SCHEMA_VERSION } from '../../store/scope';
import { aConflict, anObservation, anOperation, aPair, aReport, aRun } from './builders';
import { NOW, openTestStore } from './test-store';
import type { TestStore } from './test-store';

let own: TestStore;
beforeEach(async () => {
  own = await openTestStore({ prepare: false });
});
afterEach(() => own.drop());

const validatorSchema = z.object({
  options: z.object({
    validator: z.strictObject({
      $jsonSchema: z.looseObject({ required: z.array(z.string()), properties: z.record(z.string(), z.unknown()) }),
    }),
  }),
});

test('several processes may prepare at once, and again', async () => {
  await Promise.all([own.store.prepare(), own.store.prepare(), own.store.prepare()]);
  await own.store.prepare();
  const found = await own.db.listCollections().toArray();
  expect(found.map(({ name }) => name).sort()).toEqual([...allCollections.map(({ name }) => name), 'schema'].sort());
});

test('every collection has a validator, its indexes and an expiry', async () => {
  await own.store.prepare();
  for (const { name, indexes } of allCollections) {
    const [info] = await own.db.listCollections({ name }).toArray();
    expect(info).toMatchObject({ options: { validator: { $jsonSchema: { bsonType: 'object' } } } });
    const names = new Set((await own.db.collection(name).indexes()).map((index) => index.name));
    expect(names).toEqual(new Set(['_id_', 'expiry', ...indexes.map((index) => index.name)]));
  }
});

test('indexes of an earlier release that others have replaced are dropped, whenever it has made them again', async () => {
  const earlier = [
    { name: 'byHubSpotId', key: { tenant: 1, run: 1, hubspotId: 1 } },
    { name: 'byOfficerndId', key: { tenant: 1, run: 1, officerndId: 1 } },
  ];
  const names = async (collection: string) => (await own.db.collection(collection).indexes()).map(({ name }) => name);
  for (let time = 0; time < 2; time += 1) {
    for (const collection of ['operations', 'preview_operations']) await own.db.collection(collection).createIndexes(earlier);
    await Promise.all([own.store.prepare(), own.store.prepare()]);
    for (const collection of ['operations', 'preview_operations'])
      expect(await names(collection)).not.toEqual(expect.arrayContaining([expect.stringMatching(/^by(HubSpot|Officernd)Id$/)]));
  }
  // A collection that still asks by them keeps its own.
  expect(await names('decisions')).toEqual(expect.arrayContaining(['byHubSpotId', 'byOfficerndId']));
});

test('a validator of an earlier program is replaced', async () => {
  await own.db.createCollection('links', { validator: { $jsonSchema: { required: ['somethingElse'] } } });
  await own.store.prepare();
  expect(await own.store.forTenant('t').links.activate([aPair()])).toEqual({ refused: [] });
});

test('documents of another shape are refused', async () => {
  await own.store.prepare();
  const { observations } = own.store.forTenant('t');
  const deal: object = { ...anObservation(), entity: 'deal' };
  await expect(observations.record('run-1', [deal as Observation])).rejects.toThrow('validation');
  await observations.record('run-1', [anObservation()]);
  const stray = own.db.collection('observations').updateOne({ tenant: 't' }, { $set: { name: 1 } });
  await expect(stray).rejects.toThrow('validation');
});

test('this release goes on with documents to which the next one has added fields, inside of others, too', async () => {
  await own.store.prepare();
  const { observations, runs } = own.store.forTenant('t');
  await observations.record('run-1', [anObservation()]);
  await own.db.collection('observations').updateOne({ tenant: 't' }, { $set: { later: 1, 'values.0.later': 1 } });
  await runs.start(aRun());
  await own.db
    .collection('runs')
    .updateOne({ tenant: 't' }, { $set: { trouble: { kind: 'forbidden', message: 'why', setting: null, later: 1 } } });
  await runs.setState('run-1', 'running', null);
  expect(await observations.record('run-2', [anObservation()])).toMatchObject({ changed: 0, unchanged: 1 });
});

test('a validator that a newer release has widened stays, and one that an older release has narrowed is widened again', async () => {
  await own.store.prepare();
  const validator = async () => {
    const [info] = await own.db.listCollections({ name: 'links' }).toArray();
    return validatorSchema.parse(info).options.validator;
  };
  const ours = await validator();
  const { properties, required } = ours.$jsonSchema;
  const wider = {
    ...ours.$jsonSchema,
    required: required.filter((name) => name !== 'reason'),
    properties: { ...properties, state: { enum: ['active', 'retired', 'doubted'] }, doubt: { bsonType: 'string' } },
  };
  await own.db.command({ collMod: 'links', validator: { $jsonSchema: wider } });
  await own.store.prepare();
  expect(await validator()).toEqual({ $jsonSchema: wider });
  for (const narrower of [
    { ...wider, additionalProperties: false },
    { ...wider, required: [...required, 'doubt'] },
    { ...wider, properties: { ...properties, state: { enum: ['active'] } } },
    { ...wider, properties: { ...properties, reopened: { bsonType: 'number', minimum: 1 } } },
  ]) {
    await own.db.command({ collMod: 'links', validator: { $jsonSchema: narrower } });
    await own.store.prepare();
    expect(await validator()).toEqual(ours);
  }
});

test('a program goes on with the database of a newer one that it can bear, and leaves its validators and indexes alone', async () => {
  const step = { version: SCHEMA_VERSION + 1, bearableFrom: SCHEMA_VERSION, up: () => Promise.resolve() };
  await migrate(own.db, [step], SCHEMA_VERSION + 1);
  const validator = { $jsonSchema: { required: ['somethingNewer'] } };
  await own.db.createCollection('links', { validator });
  await own.store.prepare();
  const [info] = await own.db.listCollections({ name: 'links' }).toArray();
  expect(info).toMatchObject({ options: { validator } });
  expect(await own.db.collection('links').indexes()).toHaveLength(1);
  expect(await own.store.forTenant('t').runs.latest()).toBeNull();
});

test('a step that programs before can’t bear refuses them, whatever steps they could bear came before it', async () => {
  const done: number[] = [];
  const step = (version: number, bearableFrom: number) => ({ version, bearableFrom, up: async () => void done.push(version) });
  await migrate(own.db, [], 1);
  await migrate(own.db, [step(2, 1)], 2);
  expect(await migrate(own.db, [], 1)).toBe('newer');
  const all = [step(2, 1), step(3, 3)];
  await migrate(own.db, all, 3);
  await migrate(own.db, all, 3);
  expect(done).toEqual([2, 3]);
  await expect(migrate(own.db, [step(2, 1)], 2)).rejects.toThrow('documents of version 3, but this program only knows version 2');
});

test('migrations run once, in order, and the version is recorded', async () => {
  const done: number[] = [];
  const step = (version: number) => ({ version, bearableFrom: version, up: async () => void done.push(version) });
  await migrate(own.db, [step(1)], 1);
  expect(done).toEqual([]);
  await migrate(own.db, [step(1), step(2), step(3)], 3);
  await migrate(own.db, [step(1), step(2), step(3)], 3);
  expect(done).toEqual([2, 3]);
});

test('links of version 1 are open again, to be compared once more', async () => {
  await migrate(own.db, [], 1);
  const { run: _run, ...pair } = aPair();
  const old = { ...pair, schemaVersion: 1, tenant: 't', expiresAt: null, id: 'member/o1/101', state: 'active', reason: null };
  const links = own.db.collection<{ readonly _id: string; readonly [field: string]: unknown }>('links');
  await links.insertOne({ ...old, _id: 't/member/o1/101', linkedRun: 'run-1', retiredRun: null, settled: 'a stamp' });
  await own.store.prepare();
  const { comparisons } = own.store.forTenant('t');
  const [link] = await comparisons.openAmong('member', ['member/o1/101']);
  expect(link).toMatchObject({ officerndId: 'o1', hubspotId: '101', reopened: 0 });
  // The validator accepts the documents that the store writes.
  await comparisons.settle('stamp', link === undefined ? [] : [{ link, hashes: { officernd: 'o', hubspot: 'h' } }]);
  expect(await comparisons.countSettled('member')).toBe(1);
});

test('the journals of runs that an earlier release has begun are kept until these runs are over, once', async () => {
  const soon = new Date(Date.now() + 60_000);
  await own.store.prepare();
  await own.db.collection<{ readonly _id: string }>('schema').deleteOne({ _id: 'open-journals' });
  const { runs, operations, conflicts } = own.store.forTenant('t');
  await runs.start(aRun({ id: 'under-way' }));
  await runs.start(aRun({ id: 'over' }));
  await runs.finish('over', aReport(), null, NOW);
  await runs.start(aRun({ id: 'waits' }));
  await runs.finish('waits', aReport({ finishedAt: null }), null, NOW);
  for (const run of ['under-way', 'over', 'waits']) {
    await operations.plan(run, [anOperation()]);
    await conflicts.record([aConflict({ run })]);
    await runs.setFact(run, 'f', 1);
  }
  const journals = ['operations', 'conflicts', 'runFacts'].map((name) => own.db.collection(name));
  for (const journal of journals) await journal.updateMany({}, { $set: { expiresAt: soon } });
  const kept = async () =>
    (await Promise.all(journals.map((journal) => journal.distinct('run', { expiresAt: { $gt: soon } })))).map((of) =>
      of.map(String).toSorted(),
    );
  await own.store.prepare();
  expect(await kept()).toEqual([
    ['under-way', 'waits'],
    ['under-way', 'waits'],
    ['under-way', 'waits'],
  ]);
  for (const journal of journals) await journal.updateMany({}, { $set: { expiresAt: soon } });
  await own.store.prepare();
  expect(await kept()).toEqual([[], [], []]);
});

test('a migration that fails is tried again', async () => {
  await migrate(own.db, [], 1);
  const rename = async () => {
    await own.db.collection('links').updateMany({ schemaVersion: 1 }, { $set: { schemaVersion: 2, state: 'active' } });
  };
  await own.db.collection('links').insertOne({ schemaVersion: 1 });
  const broken = { version: 2, bearableFrom: 2, up: () => Promise.reject(new Error('power cut')) };
  await expect(migrate(own.db, [broken], 2)).rejects.toThrow('power cut');
  await migrate(own.db, [{ version: 2, bearableFrom: 2, up: rename }], 2);
  expect(await own.db.collection('links').findOne()).toMatchObject({ schemaVersion: 2, state: 'active' });
});

test('a database of a newer program is left alone', async () => {
  await migrate(own.db, [], 2);
  await expect(migrate(own.db, [], 1)).rejects.toThrow('documents of version 2, but this program only knows version 1. Update orsync');
});
