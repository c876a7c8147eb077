import { endState, id, linkedTwice, many } from '../support/killed-runs';
import { poll } from '../support/poll';
import type { CliProcess } from '../support/run-cli';
import { expectSettled, inStore } from '../support/sight';
import { createStage, reportSchema } from '../support/stage';
import type { SeenReport, Stage, StageWorld } from '../support/stage';
import { programs } from './programs';
import type { Program } from './programs';
import { connectOperator, UPGRADED } from './temporal';
import type { Operator } from './temporal';

/**
 * Upgrades from the last release to this one and back, under a running sync, in the ways of docs/operations.md. Each time, both sides end
 * as after a run that nothing disturbs. No record is created or linked twice, and no workflow task fails.
 */

const TENANT = 'acme';
const TO_CREATE = 120;
const MATCHED = 40;
/** The death of a worker is noticed after this time. */
const SOON_NOTICED = { ORSYNC_DEAD_WORKER_SECONDS: '4' };
const WITHIN_MS = 600_000;

/** Work for all three phases: obsolete links, matches with differences both ways, creations. */
const world: StageWorld = {
  officernd: {
    companies: [
      { _id: id('c', 1), name: 'Gone', properties: { hubspot_link_id: '12345678-901' } },
      ...many(MATCHED, (n) => ({ _id: id('c', 100 + n), name: `Firm ${n}`, url: `https://firm${n}.example`, description: `Words ${n}` })),
    ],
    members: many(MATCHED, (n) => ({ _id: id('e', 100 + n), name: `Joe Roe${n}`, email: `joe${n}@example.com` })),
  },
  hubspot: {
    portalId: '12345678',
    companies: many(MATCHED, (n) => ({ id: `${100 + n}`, properties: { name: `Firm ${n}`, city: `City ${n}` } })),
    contacts: [
      ...many(MATCHED, (n) => ({
        id: `${300 + n}`,
        properties: { firstname: 'Joe', lastname: `Roe${n}`, email: `joe${n}@example.com`, phone: `+44 20 7946 0${100 + n}` },
      })),
      ...many(TO_CREATE, (n) => ({
        id: `${1000 + n}`,
        properties: { firstname: 'Ann', lastname: `Lee${n}`, email: `ann${n}@example.com` },
        associations: { companies: [`${101 + (n % MATCHED)}`] },
      })),
    ],
  },
};

const { last, this: current } = programs();
const stages: Stage[] = [];
const workers: CliProcess[] = [];
let operator: Operator;
let expected: unknown;

beforeAll(async () => {
  operator = await connectOperator();
  const stage = await openStage('undisturbed');
  await applyBy(current, stage);
  await startWorker(current, stage);
  const report = await syncBy(current, stage);
  expect(report).toMatchObject({ state: 'completed', failures: 0, phases: { link: { member: { created: TO_CREATE } } } });
  expected = await endState(stage);
}, WITHIN_MS);

afterAll(async () => {
  await Promise.all(workers.map((worker) => worker.stop()));
  await Promise.all(stages.map((stage) => stage.stop()));
  await operator.close();
});

const ways = [
  ['the last release', 'this one', last, current],
  ['this release', 'the last one', current, last],
] as const;

test.each(ways)(
  'side by side: a run that %s began ends on it, while %s does new ones in the same database',
  async (_one, _other, first, second) => {
    const name = `drain-${first.release}`;
    const [stage, other] = [await openStage(name), await openStage(`${name}-other`)];
    await applyBy(first, stage);
    const leaving = await startWorker(first, stage, { ORSYNC_DEPLOYMENT_VERSION: `${name}.${first.release}` });
    await operator.makeCurrent(name, first.release);
    const running = syncBy(first, stage);
    await untilCreating(stage);

    await startWorker(second, stage, { ORSYNC_DEPLOYMENT_VERSION: `${name}.${second.release}` });
    await operator.makeCurrent(name, second.release);
    const file = stage.writeFile('other.json', { ...other.tenantFile('other'), entities: UPGRADED });
    expect((await second.run(stage, 'tenant', 'apply', file)).code).toBe(0);
    const meanwhile = await syncBy(second, stage, 'other');
    expect(await created(stage)).toBeLessThan(TO_CREATE);
    await slowDown(stage, 0);

    const report = await running;
    expect(report).toMatchObject({ state: 'completed', failures: 0, phases: { link: { member: { created: TO_CREATE } } } });
    expect(meanwhile).toMatchObject({ state: 'completed', failures: 0, phases: { link: { member: { created: TO_CREATE } } } });
    expect(await operator.buildOf(stage, TENANT, report.runId)).toBe(first.release);
    expect(await operator.buildOf(stage, 'other', meanwhile.runId)).toBe(second.release);
    expect(await leaving.stop()).toBe(0);
    for (const [tenant, { runId }] of [
      [TENANT, report],
      ['other', meanwhile],
    ] as const)
      expect(await operator.failedTasks(stage, tenant, runId)).toEqual([]);
    expect([await endState(stage), await endState(other), await linkedTwice(stage)]).toEqual([expected, expected, []]);
    await expectSettled(stage, TENANT);
  },
  WITHIN_MS,
);

