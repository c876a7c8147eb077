import { REQUEST_SYNC, SYNC_TENANT } from '../../workflows/api';
import type { SyncRequest } from '../../workflows/api';
import type { Ending } from './execution';
import { insist } from './insist';
import { toPayload } from './payloads';
import { RUN, TENANT } from './people';
import type { Scene } from './scene';

/** Schedules start workflows that start or signal the tenant's run, while it runs, ends, or is started by others (A5). */
export const forwardScenes: readonly Scene[] = [
  forwardScene('one schedule', { schedules: 1, runs: 1, isCancelled: false }),
  forwardScene('one schedule, cancelled', { schedules: 1, runs: 1, isCancelled: true }),
  forwardScene('two schedules', { schedules: 2, runs: 0, isCancelled: false }),
  forwardScene('two schedules, one cancelled', { schedules: 2, runs: 0, isCancelled: true }),
];

interface Plan {
  readonly schedules: number;
  /** The number of runs that others have started. */
  readonly runs: number;
  readonly isCancelled: boolean;
}

const ended: Ending = { kind: 'completed', result: toPayload({ runId: 'run-0', state: 'completed' }) };

function forwardScene(name: string, { schedules, runs, isCancelled }: Plan): Scene {
  const first = 'nightly-1';
  return {
    name: `forward: ${name}`,
    size: 'small',
    open: () => {
      // Each request of a schedule has to reach a run, once.
      let [reached, promised, cancelled] = [0, 0, 0];
      return {
        activity: ({ type }) => {
          throw new Error(`Against the laws: a schedule's workflow asked for ${type}.`);
        },
        scriptedChild: () => ended,
        suggestions: 0,
        start: (server) => {
          if (runs > 0) server.start(SYNC_TENANT, RUN, request, ended);
          reached = 0;
          for (let index = 1; index <= schedules; index += 1) server.start(SYNC_TENANT, `nightly-${index}`, request);
        },
        acts: isCancelled ? [(server) => (server.running(first) === undefined ? undefined : server.cancel(first))] : [],
        help: () => false,
        observer: {
          told: ({ identity }, { initializeWorkflow, signalWorkflow }) => {
            if (identity.workflowId === RUN && (initializeWorkflow || signalWorkflow?.signalName === REQUEST_SYNC)) reached += 1;
          },
          closed: ({ identity, ending }) => {
            if (identity.workflowId === RUN) return;
            if (ending?.kind === 'completed') promised += 1;
            else cancelled += 1;
          },
        },
        closing: () => {
          insist(promised + cancelled === schedules, 'a schedule has no end');
          insist(reached >= promised && reached <= promised + cancelled, `${promised} requests were taken, ${reached} reached a run`);
        },
      };
    },
  };
}

const request: SyncRequest = { tenant: TENANT, mode: 'full', entities: null };
