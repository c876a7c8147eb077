import { cities, companies, edited, editedInHubSpot } from '../support/companies';
import { poll } from '../support/poll';
import type { CliProcess } from '../support/run-cli';
import { expectSettled, inStore, linkId, linkShown, look, writesIn } from '../support/sight';
import { createStage } from '../support/stage';
import type { Stage, StageWorld } from '../support/stage';
import { connectOperator } from '../upgrade/temporal';
import type { Operator } from '../upgrade/temporal';

/**
 * A2: a worker stands still in the middle of a run, an operator terminates the run, and another worker does a new one. When the first worker
 * goes on, nothing is doubled, and nothing old is written. Temporal, MongoDB and the workers are real. Single calls are held up in
 * zombies.long.test.ts.
 */

let operator: Operator;
const stages: Stage[] = [];
beforeAll(async () => {
  operator = await connectOperator();
});
afterAll(async () => {
  await operator.close();
  await Promise.all(stages.map((stage) => stage.stop()));
});

const SOON_NOTICED = { ORSYNC_DEAD_WORKER_SECONDS: '4' };
const WITHIN_MS = 600_000;
const PAIRS = 16;
const NEW = 16;
const TENANT = 'acme';
const numbers = (count: number): readonly number[] => Array.from({ length: count }, (_, index) => index + 1);
const matching = companies(...numbers(PAIRS));

async function openStage(name: string, world: StageWorld): Promise<Stage> {
  const stage = await createStage(name);
  stages.push(stage);
  await stage.putWorld(world);
  await stage.applyTenant(TENANT);
  return stage;
}

const writes = async (stage: Stage) => [writesIn(await stage.requests('officernd')), writesIn(await stage.requests('hubspot'))];
async function sent(stage: Stage, method: 'POST' | 'PUT'): Promise<number> {
  const ofMethod = Object.entries(writesIn(await stage.requests('officernd'))).filter(([route]) => route.startsWith(`${method} `));
  return ofMethod.reduce((sum, [, count]) => sum + count, 0);
}
const slowDown = (stage: Stage, latencyMs: number): Promise<unknown> => stage.admin('officernd', 'PUT', '/settings', { latencyMs });

/**
 * The collections of bases, links and cases. A link may be compared once more. Records may be read once more, since Temporal may have given the
 * frozen worker a step of the new run.
 */
const KEPT = ['links', 'snapshots', 'failures', 'reviews', 'suppressions', 'canaries'] as const;
const NOTES = { reopened: 0, settled: 0 };
const kept = (stage: Stage): Promise<unknown> =>
  inStore(stage, (db) =>
    Promise.all(
      KEPT.map((name) =>
        db
          .collection(name)
          .find({}, { sort: { _id: 1 }, projection: NOTES })
          .toArray(),
      ),
    ),
  );

/** Freezes a worker after some writes of a run, and terminates the run. */
async function freezeAndTerminate(stage: Stage, method: 'POST' | 'PUT'): Promise<CliProcess> {
  const doomed = await stage.startWorker(SOON_NOTICED);
  const before = await sent(stage, method);
  await slowDown(stage, 400);
  const running = stage.cli('sync', TENANT, '--wait');
  const begun = async () => ((await sent(stage, method)) - before > 3 ? true : undefined);
  await poll('the first writes', begun, { deadlineMs: 60_000, everyMs: 20 });
  process.kill(doomed.pid, 'SIGSTOP');
  try {
    await operator.terminate(stage, TENANT);
    expect((await running).code).not.toBe(0);
    await slowDown(stage, 0);
  } catch (error) {
    process.kill(doomed.pid, 'SIGCONT');
    throw error;
  }
  return doomed;
}

/** Plays this beside the frozen worker, then thaws it and has it do all the work of a preview. So what it held before comes by. */
async function besideFrozen(stage: Stage, doomed: CliProcess, play: () => Promise<void>): Promise<void> {
  let before: unknown;
  try {
    await play();
    before = [await writes(stage), await kept(stage)];
  } finally {
    process.kill(doomed.pid, 'SIGCONT');
  }
  await stage.sync(TENANT, ['--mode', 'preview']);
  expect([await writes(stage), await kept(stage)]).toEqual(before);
}

async function syncByAnother(stage: Stage): Promise<void> {
  const survivor = await stage.startWorker(SOON_NOTICED);
  await stage.sync(TENANT);
  await survivor.stop();
}

/** The end of a play, and the end that it should have. */
interface Played {
  readonly seen: unknown;
  readonly expected: unknown;
}

async function frozenAmidCreations(): Promise<Played> {
  const { companies: inHubSpot } = companies(...numbers(PAIRS + NEW)).hubspot;
  const stage = await openStage('terminated-creations', { ...matching, hubspot: { companies: inHubSpot } });
  const doomed = await freezeAndTerminate(stage, 'POST');
  await besideFrozen(stage, doomed, () => syncByAnother(stage));
  await expectSettled(stage, TENANT);
  const shown = (await stage.world()).officernd.companies.map((record) => String(linkShown(record)));
  const expected = numbers(PAIRS + NEW).map((number) => linkId(`${number}`));
  return { seen: shown.toSorted(), expected: expected.toSorted() };
}

async function frozenAmidUpdates(): Promise<Played> {
  const stage = await openStage('terminated-updates', matching);
  await syncByAnother(stage);
  const toYork = numbers(PAIRS).map((number) => editedInHubSpot(number, { city: 'York' }));
  const toMine = numbers(PAIRS).map((number) => edited(number, { 'address.city': 'Mine' }));
  await stage.edit('hubspot', toYork);
  const doomed = await freezeAndTerminate(stage, 'PUT');
  await besideFrozen(stage, doomed, async () => {
    await syncByAnother(stage);
    await stage.edit('officernd', toMine);
  });
  await stage.sync(TENANT);
  await expectSettled(stage, TENANT);
  const { values } = await look(stage);
  const inHubSpot = numbers(PAIRS).map((number) => values(`${number}`)['city']);
  const mine = numbers(PAIRS).map(() => 'Mine');
  return { seen: [await cities(stage, ...numbers(PAIRS)), inHubSpot], expected: [mine, mine] };
}

test.concurrent.each([
  ['L12 creations: the next run creates what is left, and nothing twice', frozenAmidCreations],
  ['M8 updates: the next run writes what is left, and an edit made since then stays', frozenAmidUpdates],
])(
  'A2 frozen amid %s',
  async (_what, play) => {
    const { seen, expected } = await play();
    expect(seen).toEqual(expected);
  },
  WITHIN_MS,
);
