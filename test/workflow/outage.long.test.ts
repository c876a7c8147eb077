import { pauseAfter } from '../../activities/slice/failures';
import { SYNC_TENANT } from '../../workflows/api';
import { bundleWorkflows } from '../replay/bundle-of';
import { createClock } from './clock';
import { createLaws } from './laws';
import type { RunFigures } from './laws';
import { noMemory } from './memory';
import { exhaustedFailure } from './payloads';
import { RUN, TENANT } from './people';
import { createRandom } from './random';
import { createSandbox } from './sandbox';
import type { Sandbox } from './sandbox';
import { createScript } from './script';
import { createServer } from './server';
import type { ActivityCall, ActivityOutcome, Patience } from './server-core';
import { finishSchema } from './shapes';

/** A vendor is down for hours of virtual time. The retry times of the activities decide how a run ends, as on a Temporal server. */

const HOUR_MS = 3_600_000;
/** Nothing fails except by the outage. */
const calm = { blocks: 0, fails: 0, goesOn: 0.3, plansNothing: 0.3, holds: 0, drags: 0, waits: 0 };
/** The activities that call no vendor. */
const OWN = new Set(['finishRun', 'noteState', 'releaseHeld']);

interface Outage {
  readonly afterMs: number;
  readonly lastsMs: number;
}

interface RunEnd {
  readonly state: string | undefined;
  readonly figures: RunFigures | undefined;
  /** The time from the end of the outage to the end of the run. */
  readonly recoveryMs: number;
}

async function runThrough(sandbox: Sandbox, seed: number, { afterMs, lastsMs }: Outage): Promise<RunEnd> {
  const random = createRandom(seed);
  const laws = createLaws();
  const script = createScript(random, calm);
  let state: string | undefined;
  const server = createServer({
    sandbox,
    memory: noMemory,
    clock: createClock(random),
    observer: laws,
    activity: (call) => {
      if (call.type === 'finishRun') ({ state } = finishSchema.parse(call.input[0]));
      return OWN.has(call.type) ? script(call) : duringOutage(call, script(call));
    },
    latencyMs: () => random.next() * 20,
    losesCache: () => random.chance(0.05),
    suggestsContinueAsNew: () => false,
    scriptedChild: () => null,
    replaysAtEnd: false,
  });
  const startedAt = server.clock.nowMs();
  const [downAt, upAt] = [startedAt + afterMs, startedAt + afterMs + lastsMs];

  /** Tries until the vendor is back, or until Temporal gives up the activity. */
  function duringOutage({ patience }: ActivityCall, good: ActivityOutcome): ActivityOutcome {
    const scheduledAt = server.clock.nowMs();
    for (const tryAt of triesOf(scheduledAt, patience)) {
      if (tryAt < downAt || tryAt >= upAt) return { ...good, afterMs: tryAt - scheduledAt + good.afterMs };
    }
    return { afterMs: patience.totalMs, end: { failure: exhaustedFailure() } };
  }

  try {
    server.start(SYNC_TENANT, RUN, { tenant: TENANT, mode: 'full', entities: null });
    while (await server.step());
    return { state, figures: laws.figures[0], recoveryMs: server.clock.nowMs() - upAt };
  } finally {
    await server.dispose();
  }
}

/** The times of the attempts. A failure sets its own delay (activities/slice/failures.ts). The retry policy is for time-outs. */
function* triesOf(scheduledAt: number, { totalMs }: Patience): Generator<number> {
  let attempt = 1;
  for (let tryAt = scheduledAt; tryAt < scheduledAt + totalMs; attempt += 1) {
    yield tryAt;
    tryAt += pauseAfter(attempt);
  }
}

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = createSandbox((await bundleWorkflows()).code);
});

const seeds = Array.from({ length: 40 }, (_, index) => index + 1);
const somewhere = (seed: number): number => createRandom(seed).next() * 120_000;

test('a vendor outage of six hours, whenever it begins, ends in a completed run within minutes of its end', async () => {
  for (const seed of seeds) {
    const { state, figures, recoveryMs } = await runThrough(sandbox, seed, { afterMs: somewhere(seed), lastsMs: 6 * HOUR_MS });
    expect([seed, state]).toEqual([seed, 'completed']);
    expect(recoveryMs).toBeLessThan(30 * 60_000);
    // Waiting adds nothing to the history: nobody has to help, and no child is started again.
    expect(figures).toMatchObject({ disturbances: 0 });
  }
}, 120_000);

/** After errors other than limits, the activities give up earlier: test/activities/slice/failures.test.ts. */
test('an outage that outlasts even Temporal’s patience ends in a failed run with a report', async () => {
  const ends = await Promise.all(seeds.slice(0, 5).map((seed) => runThrough(sandbox, seed, { afterMs: 0, lastsMs: 73 * HOUR_MS })));
  expect(ends.map(({ state }) => state)).toEqual(ends.map(() => 'failed'));
});
