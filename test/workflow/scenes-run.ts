import { APPROVE, PAUSE, RESUME, SYNC_NOW, SYNC_TENANT } from '../../workflows/api';
import type { SyncRequest } from '../../workflows/api';
import type { Ending } from './execution';
import { activityFailure, blockedFailure, exhaustedFailure, toPayload } from './payloads';
import { RUN, shownState, TENANT } from './people';
import type { Random } from './random';
import type { Scene } from './scene';
import type { ActivityCall, ActivityOutcome, SentUpdate } from './server-core';
import type { SimulatedServer } from './server';

/** Scenes of a run with one entity. The scene decides how the children end. People's requests come at every moment. */
export const runScenes: readonly Scene[] = [
  runScene('children end in every way', 'small', { acts: [], trouble: 1, held: 1 }),
  runScene('paused', 'small', { acts: ['pause'], trouble: 0, held: 0 }),
  runScene('paused twice', 'medium', { acts: ['pause', 'pause'], trouble: 0, held: 0 }),
  runScene('paused and told to go on', 'medium', { acts: ['pause', 'resume'], trouble: 0, held: 0 }),
  runScene('cancelled', 'small', { acts: ['cancel'], trouble: 0, held: 0 }),
  runScene('cancelled in trouble', 'medium', { acts: ['cancel'], trouble: 1, held: 1 }),
  runScene('paused and cancelled', 'medium', { acts: ['pause', 'cancel'], trouble: 0, held: 0 }),
  runScene('paused in haste', 'small', { acts: ['pause', 'resume', 'pause'], trouble: 0, held: 0, isBrief: true }),
  runScene('blocked and told to go on', 'medium', { acts: ['resume'], trouble: 1, held: 0 }),
  runScene('held, and asked to release it', 'small', { acts: ['approve'], trouble: 0, held: 1 }),
  runScene('approved while it goes on', 'medium', { acts: ['sync for an approval'], trouble: 0, held: 1 }),
  runScene('the same asked for', 'small', { acts: ['sync'], trouble: 0, held: 0 }),
  runScene('the same asked for while something is held', 'medium', { acts: ['sync'], trouble: 0, held: 1 }),
  runScene('something else asked for', 'medium', { acts: ['sync otherwise'], trouble: 0, held: 0 }),
  runScene('everybody at once', 'large', {
    acts: ['pause', 'resume', 'resume', 'approve', 'sync', 'sync otherwise', 'cancel'],
    trouble: 2,
    held: 2,
  }),
];

type Act = 'pause' | 'resume' | 'approve' | 'sync' | 'sync for an approval' | 'sync otherwise' | 'cancel';

interface Plan {
  readonly acts: readonly Act[];
  /** The number of children and activities that may fail. */
  readonly trouble: number;
  /** The number of children that may hold records for approval. */
  readonly held: number;
  /** True for no entities. Then a run has no children. */
  readonly isBrief?: boolean;
}

function runScene(name: string, size: Scene['size'], { acts, trouble, held, isBrief }: Plan): Scene {
  return {
    name: `run: ${name}`,
    size,
    open: (choices) => {
      const endings = createEndings(choices, trouble, held);
      return {
        activity: activities(endings, isBrief === true ? [] : ['member']),
        scriptedChild: endings.ofChild,
        suggestions: 0,
        start: (server) => {
          server.start(SYNC_TENANT, RUN, request(false));
        },
        acts: acts.map((act) => (server) => actOut(act, server)),
        help: (server) => {
          if (shownState(server) !== 'paused') return false;
          server.update(RUN, RESUME);
          return true;
        },
      };
    },
  };
}

function actOut(act: Act, server: SimulatedServer): SentUpdate | undefined {
  const run = server.running(RUN);
  if (run === undefined) return undefined;
  switch (act) {
    case 'pause':
      return server.update(RUN, PAUSE);
    case 'resume':
      return server.update(RUN, RESUME);
    case 'approve':
      return server.update(RUN, APPROVE, run.identity.runId);
    case 'sync':
      return server.update(RUN, SYNC_NOW, request(false));
    case 'sync for an approval':
      return server.update(RUN, SYNC_NOW, { ...request(false), needsOwnRun: true });
    case 'sync otherwise':
      return server.update(RUN, SYNC_NOW, request(true));
    case 'cancel':
      server.cancel(RUN);
      return undefined;
  }
}

const request = (otherwise: boolean): SyncRequest => ({ tenant: TENANT, mode: otherwise ? 'incremental' : 'full', entities: null });

interface Endings {
  readonly ofChild: (workflowType: string) => Ending;
  /** The failure of the next activity, or null if it succeeds. */
  readonly ofActivity: () => ReturnType<typeof blockedFailure> | null;
}

type Outcome = 'good' | 'holds' | 'blocked' | 'exhausted';

function createEndings(choices: Random, mostTrouble: number, mostHeld: number): Endings {
  let [trouble, held] = [mostTrouble, mostHeld];
  const failureOf = (outcome: Outcome): ReturnType<typeof blockedFailure> =>
    outcome === 'blocked' ? blockedFailure('unauthorized', 'officernd.clientSecret') : exhaustedFailure();
  const troubles = (): readonly Outcome[] => (trouble > 0 ? ['blocked', 'exhausted'] : []);
  return {
    ofActivity: () => {
      const outcome = choices.pick<Outcome>(['good', ...troubles()]);
      if (outcome === 'good') return null;
      trouble -= 1;
      return failureOf(outcome);
    },
    ofChild: (workflowType) => {
      const mayHold = held > 0 && (workflowType === 'unlinkEntity' || workflowType === 'linkEntity');
      const outcome = choices.pick<Outcome>(['good', ...(mayHold ? ['holds' as const] : []), ...troubles()]);
      if (outcome === 'good' || outcome === 'holds') {
        if (outcome === 'holds') held -= 1;
        return { kind: 'completed', result: toPayload({ counters: outcome === 'holds' ? { held: 2 } : { seen: 1 }, applied: {} }) };
      }
      trouble -= 1;
      return { kind: 'failed', failure: activityFailure('updateLinks', failureOf(outcome)) };
    },
  };
}

function activities(endings: Endings, entities: readonly string[]): (call: ActivityCall) => Omit<ActivityOutcome, 'afterMs'> {
  return ({ type }) => {
    if (type === 'noteState') return { end: { result: undefined } };
    const failure = endings.ofActivity();
    if (failure !== null) return { end: { failure } };
    switch (type) {
      case 'prepareRun':
        return { end: { result: { entities, mappingHash: 'hash' } } };
      case 'finishRun':
        return { end: { result: { changed: 1, conflicts: 0, failed: 0 } } };
      default:
        return { end: { result: 1 } };
    }
  };
}
