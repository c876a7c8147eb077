import { randomUUID } from 'node:crypto';
import { CACHE_VALID_MS } from '../../activities/slice/fence';
import type { CrashPoint } from '../../activities/deps';
import type { RunOptions, WritingCall } from '../support/activity-engine';
import { kinds } from '../support/crash-kinds';
import { createCrashPlays } from '../support/crash-plays';
import type { CrashPlays } from '../support/crash-plays';
import { poll } from '../support/poll';
import { inStore } from '../support/sight';
import { createStage } from '../support/stage';
import type { Stage } from '../support/stage';

/**
 * Zombies: slices that were held up for so long that another attempt has taken over, or that the run was terminated and another one begun.
 * When they wake up, they write nothing any more: not to a vendor, and nothing over what has been stored since (A2). The activities run in
 * this process; frozen-worker.long.test.ts freezes a worker.
 */

let stage: Stage;
let plays: CrashPlays;

beforeAll(async () => {
  stage = await createStage('zombies');
  plays = await createCrashPlays(stage);
});

afterAll(() => plays.stop());

const successors = ['another attempt', 'another run'] as const;
type Successor = (typeof successors)[number];
type Held = readonly [name: string, at: CrashPoint | WritingCall];

const each = (held: readonly Held[]) => successors.flatMap((by) => held.map(([name, at]) => [name, at, by] as const));

const heldAtPoints: readonly Held[] = [
  ['unlink (U1)', 'unlink-planned'],
  ['unlink (U1)', 'unlink-called'],
  ['unlink (U1)', 'unlink-applied'],
  ['link (L3)', 'link-planned'],
  ['link (L3)', 'link-applied'],
  ['create', 'create-planned'],
  ['create', 'create-calling'],
  ['create', 'create-snapshot'],
  ['create', 'create-applied'],
  ['updateOfficernd', 'update-planned'],
  ['updateHubspot', 'update-planned'],
];

test.each(each(heldAtPoints))('A2 %s, held up at %s, has %s behind it', async (name, point, by) => {
  const { seen, expected } = await playZombie(name, by, (hold) => ({ at: async (reached) => (reached === point ? hold() : undefined) }));
  expect(seen).toEqual(expected);
});

const heldInCalls: readonly Held[] = [
  ['unlink (U1)', 'update'],
  ['create', 'create'],
  ['updateOfficernd', 'update'],
  ['updateHubspot', 'batchUpdate'],
];

// The wait for the limiter lies after the activity's own questions.
test.each(each(heldInCalls))('A2 %s, held up where %s waits for the limiter, has %s behind it', async (name, call, by) => {
  const { seen, expected } = await playZombie(name, by, (hold) => ({
    beforeWrite: async (waiting) => (waiting === call ? hold() : undefined),
  }));
  expect(seen).toEqual(expected);
});

test.each(each(heldInCalls))('A2 %s, held up while the answer to %s is on its way, has %s behind it', async (name, call, by) => {
  const { seen, expected } = await playZombie(name, by, (hold) => ({
    afterWrite: async (answered) => (answered === call ? hold() : undefined),
  }));
  expect(seen).toEqual(expected);
});

/** A zombie must not touch these: all that is stored of records, links and cases. */
const KEPT = ['observations', 'links', 'snapshots', 'failures', 'reviews', 'suppressions', 'canaries'] as const;

const keptOf = (tenant: string): Promise<unknown> =>
  inStore(stage, async (db) =>
    Promise.all(
      KEPT.map(async (name) => [
        name,
        await db
          .collection(name)
          .find({ tenant }, { sort: { _id: 1 } })
          .toArray(),
      ]),
    ),
  );

async function playZombie(name: string, by: Successor, heldBy: (hold: () => Promise<void>) => RunOptions) {
  const kind = kinds[name];
  if (kind === undefined) throw new Error(`There is no kind ${name}.`);
  const undisturbed = await plays.endUndisturbed(name, kind);
  const tenant = await plays.prepare(kind);
  let arrived: () => void = () => undefined;
  let wake: () => void = () => undefined;
  const isThere = new Promise<void>((resolve) => (arrived = resolve));
  const sleeps = new Promise<void>((resolve) => (wake = resolve));
  const runId = randomUUID();
  let heldAtMs = 0;
  const hold = async (): Promise<void> => {
    heldAtMs = performance.now();
    arrived();
    await sleeps;
  };
  const zombie = plays.engine.run(tenant, { runId, ...heldBy(hold) }).then(
    () => 'went on to its end',
    (error: unknown) => String(error),
  );
  await isThere;
  const successor = by === 'another run' ? randomUUID() : runId;
  await plays.engine.run(tenant, { runId: successor });
  const before = { writes: await plays.writes(), kept: await keptOf(tenant) };
  // An answer of the fence is good for a moment.
  await poll('the fence to be asked again', async () => (performance.now() - heldAtMs > CACHE_VALID_MS ? true : undefined));
  wake();
  const left = 'has taken over';
  const end = await zombie;
  return {
    seen: {
      end: end.includes(left) ? left : end,
      writes: await plays.writes(),
      kept: await keptOf(tenant),
      state: await plays.endState(tenant),
    },
    expected: { end: left, ...before, state: undisturbed.end },
  };
}
