import { SYNC_TENANT } from '../../workflows/api';
import type { Ending } from './execution';
import { toPayload } from './payloads';
import { RUN, TENANT } from './people';
import type { Random } from './random';
import type { Scene } from './scene';
import type { ActivityCall, ActivityOutcome } from './server-core';

interface Plan {
  /** The steps that report waiting to the run. */
  readonly waiting: readonly string[];
  /** The number of their slices that are not the last. */
  readonly more: number;
  readonly isCancelled?: boolean;
}

/** Scenes of a run with one entity. Some of its steps wait for long, and their notices come at every moment. */
export const waitScenes: readonly Scene[] = [
  waitScene('the preparation', 'small', { waiting: ['prepareRun'], more: 0 }),
  waitScene('merging', 'small', { waiting: ['updateLinks'], more: 0 }),
  waitScene('merging, slice after slice', 'medium', { waiting: ['updateLinks'], more: 1 }),
  waitScene('merging, in a run that is cancelled', 'medium', { waiting: ['updateLinks'], more: 0, isCancelled: true }),
  waitScene('reading on both sides', 'medium', { waiting: ['observeHubSpot', 'observeOfficernd'], more: 1 }),
];

const GOOD: Ending = { kind: 'completed', result: toPayload({ counters: { seen: 1 }, applied: {} }) };

function waitScene(name: string, size: Scene['size'], { waiting, more, isCancelled }: Plan): Scene {
  const phase = waiting.includes('updateLinks') ? 'updateEntity' : waiting.includes('prepareRun') ? null : 'observeEntity';
  return {
    name: `waits: ${name}`,
    size,
    open: (choices) => ({
      activity: activities(choices, waiting, more),
      scriptedChild: (workflowType) => (workflowType === phase ? null : GOOD),
      suggestions: 0,
      start: (server) => {
        server.start(SYNC_TENANT, RUN, { tenant: TENANT, mode: 'full', entities: null });
      },
      acts: isCancelled === true ? [(server) => (server.running(RUN) === undefined ? undefined : server.cancel(RUN))] : [],
      help: () => false,
    }),
  };
}

function activities(choices: Random, waiting: readonly string[], most: number): (call: ActivityCall) => Omit<ActivityOutcome, 'afterMs'> {
  let [more, slices] = [most, 0];
  return ({ type }) => {
    const waits = waiting.includes(type) ? { waitsAfterMs: 0 } : {};
    switch (type) {
      case 'prepareRun':
        return { ...waits, end: { result: { entities: ['member'], mappingHash: 'hash' } } };
      case 'finishRun':
        return { end: { result: { changed: 1, conflicts: 0, failed: 0 } } };
      default: {
        const goesOn = more > 0 && choices.chance(0.5);
        if (goesOn) more -= 1;
        slices += 1;
        return { ...waits, end: { result: { cursor: goesOn ? `after-${slices}` : null, counters: { seen: 1 }, done: !goesOn } } };
      }
    }
  };
}
