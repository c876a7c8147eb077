import { PROGRESS } from '../../workflows/api';
import { createClock } from './clock';
import { insist, insistOnAnswers } from './insist';
import { createInterleaving } from './interleaving';
import { createLaws } from './laws';
import type { RunFigures } from './laws';
import { noMemory } from './memory';
import { createPeople, RUN } from './people';
import { createRandom } from './random';
import type { Random } from './random';
import type { References } from './references';
import type { Sandbox } from './sandbox';
import { lawBroken } from './scene';
import type { Played } from './scene';
import { createScript, moodOf } from './script';
import { createServer } from './server';
import { progressSchema } from './shapes';

export interface Simulation extends Played {
  readonly figures: readonly RunFigures[];
}

/** A run with more steps never ends. */
const MOST_STEPS = 20_000;

/**
 * Plays one tenant's runs with all their workflows, from the first request to the end. Everything but the workflow code itself is left to
 * chance, and the same seed makes the same choices. Throws `LawBroken`.
 */
export async function simulate(sandbox: Sandbox, references: References, seed: number): Promise<Simulation> {
  const random = createRandom(seed);
  const laws = createLaws(references);
  const interleaving = createInterleaving('whole runs');
  const script = createScript(random, moodOf(random));
  const [cacheLosses, suggestions] = [random.pick([0, 0, 0.05, 0.5]), random.pick([0, 0, 0.3])];
  const server = createServer({
    sandbox,
    memory: noMemory,
    clock: createClock(random),
    observer: {
      ...laws,
      told: (execution, job) => {
        interleaving.told(execution, job);
        laws.told(execution, job);
      },
      task: (execution, activation, commands) => {
        interleaving.task(execution, activation);
        laws.task(execution, activation, commands);
      },
    },
    activity: script,
    latencyMs: latencyOf(random),
    losesCache: () => random.chance(cacheLosses),
    suggestsContinueAsNew: () => random.chance(suggestions),
    scriptedChild: () => null,
    replaysAtEnd: false,
  });
  const people = createPeople(random, server);
  try {
    people.begin();
    for (let steps = 0; (await server.step()) || people.help(); steps += 1) {
      people.look();
      if (random.chance(0.02) && server.running(RUN) !== undefined) progressSchema.parse(await server.query(RUN, PROGRESS));
      insist(steps < MOST_STEPS, 'the run does not come to an end');
    }
    insist(server.running(RUN) === undefined, 'the run waits for nothing');
    insistOnAnswers(people.sent);
    return { figures: laws.figures, tasks: server.tasks(), fingerprint: interleaving.fingerprint() };
  } catch (error) {
    throw lawBroken(error, interleaving);
  } finally {
    await server.dispose();
  }
}

/** The latency of a quick or a slow server. Quick ones deliver one message at a time, slow ones several together. */
function latencyOf(random: Random): () => number {
  const upToMs = random.pick([0, 1, 20, 1_000]);
  return () => random.next() * upToMs;
}
