import { setTimeout as pause } from 'node:timers/promises';
import { Client, Connection } from '@temporalio/client';
import type { temporal } from '@temporalio/proto';
import { bindPair } from '../../cli/commands/bind-pair';
import { untilRunEnds } from '../../client/runs/run-end';
import { createSyncClient } from '../../client/sync-client';
import type { SyncClient } from '../../client/sync-client';
import { pairOf } from '../../config/pair-of';
import { parseTenantConfig } from '../../config/tenant-file';
import { entities } from '../../domain/entity';
import { connectStore } from '../../store/connect';
import type { Store } from '../../store/store';
import { z } from 'zod';
import { syncWorkflowId } from '../../workflows/api';
import { LIFECYCLE, additional, fieldKeys, fieldsBy, stages } from './catalogue';
import type { RunPhase, Schedule, Wishes } from './schedule';
import type { ChaosServers } from './servers';
import type { Vendors } from './vendors';

/** The time during which a run was in a phase. A phase may come twice. */
export interface PhaseSpan {
  readonly phase: string;
  readonly fromMs: number;
  readonly toMs: number;
}

/** The engine of one lane. It has its own database and task queues on the servers that all lanes share. */
export interface Engine {
  readonly env: Readonly<Record<string, string>>;
  readonly sync: SyncClient;
  readonly store: Store;
  /** Stores a tenant's configuration, as `orsync tenant apply --new-pair` does. */
  readonly applyTenant: (tenant: string, wishes: Wishes, auth: Schedule['auth']) => Promise<void>;
  /** Removes a tenant, as `orsync tenant remove` does. */
  readonly removeTenant: (tenant: string) => Promise<void>;
  /** Has all that was refused tried again with the next run, as `orsync retry` does. */
  readonly retryAll: (tenant: string) => Promise<void>;
  /** Resolves when this run has closed, without asking a worker. The result is the run that followed it at once, or null. */
  readonly untilEnded: (tenant: string, runId: string, signal: AbortSignal) => Promise<string | null>;
  /** Resolves when this run has reached a phase or has closed. */
  readonly untilPhase: (tenant: string, runId: string, phase: RunPhase) => Promise<void>;
  /** Ends a run that hangs. */
  readonly abandon: (tenant: string) => Promise<void>;
  /** The phases of a run, from its history. */
  readonly phasesOf: (tenant: string, runId: string) => Promise<readonly PhaseSpan[]>;
  readonly close: () => Promise<void>;
}

export async function createEngine(servers: ChaosServers, vendors: Vendors, name: string): Promise<Engine> {
  const uri = new URL(servers.mongodbUri);
  uri.pathname = `/${name}`;
  const connection = await Connection.connect({ address: servers.temporalAddress });
  const temporal = new Client({ connection });
  const store = await connectStore({ uri: uri.href });
  await store.prepare();
  return {
    env: {
      MONGODB_URI: uri.href,
      TEMPORAL_ADDRESS: servers.temporalAddress,
      ORSYNC_QUEUE_PREFIX: name,
      ORSYNC_SKIP_CHECK: '1',
      ORSYNC_LATE_EFFECT_MS: LATE_EFFECT_MS,
      ORSYNC_DEAD_WORKER_SECONDS: '8',
    },
    sync: createSyncClient({ temporal, store, queuePrefix: name }),
    store,
    applyTenant: async (tenant, wishes, auth) => {
      const alias = wishes.address === 'first' ? tenant : `${tenant}-second`;
      const config = parseTenantConfig({ tenant, ...vendors.connection(auth, alias), ...settingsOf(wishes) }, tenant);
      const deps = { store, assertNoRun: () => Promise.resolve(), knowsLinkedRecords: () => Promise.resolve(false) };
      await persistently(() => bindPair(config, { newPair: true, renamed: false }, deps));
      await persistently(() => store.tenants.put(tenant, z.json().parse(JSON.parse(JSON.stringify(config))), new Date()));
      await persistently(() => store.kept.giveBack(pairOf(config), tenant));
    },
    removeTenant: async (tenant) => {
      const until = new Date(Date.now() + DAY_MS);
      for (const { name: of, pair } of await persistently(() => store.pairs.allOf(tenant)))
        await persistently(() => store.kept.keep(of, pair, until));
      await persistently(() => store.tenants.remove(tenant));
    },
    retryAll: async (tenant) => {
      await persistently(() => store.forTenant(tenant).failures.requestRetry({}));
    },
    untilEnded: async (tenant, runId, signal) => {
      const end = await untilRunEnds(temporal, { workflowId: syncWorkflowId(tenant, name), runId, signal });
      return end.kind === 'continued' ? end.runId : null;
    },
    untilPhase: async (tenant, runId, phase) => {
      if (phase === 'prepare') return;
      const execution = { workflowId: syncWorkflowId(tenant, name), runId };
      let nextPageToken: Uint8Array | null = null;
      do {
        const { history, nextPageToken: next } = await persistently(() =>
          temporal.workflowService.getWorkflowExecutionHistory({ namespace: 'default', execution, nextPageToken, waitNewEvent: true }),
        );
        if (history?.events?.some((event) => phaseStartedBy(event) === phase) === true) return;
        nextPageToken = next;
      } while (nextPageToken.length > 0);
    },
    abandon: async (tenant) => {
      await temporal.workflow.getHandle(syncWorkflowId(tenant, name)).terminate('The play of its schedule was broken off.');
    },
    phasesOf: async (tenant, runId) => {
      const { events } = await persistently(() => temporal.workflow.getHandle(syncWorkflowId(tenant, name), runId).fetchHistory());
      return (events ?? []).flatMap((event): PhaseSpan[] => {
        const child = event.startChildWorkflowExecutionInitiatedEventAttributes;
        const phase = phaseStartedBy(event);
        if (child === undefined || child === null || phase === null) return [];
        const end = (events ?? []).find((later) =>
          [
            later.childWorkflowExecutionCompletedEventAttributes,
            later.childWorkflowExecutionFailedEventAttributes,
            later.childWorkflowExecutionCanceledEventAttributes,
          ].some((attributes) => attributes?.workflowExecution?.workflowId === child.workflowId),
        );
        return [{ phase, fromMs: timeOf(event), toMs: end === undefined ? Date.now() : timeOf(end) }];
      });
    },
    close: async () => {
      await Promise.all([store.close(), connection.close()]);
    },
  };
}

