import { readFileSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import { createReferences } from './references';
import { createSandbox } from './sandbox';
import type { Scene } from './scene';
import { scenes } from './scenes';
import { exploring, isWholeRun, sample } from './search';
import type { Outcome, Violation } from './search';

/** The places in shared memory of the next free scene and the next free seed. */
const [NEXT_SCENE, NEXT_SEED] = [0, 1];

/** The work of a thread. */
export interface Assignment {
  /** The path of the workflow bundle. */
  readonly bundle: string;
  readonly shared: Int32Array;
  readonly firstSeed: number;
  readonly seeds: number;
  /** The sizes of the scenes to play in every way. The other scenes are played at random. */
  readonly explored: readonly Scene['size'][];
  /** Of these scenes, only those with a matching name are played. */
  readonly only: RegExp;
  /** After this time, only small scenes continue, and no seed begins. */
  readonly untilMs: number;
}

/** A message from a thread. */
export type Report =
  | { readonly kind: 'violation'; readonly violation: Violation }
  | { readonly kind: 'explored'; readonly scene: string; readonly interleavings: number; readonly ways: number; readonly complete: boolean }
  | {
      readonly kind: 'end';
      readonly fingerprints: Float64Array;
      readonly runs: Float64Array;
      readonly plays: number;
      readonly tasks: number;
    };

/** Plays scenes in every way. After the last small scene, it plays larger scenes and seeds alternately. */
async function work(
  { bundle, shared, only, firstSeed, seeds, explored, untilMs }: Assignment,
  tell: (report: Report) => void,
): Promise<void> {
  const stage = { sandbox: createSandbox(readFileSync(bundle, 'utf8')), references: createReferences() };
  const ordered = explored.flatMap((wanted) => scenes.filter(({ size, name }) => size === wanted && only.test(name)));
  const [fingerprints, runs] = [new Set<number>(), new Set<number>()];
  let [plays, tasks] = [0, 0];

  const shortest = new Map<string, number>();
  function tellOf(violation: Violation): void {
    const key = `${violation.scene} ${violation.message}`;
    if (violation.story.length >= (shortest.get(key) ?? Infinity)) return;
    shortest.set(key, violation.story.length);
    tell({ kind: 'violation', violation });
  }

  function count(outcome: Outcome, into: Set<number>): void {
    plays += 1;
    if (outcome === null) return;
    if ('message' in outcome) tellOf(outcome);
    else {
      tasks += outcome.tasks;
      into.add(outcome.fingerprint);
    }
  }

  async function playOneSeed(): Promise<boolean> {
    const index = Atomics.add(shared, NEXT_SEED, 1);
    if (index >= seeds || Date.now() >= untilMs) return false;
    const seed = firstSeed + index;
    count(await sample(stage, seed), isWholeRun(seed) ? runs : fingerprints);
    return true;
  }

  async function explore(scene: Scene): Promise<void> {
    const own = new Set<number>();
    let complete = true;
    const exploration = exploring(stage, scene);
    for await (const outcome of exploration.plays) {
      count(outcome, own);
      if (scene.size === 'small') continue;
      await playOneSeed();
      complete = Date.now() < untilMs;
      if (!complete) break;
    }
    tell({ kind: 'explored', scene: scene.name, interleavings: own.size, ways: exploration.ways(), complete });
    for (const fingerprint of own) fingerprints.add(fingerprint);
  }

  for (;;) {
    const scene = ordered[Atomics.add(shared, NEXT_SCENE, 1)];
    if (scene === undefined || (scene.size !== 'small' && Date.now() >= untilMs)) break;
    await explore(scene);
  }
  while (await playOneSeed());
  tell({ kind: 'end', fingerprints: Float64Array.from(fingerprints), runs: Float64Array.from(runs), plays, tasks });
}

/** True if the thread has been started by main.ts with its input. */
function isAssignment(value: unknown): value is Assignment {
  return typeof value === 'object' && value !== null && 'bundle' in value;
}

if (parentPort !== null && isAssignment(workerData)) {
  const port = parentPort;
  void work(workerData, (report) => port.postMessage(report));
}
