import type { Client } from '@temporalio/client';
import type { Hint, HintSource } from '../../domain/hints/hint';
import type { Store } from '../../store/store';
import { HINTS_WAITING, KEEP_IN_STEP, keepWorkflowId, taskQueue } from '../runs/temporal-names';

/** The one door for hints of all sources. */
export interface HintReceiver {
  /**
   * Stores the hints, then tells the tenant's `keepInStep`. Resolves as soon as they are stored (T1). A Temporal that can't be reached is no
   * error. The keeper looks into the inbox at its next waking, and workers wake keepers whose hints wait too long.
   */
  readonly receive: (tenant: string, source: HintSource, hints: readonly Hint[]) => Promise<void>;
  /** T5: asks for a full run, as a feed has fallen behind and hints are lost. Resolves when that is stored. */
  readonly fellBehind: (tenant: string, source: HintSource) => Promise<void>;
  /** Resolves when every keeper that is due to be told was told, or could not be. Call it before the process ends. */
  readonly flush: () => Promise<void>;
}

export interface HintReceiverDeps {
  readonly store: Store;
  readonly temporal: Client;
  /** First part of the task queues' names and of the workflow ids (B4). */
  readonly prefix: string;
}

/** Hints that come while a keeper was told just now are told together, this much later. */
const TOLD_AGAIN_MS = 2_000;

/** The receiver of one process. It tells a tenant's keeper at once, and under load once in two seconds. */
export function createHintReceiver({ store, temporal, prefix }: HintReceiverDeps): HintReceiver {
  const keepers = new Map<string, Keeper>();
  const tell = (tenant: string): void => {
    const known = keepers.get(tenant);
    if (known !== undefined) {
      known.isDue = true;
      return;
    }
    const keeper: Keeper = { isDue: false, telling: wakeKeeper(temporal, prefix, tenant) };
    keepers.set(tenant, keeper);
    setTimeout(() => {
      keepers.delete(tenant);
      if (keeper.isDue) tell(tenant);
    }, TOLD_AGAIN_MS).unref();
  };
  return {
    receive: async (tenant, source, hints) => {
      if (hints.length === 0) return;
      await store.forTenant(tenant).inbox.put(source, hints, new Date());
      tell(tenant);
    },
    fellBehind: async (tenant, source) => {
      await store.forTenant(tenant).gaps.note(source, new Date());
      tell(tenant);
    },
    flush: async () => {
      const due = [...keepers].filter(([, { isDue }]) => isDue).map(([tenant]) => tenant);
      await Promise.all([...keepers.values()].map(({ telling }) => telling));
      await Promise.all(due.map((tenant) => wakeKeeper(temporal, prefix, tenant)));
    },
  };
}

interface Keeper {
  /** Whether something came after it was told. */
  isDue: boolean;
  readonly telling: Promise<void>;
}

/** Signals the keeper, or starts it. One that can't be told now is woken later: the hints are stored. */
export async function wakeKeeper(temporal: Client, prefix: string, tenant: string): Promise<void> {
  await temporal.workflow
    .signalWithStart(KEEP_IN_STEP, {
      workflowId: keepWorkflowId(tenant, prefix),
      taskQueue: taskQueue(prefix, 'workflows'),
      args: [tenant],
      signal: HINTS_WAITING,
      signalArgs: [],
      staticSummary: `Keeps in step: ${tenant}`,
    })
    .catch(() => undefined);
}