/** L12: the time after which the workers here look for a creation whose outcome is unknown, in place of minutes. */
const LATE_EFFECT_MS = '6000';

const DAY_MS = 24 * 3_600_000;

/** The phase in a child's id, `<prefix>/<tenant>/<run>/<phase>/<entity>`. */
const phaseStartedBy = (event: temporal.api.history.v1.IHistoryEvent): string | null =>
  event.startChildWorkflowExecutionInitiatedEventAttributes?.workflowId?.split('/').at(-2) ?? null;

function timeOf({ eventTime }: { readonly eventTime?: { readonly seconds?: unknown; readonly nanos?: number | null } | null }): number {
  return Number(eventTime?.seconds ?? 0) * 1_000 + (eventTime?.nanos ?? 0) / 1_000_000;
}

/** The part of a tenant file that schedules change. */
function settingsOf(wishes: Wishes): Record<string, unknown> {
  const { directions, additional: mapped, filter, ambiguous, emailsDiffer, brake, timeZone, statuses, remapped } = wishes;
  const standard = directions.flatMap(({ entity, field, direction }) => {
    const keys = fieldKeys(entity).filter((key) =>
      fieldsBy(wishes).some((one) => one.entity === entity && one.key === key && one.standard),
    );
    const key = keys[field % keys.length];
    return key === undefined ? [] : [[`${entity}.${key}`, direction] as const];
  });
  const chosen = additional.flatMap(({ entity, officernd, hubspot, other }, index) => {
    const direction = mapped[index] ?? null;
    return direction === null ? [] : [{ entity, field: { officernd, hubspot: remapped ? other : hubspot, direction } }];
  });
  return {
    timeZone,
    standard: Object.fromEntries(standard),
    additional: Object.fromEntries(
      entities.map((entity) => [entity, chosen.filter((one) => one.entity === entity).map(({ field }) => field)]),
    ),
    matching: { ambiguous, emailsDiffer },
    opportunities: { pipeline: 'default', statuses: stages[statuses] },
    ...(filter ? { create: { filter: [{ property: LIFECYCLE, in: ['customer'] }] } } : {}),
    brakes: brake === 'tight' ? TIGHT : updateBrakesOff,
    limits: { hubspot: { per10s: 100_000, searchPerSecond: 1_000 }, officernd: { readsPerMinute: 1_000_000, writesPerMinute: 1_000_000 } },
  };
}

/** The model of what people approve knows the brakes of phases 1 and 2 only. */
const updateBrakesOff = { erase: { count: 1_000_000 }, firstLink: { count: 1_000_000 } };

const ONE = { count: 1, share: 0.01 } as const;
const TIGHT = { unlink: ONE, createsPerRun: 2, erase: ONE, firstLink: ONE } as const;

/** Repeats a task that a restarting server has interrupted. */
export async function persistently<T>(task: () => Promise<T>, withinMs = 60_000): Promise<T> {
  const until = Date.now() + withinMs;
  for (;;) {
    try {
      return await task();
    } catch (error) {
      if (Date.now() > until) throw error;
      await pause(300);
    }
  }
}