test(
  'stop and start: a run whose workers are killed is finished by those of this release',
  async () => {
    const stage = await openStage('stopped');
    await applyBy(last, stage);
    const doomed = await startWorker(last, stage, { ...SOON_NOTICED, ORSYNC_CRASH_AT: 'create-called:50' });
    const running = syncBy(last, stage);
    await doomed.ended;
    await startWorker(current, stage, SOON_NOTICED);
    const report = await running;
    expect(report).toMatchObject({ state: 'completed', failures: 0, phases: { link: { member: { created: TO_CREATE } } } });
    expect(await operator.failedTasks(stage, TENANT, report.runId)).toEqual([]);
    expect([await endState(stage), await linkedTwice(stage)]).toEqual([expected, []]);
    await expectSettled(stage, TENANT);
  },
  WITHIN_MS,
);

test(
  'back to the last release: a run of this one is terminated, and the next one does what is left',
  async () => {
    const stage = await openStage('back');
    await applyBy(current, stage);
    const doomed = await startWorker(current, stage, { ...SOON_NOTICED, ORSYNC_CRASH_AT: 'create-called:50' });
    const running = current.run(stage, 'sync', TENANT, '--wait');
    await doomed.ended;
    await operator.terminate(stage, TENANT);
    expect((await running).code).not.toBe(0);
    await startWorker(last, stage);
    const report = await syncBy(last, stage);
    expect(report).toMatchObject({ state: 'completed', failures: 0 });
    expect(await operator.failedTasks(stage, TENANT, report.runId)).toEqual([]);
    expect([await endState(stage), await linkedTwice(stage)]).toEqual([expected, []]);
  },
  WITHIN_MS,
);

test(
  'a follow-up does not stay on the version of the run before it, so old workers come to an end',
  async () => {
    const stage = await openStage('follow-up');
    await applyBy(current, stage);
    await startWorker(current, stage, { ORSYNC_DEPLOYMENT_VERSION: 'follow-up.one' });
    await operator.makeCurrent('follow-up', 'one');
    const running = syncBy(current, stage, TENANT, '--entity', 'member');
    await untilCreating(stage);
    const queued = syncBy(current, stage);
    await startWorker(current, stage, { ORSYNC_DEPLOYMENT_VERSION: 'follow-up.two' });
    await operator.makeCurrent('follow-up', 'two');
    await slowDown(stage, 0);
    const [before, after] = [await running, await queued];
    expect(after.runId).not.toBe(before.runId);
    expect(await operator.buildOf(stage, TENANT, before.runId)).toBe('one');
    expect(await operator.buildOf(stage, TENANT, after.runId)).toBe('two');
  },
  WITHIN_MS,
);

test(
  'validators that an older worker has narrowed refuse nothing for long',
  async () => {
    const stage = await openStage('narrowed');
    await applyBy(current, stage);
    await startWorker(current, stage);
    const narrow = { $jsonSchema: { bsonType: 'object', required: ['whatOnlyTheOlderOneWrites'] } };
    const narrowed = ['operations', 'links', 'snapshots', 'observations', 'callLedger'];
    await inStore(stage, async (db) => {
      for (const name of narrowed) await db.command({ collMod: name, validator: narrow });
    });
    expect(await syncBy(current, stage)).toMatchObject({ state: 'completed', failures: 0 });
    expect([await endState(stage), await linkedTwice(stage)]).toEqual([expected, []]);
    const left = await inStore(stage, (db) => db.listCollections().toArray());
    expect(left.filter((info) => JSON.stringify(info).includes('whatOnlyTheOlderOneWrites'))).toEqual([]);
  },
  WITHIN_MS,
);

async function openStage(name: string): Promise<Stage> {
  const stage = await createStage(name);
  stages.push(stage);
  await stage.putWorld(world);
  return stage;
}

async function applyBy(program: Program, stage: Stage): Promise<void> {
  const file = stage.writeFile('acme.json', { ...stage.tenantFile(TENANT), entities: UPGRADED });
  const { code, stderr } = await program.run(stage, 'tenant', 'apply', file);
  expect([code, stderr]).toEqual([0, expect.anything()]);
}

async function startWorker(program: Program, stage: Stage, env?: Readonly<Record<string, string>>): Promise<CliProcess> {
  const worker = await program.startWorker(stage, env);
  workers.push(worker);
  return worker;
}

async function syncBy(program: Program, stage: Stage, tenant = TENANT, ...args: readonly string[]): Promise<SeenReport> {
  const { code, stdout, stderr } = await program.run(stage, 'sync', tenant, '--wait', '--json', ...args);
  if (code !== 0) throw new Error(`sync exited with ${String(code)}.\n${stdout}\n${stderr}\n${workers.map(({ log }) => log()).join('\n')}`);
  return reportSchema.parse(JSON.parse(stdout));
}

/** Resolves in the middle of the creations, and makes the vendor so slow that the run lasts until `slowDown(stage, 0)`. */
async function untilCreating(stage: Stage): Promise<void> {
  await slowDown(stage, 200);
  await poll('the first creations', async () => ((await created(stage)) > 0 ? true : undefined), { deadlineMs: 60_000 });
  await slowDown(stage, 8_000);
}

const slowDown = (stage: Stage, latencyMs: number): Promise<unknown> => stage.admin('officernd', 'PUT', '/settings', { latencyMs });

const created = async (stage: Stage): Promise<number> => (await stage.world()).officernd.members.length - MATCHED;
