import { createAnyOrderClock } from './clock';
import type { Ending } from './execution';
import { insist, insistOnAnswers } from './insist';
import { createInterleaving } from './interleaving';
import type { Interleaving } from './interleaving';
import { createLaws } from './laws';
import type { Memory } from './memory';
import type { Observer } from './server-core';
import { createServer } from './server';
import type { ActivityCall, ActivityOutcome, SentUpdate } from './server-core';
import type { SimulatedServer } from './server';
import type { Random } from './random';
import type { References } from './references';
import type { Sandbox } from './sandbox';

/**
 * A small part of a run that can be played in every way there is. It has few workflows and few events, and any event may come at any
 * moment. Two plays differ in their choices alone.
 */
export interface Scene {
  readonly name: string;
  /** The number of ways. Small: up to some thousands. Medium: they take minutes. Large: too many to play all. */
  readonly size: 'small' | 'medium' | 'large';
  /** Prepares the scene on a server: starts its workflows, and returns the possible acts of people. */
  readonly open: (choices: Random) => OpenScene;
}

export interface OpenScene {
  readonly activity: (call: ActivityCall) => Omit<ActivityOutcome, 'afterMs'>;
  readonly scriptedChild?: (workflowType: string) => Ending | null;
  /** The most times that the server may suggest to continue as new. */
  readonly suggestions: number;
  readonly start: (server: SimulatedServer) => void;
  /** Acts of people. Each happens once, at any moment. */
  readonly acts: readonly ((server: SimulatedServer) => SentUpdate | void)[];
  /** Called when no events are left. Helps a workflow that waits for people. Returns false when all have ended. */
  readonly help: (server: SimulatedServer) => boolean;
  /** More laws. */
  readonly observer?: Partial<Observer>;
  /** Checks at the end. */
  readonly closing?: () => void;
}

/** The result of a play. */
export interface Played {
  /** The fingerprint of its interleaving. */
  readonly fingerprint: number;
  /** The number of workflow tasks. */
  readonly tasks: number;
}

/** A broken law. The message names the law, the story shows the events. */
export class LawBroken extends Error {
  constructor(
    message: string,
    readonly story: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** The error that a play threw, with the play up to that point. */
export const lawBroken = (error: unknown, interleaving: Interleaving): LawBroken =>
  new LawBroken(error instanceof Error ? error.message : String(error), interleaving.story(), { cause: error });

/** A scene with more steps never ends. */
const MOST_STEPS = 500;

export interface Play {
  readonly scene: Scene;
  readonly sandbox: Sandbox;
  readonly memory: Memory;
  readonly references: References;
  readonly choices: Random;
  /** Called before each choice of the next event. False ends the play. */
  readonly goesOn: (standing: () => number) => boolean;
  /** True if a worker without a cache replays everything at the end. */
  readonly isReplayed: boolean;
}

/** Plays a scene once. Throws `LawBroken`. Returns null when the play was left. */
export async function playScene({ sandbox, memory, references, scene, choices, goesOn, isReplayed }: Play): Promise<Played | null> {
  const { activity, scriptedChild, suggestions, start, acts, help, observer, closing } = scene.open(choices);
  const laws = createLaws(references);
  const interleaving = createInterleaving(scene.name);
  let isLeft = false;
  let suggestionsLeft = suggestions;
  const server = createServer({
    sandbox,
    memory,
    clock: createAnyOrderClock(choices, (due) => {
      isLeft = !goesOn(() => interleaving.standing(due));
      return !isLeft;
    }),
    observer: {
      ...laws,
      told: (execution, job) => {
        interleaving.told(execution, job);
        laws.told(execution, job);
        observer?.told?.(execution, job);
      },
      task: (execution, activation, commands) => {
        interleaving.task(execution, activation);
        laws.task(execution, activation, commands);
      },
      closed: (execution) => {
        laws.closed(execution);
        observer?.closed?.(execution);
      },
    },
    activity: (call) => ({ afterMs: 0, ...activity(call) }),
    latencyMs: () => 0,
    losesCache: () => false,
    suggestsContinueAsNew: () => {
      if (suggestionsLeft === 0 || !choices.chance(0.5)) return false;
      suggestionsLeft -= 1;
      return true;
    },
    scriptedChild: scriptedChild ?? (() => null),
    replaysAtEnd: isReplayed,
  });
  const sent: SentUpdate[] = [];
  try {
    start(server);
    acts.forEach((act, index) => {
      const happen = (): void => {
        const update = act(server);
        if (update !== undefined) sent.push(update);
      };
      server.clock.after(0, { label: `act ${index}`, happen });
    });
    for (let steps = 0; server.open().length > 0; steps += 1) {
      const hasHappened = await server.step();
      if (isLeft) return null;
      insist(hasHappened || help(server), 'it waits for nothing');
      insist(steps < MOST_STEPS, 'it does not come to an end');
    }
    insistOnAnswers(sent);
    closing?.();
    return { fingerprint: interleaving.fingerprint(), tasks: server.tasks() };
  } catch (error) {
    throw lawBroken(error, interleaving);
  } finally {
    await server.dispose();
  }
}
