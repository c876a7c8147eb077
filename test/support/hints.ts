import { Client, Connection } from '@temporalio/client';
import { createHintReceiver } from '../../client/hints/receive';
import type { HintReceiver } from '../../client/hints/receive';
import { requireTemporal, readEnvironment } from '../../config/environment';
import { connectStore } from '../../store/connect';
import type { Run } from '../../store/runs';
import type { Store } from '../../store/store';
import { keepWorkflowId } from '../../workflows/api';
import { poll } from './poll';
import type { Stage } from './stage';

/** The one that tells the program of changes, in tests that play a feed. */
export interface Feed extends HintReceiver {
  readonly store: Store;
  /** The runs for hints that have ended, oldest first. */
  readonly runs: (tenant: string) => Promise<readonly Run[]>;
  /** Resolves when no hint waits and no run for hints is under way, with all such runs that have ended. */
  readonly untilQuiet: (tenant: string, atLeast: number) => Promise<readonly Run[]>;
  /** The state of the tenant's keeper, with the number of its timers and activities that have not ended. */
  readonly keeperState: (tenant: string) => Promise<{ readonly status: string; readonly pending: number }>;
  readonly close: () => Promise<void>;
}

export async function openFeed(stage: Stage): Promise<Feed> {
  const { connectionOptions, namespace } = requireTemporal(readEnvironment({ ...process.env, ...stage.env }));
  const [store, connection] = await Promise.all([
    connectStore({ uri: stage.env['MONGODB_URI'] ?? '' }),
    Connection.connect(connectionOptions()),
  ]);
  const temporal = new Client({ connection, namespace });
  const prefix = stage.env['ORSYNC_QUEUE_PREFIX'] ?? '';
  const receiver = createHintReceiver({ store, temporal, prefix });
  const all = async (tenant: string) => (await store.forTenant(tenant).runs.listForHints(new Date(0), 1_000)).toReversed();
  const ended = async (tenant: string) => (await all(tenant)).filter(({ finishedAt }) => finishedAt !== null);
  const isRunning = async (tenant: string): Promise<boolean> =>
    (await temporal.workflow.getHandle(`${prefix}/${tenant}`).describe()).status.name === 'RUNNING';
  return {
    ...receiver,
    store,
    runs: ended,
    untilQuiet: (tenant, atLeast) =>
      poll(`${atLeast} runs for hints of ${tenant}`, async () => {
        const [runs, waiting] = [await ended(tenant), await store.forTenant(tenant).inbox.countWaiting()];
        return runs.length >= atLeast && waiting === 0 && !(await isRunning(tenant)) ? runs : undefined;
      }),
    keeperState: async (tenant) => {
      const { status, raw } = await temporal.workflow.getHandle(keepWorkflowId(tenant, prefix)).describe();
      const { events } = await temporal.workflow.getHandle(keepWorkflowId(tenant, prefix)).fetchHistory();
      const count = (kind: 'timerStartedEventAttributes' | 'timerFiredEventAttributes') =>
        (events ?? []).filter((event) => event[kind] !== undefined && event[kind] !== null).length;
      const pending = (raw.pendingActivities ?? []).length + count('timerStartedEventAttributes') - count('timerFiredEventAttributes');
      return { status: status.name, pending };
    },
    close: async () => {
      await receiver.flush();
      await Promise.all([store.close(), connection.close()]);
    },
  };
}
