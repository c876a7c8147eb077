import { z } from 'zod';
import { blockedFailure, exhaustedFailure } from './payloads';
import type { Random } from './random';
import type { ActivityCall, ActivityOutcome } from './server-core';
import { sliceSchema } from './shapes';

/** The probabilities of a run's events. */
export interface Mood {
  readonly blocks: number;
  readonly fails: number;
  /** Probability that a slice is not the last of its step. */
  readonly goesOn: number;
  readonly plansNothing: number;
  readonly holds: number;
  /** Probability that an activity takes hours because of retries. */
  readonly drags: number;
  /** Probability that such an activity reports that it waits. */
  readonly waits: number;
}

export const moodOf = (random: Random): Mood => ({
  blocks: random.pick([0, 0, 0.02, 0.1]),
  fails: random.pick([0, 0, 0, 0.02]),
  goesOn: random.pick([0, 0.2, 0.5]),
  plansNothing: random.pick([0, 0.5, 1]),
  holds: random.pick([0, 0, 0.3, 1]),
  drags: random.pick([0, 0.1]),
  waits: random.pick([0, 0, 0.5, 1]),
});

const HOUR_MS = 3_600_000;
const entities = ['company', 'member', 'opportunity'];

/** Plays the activities. Their results have the right shape, and random contents. */
export function createScript(random: Random, mood: Mood): (call: ActivityCall) => ActivityOutcome {
  let slices = 0;
  const chosen = entities.filter(() => random.chance(0.7));
  const configured = chosen.length === 0 ? ['member'] : chosen;

  const lastsMs = (): number => (random.chance(mood.drags) ? random.next() * 11 * HOUR_MS : random.pick([0, 1, 5, 40, 45_000]));
  const result = ({ type, input: [input] }: ActivityCall): unknown => {
    switch (type) {
      case 'prepareRun': {
        const { entities: wanted } = z.looseObject({ entities: z.array(z.string()).nullable() }).parse(input);
        return { entities: configured.filter((entity) => wanted === null || wanted.includes(entity)), mappingHash: 'hash' };
      }
      case 'finishRun':
        return { changed: random.below(10), conflicts: random.below(3), failed: random.below(2) };
      case 'noteState':
        return undefined;
      default:
        return slice(type, sliceSchema.parse(input).mode);
    }
  };
  const slice = (type: string, mode: string): unknown => {
    slices += 1;
    if (random.chance(mood.goesOn)) return { cursor: `after-${slices}`, counters: { [COUNTED[type] ?? 'seen']: 1 }, done: false };
    const held = type.startsWith('plan') && mode !== 'preview' && random.chance(mood.holds) ? 1 + random.below(9) : 0;
    const planned = held > 0 || random.chance(mood.plansNothing) ? 0 : 1 + random.below(9);
    return {
      cursor: null,
      counters: { [COUNTED[type] ?? 'seen']: 1, ...(type.startsWith('plan') && { held }) },
      done: true,
      ...(!type.startsWith('observe') && { applied: { linked: 1 } }),
      ...(type.startsWith('plan') && { planned }),
      ...(type === 'matchRecords' && random.chance(mood.plansNothing) && { planned: 0 }),
    };
  };
  return (call) => {
    const afterMs = lastsMs();
    const waits = afterMs > 60_000 && random.chance(mood.waits) ? { waitsAfterMs: random.next() * afterMs } : {};
    // Writing the report is retried for hours, so its final failure is much rarer than other failures.
    const rarely = call.type === 'finishRun' || call.type === 'noteState' ? 0.1 : 1;
    if (random.chance(mood.blocks * rarely))
      return { afterMs, ...waits, end: { failure: blockedFailure('unauthorized', 'officernd.clientSecret') } };
    if (random.chance(mood.fails * rarely)) return { afterMs: afterMs + 12 * HOUR_MS, ...waits, end: { failure: exhaustedFailure() } };
    return { afterMs, ...waits, end: { result: result(call) } };
  };
}

const COUNTED: Readonly<Record<string, string>> = {
  observeHubSpot: 'hubspotRead',
  observeOfficernd: 'officerndRead',
  planUnlinks: 'checked',
  matchRecords: 'candidates',
  planCreates: 'skipped',
  updateLinks: 'compared',
};
