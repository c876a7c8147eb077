import { createExplorer } from './explore';
import { createMemory, noMemory } from './memory';
import { createRandom } from './random';
import type { References } from './references';
import type { Sandbox } from './sandbox';
import { LawBroken, playScene } from './scene';
import type { Played, Scene } from './scene';
import { scenes } from './scenes';
import { simulate } from './simulate';

/** The workflow code and the laws for a play. */
export interface Stage {
  readonly sandbox: Sandbox;
  readonly references: References;
}

/** A law that was broken in a play. */
export interface Violation {
  /** The name of the scene, or of whole runs. */
  readonly scene: string;
  /** Null for a scene that is played in every way. */
  readonly seed: number | null;
  readonly message: string;
  /** The inputs of each workflow until then. */
  readonly story: string;
}

/** The outcome of one play. Null where it was left because everything after that point had been played before. */
export type Outcome = Played | Violation | null;

/** One of this many plays of a scene is replayed by a worker without a cache. */
const REPLAYED = 8;

/** A scene that is played in every way. */
export interface Exploration {
  /** The plays, one after the other. */
  readonly plays: AsyncIterable<Outcome>;
  /** The number of ways so far (`Explorer`). */
  readonly ways: () => number;
}

/** Plays a scene in every possible way. */
export function exploring({ sandbox, references }: Stage, scene: Scene): Exploration {
  const { choices, goesOn, next, ways } = createExplorer();
  const memory = createMemory();
  async function* inEveryWay(): AsyncGenerator<Outcome> {
    let plays = 0;
    do {
      plays += 1;
      yield await outcomeOf(scene.name, null, () =>
        playScene({ sandbox, memory, references, scene, choices: choices(), goesOn, isReplayed: plays % REPLAYED === 0 }),
      );
    } while (next());
  }
  return { plays: inEveryWay(), ways };
}

/** One of this many seeds plays whole runs; the others play scenes. */
const SEEDS_A_RUN = 4;
export const isWholeRun = (seed: number): boolean => seed % SEEDS_A_RUN === 0;

/** The scenes that are played at random. The small ones are played in every way. */
const larger = scenes.filter(({ size }) => size !== 'small');

/** Plays the whole runs or the random way of a scene that belong to a seed. */
export function sample({ sandbox, references }: Stage, seed: number): Promise<Outcome> {
  const scene = isWholeRun(seed) ? undefined : larger[Math.floor(seed / SEEDS_A_RUN) % larger.length];
  if (scene === undefined) return outcomeOf('whole runs', seed, () => simulate(sandbox, references, seed));
  const choices = createRandom(seed);
  const isReplayed = choices.below(REPLAYED) === 0;
  return outcomeOf(scene.name, seed, () =>
    playScene({ sandbox, memory: noMemory, references, scene, choices, goesOn: () => true, isReplayed }),
  );
}

async function outcomeOf(scene: string, seed: number | null, play: () => Promise<Played | null>): Promise<Outcome> {
  try {
    return await play();
  } catch (error) {
    if (error instanceof LawBroken) return { scene, seed, message: error.message, story: error.story };
    throw error;
  }
}
