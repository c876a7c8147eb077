import { childWorkflowId } from '../../workflows/api';
import { PHASES } from './insist';
import { blockedFailure, exhaustedFailure, fromPayload } from './payloads';
import { TENANT } from './people';
import type { Random } from './random';
import type { Scene } from './scene';
import type { ActivityCall, ActivityOutcome } from './server-core';
import type { SimulatedServer } from './server';
import { sliceSchema } from './shapes';

interface Plan {
  readonly begins?: string;
  readonly acts: readonly Act[];
  /** The number of slices that may be followed by another of the same step. */
  readonly more: number;
  readonly failures: number;
  readonly suggestions: number;
}

type Act = (server: SimulatedServer, workflowId: string) => void;

function pause(turn: number): Act {
  return (server, workflowId) => server.signal(workflowId, 'setPaused', true, turn);
}

function goOn(turn: number): Act {
  return (server, workflowId) => server.signal(workflowId, 'setPaused', false, turn);
}

const cancel: Act = (server, workflowId) => server.cancel(workflowId);

/** A turn that is higher than all others. */
const LAST_TURN = 99;

/** Scenes of one child alone. Its slices end in every way. Pause, resume and cancellation come at every moment. */
export const childScenes: readonly Scene[] = PHASES.flatMap((phase) => {
  const workflowId = childWorkflowId(TENANT, 'run-1', phase, 'company');
  const begins = phase === 'link' ? 'approved' : phase === 'unlink' ? 'apply' : undefined;
  const scene = (name: string, size: Scene['size'], plan: Plan): Scene => ({
    name: `${phase}: ${name}`,
    size,
    open: (choices) => {
      // The signal with the highest number counts.
      let [lastTurn, isPaused] = [0, false];
      return {
        activity: slices(choices, plan.more, plan.failures),
        suggestions: plan.suggestions,
        start: (server) => {
          const at = plan.begins === undefined ? {} : { at: { step: plan.begins, cursor: null, counters: {} } };
          server.start(`${phase}Entity`, workflowId, { tenant: TENANT, runId: 'run-1', mode: 'full', entity: 'company', ...at });
        },
        acts: plan.acts.map((act) => (server) => {
          if (server.running(workflowId) !== undefined) act(server, workflowId);
        }),
        observer: {
          told: (_execution, { initializeWorkflow, signalWorkflow }) => {
            if (initializeWorkflow) [lastTurn, isPaused] = [0, false];
            const [paused, turn] = (signalWorkflow?.input ?? []).map(fromPayload);
            if (signalWorkflow && Number(turn) >= lastTurn) [lastTurn, isPaused] = [Number(turn), paused === true];
          },
        },
        help: (server) => {
          if (server.running(workflowId) === undefined || !isPaused) return false;
          goOn(LAST_TURN)(server, workflowId);
          return true;
        },
      };
    },
  });
  // Two steps at the same time have many more orders.
  const isWide = phase === 'observe';
  const small: Scene['size'] = isWide || phase === 'link' ? 'medium' : 'small';
  return [
    scene('slices end in every way', 'small', { acts: [], more: isWide ? 1 : 2, failures: 1, suggestions: 2 }),
    scene('paused and told to go on', small, { acts: [pause(1), goOn(2)], more: 1, failures: 0, suggestions: 1 }),
    scene('paused again in haste', 'small', { acts: [pause(1), goOn(2), pause(3)], more: 0, failures: 0, suggestions: 0 }),
    scene('cancelled', 'small', { acts: [cancel], more: isWide ? 0 : 1, failures: 1, suggestions: 1 }),
    scene('paused and cancelled', small, { acts: [pause(1), cancel], more: 1, failures: 0, suggestions: 1 }),
    scene('paused, told to go on and cancelled', 'medium', { acts: [pause(1), goOn(2), cancel], more: 1, failures: 1, suggestions: 1 }),
    scene('paused again and again, and cancelled', 'large', {
      acts: [pause(1), goOn(2), pause(3), cancel],
      more: 3,
      failures: 1,
      suggestions: 3,
    }),
    ...(begins === undefined
      ? []
      : [scene('after an approval', 'medium', { begins, acts: [pause(1), goOn(2), cancel], more: 1, failures: 1, suggestions: 1 })]),
  ];
});

type Outcome = 'done' | 'nothing left' | 'more' | 'blocked' | 'exhausted';

function slices(choices: Random, most: number, mostFailures: number): (call: ActivityCall) => Omit<ActivityOutcome, 'afterMs'> {
  let [more, failures] = [most, mostFailures];
  const cursors = new Map<string, number>();
  return ({ type, input: [input] }) => {
    sliceSchema.parse(input);
    const isPlan = type === 'planUnlinks' || type === 'planCreates';
    const outcome = choices.pick<Outcome>([
      'done',
      ...(isPlan || type === 'matchRecords' ? ['nothing left' as const] : []),
      ...(more > 0 ? ['more' as const] : []),
      ...(failures > 0 ? ['blocked' as const, 'exhausted' as const] : []),
    ]);
    switch (outcome) {
      case 'done':
        return {
          end: { result: { cursor: null, counters: { seen: 1 }, done: true, ...(isPlan && { planned: 1 }), applied: { linked: 1 } } },
        };
      case 'nothing left':
        return { end: { result: { cursor: null, counters: { seen: 1 }, done: true, planned: 0 } } };
      case 'more': {
        more -= 1;
        const cursor = (cursors.get(type) ?? 0) + 1;
        cursors.set(type, cursor);
        return { end: { result: { cursor: `after-${cursor}`, counters: { seen: 1 }, done: false } } };
      }
      case 'blocked':
      case 'exhausted':
        failures -= 1;
        return { end: { failure: outcome === 'blocked' ? blockedFailure('unauthorized', 'officernd.clientSecret') : exhaustedFailure() } };
    }
  };
}
