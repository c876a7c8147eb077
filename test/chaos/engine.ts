import { setTimeout as pause } from 'node:timers/promises';
import { Client, Connection } from '@temporalio/client';
import type { temporal } from '@temporalio/proto';
import { untilRunEnds } from '../../client/run-end';
import { createSyncClient } from '../../client/sync-client';
import type { SyncClient } from '../../client/sync-client';
import { parseTenantConfig } from '../../config/tenant-file';
import { entities } from '../../domain/entity';
import { connectStore } from '../../store/connect';
import type { Store } from '../../store/store';
import { z } from 'zod';
import { syncWorkflowId } from '../../workflows/api';
import { LIFECYCLE, additional, fieldKeys, stages } from './catalogue';
import type { RunPhase, Schedule, Wishes } from './schedule';
import type { ChaosServers } from './servers';
import type { Vendors } from './vendors';
import { allFields } from './catalogue';

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
  /** Stores a tenant's configuration, as `orsync tenant apply` does. */
  readonly applyTenant: (tenant: string, wishes: Wishes, auth: Schedule['auth']) => Promise<void>;
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
    env: { MONGODB_URI: uri.href, TEMPORAL_ADDRESS: servers.temporalAddress, ORSYNC_QUEUE_PREFIX: name, ORSYNC_SKIP_CHECK: '1' },
    sync: createSyncClient({ temporal, store, queuePrefix: name }),
    store,
    applyTenant: async (tenant, wishes, auth) => {
      const config = parseTenantConfig({ tenant, ...vendors.connection(auth, tenant), ...settingsOf(wishes) }, tenant);
      await persistently(() => store.tenants.put(tenant, z.json().parse(JSON.parse(JSON.stringify(config))), new Date()));
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

/** The phase in a child's id, `<prefix>/<tenant>/<run>/<phase>/<entity>`. */
const phaseStartedBy = (event: temporal.api.history.v1.IHistoryEvent): string | null =>
  event.startChildWorkflowExecutionInitiatedEventAttributes?.workflowId?.split('/').at(-2) ?? null;

function timeOf({ eventTime }: { readonly eventTime?: { readonly seconds?: unknown; readonly nanos?: number | null } | null }): number {
  return Number(eventTime?.seconds ?? 0) * 1_000 + (eventTime?.nanos ?? 0) / 1_000_000;
}

/** The part of a tenant file that schedules change. */
function settingsOf({ directions, additional: mapped, filter, ambiguous, emailsDiffer, brake }: Wishes): Record<string, unknown> {
  const standard = directions.flatMap(({ entity, field, direction }) => {
    const keys = fieldKeys(entity).filter((key) => allFields.some((one) => one.entity === entity && one.key === key && one.standard));
    const key = keys[field % keys.length];
    return key === undefined ? [] : [[`${entity}.${key}`, direction] as const];
  });
  const chosen = additional.flatMap(({ entity, officernd, hubspot }, index) => {
    const direction = mapped[index] ?? null;
    return direction === null ? [] : [{ entity, field: { officernd, hubspot, direction } }];
  });
  return {
    timeZone: 'UTC',
    standard: Object.fromEntries(standard),
    additional: Object.fromEntries(
      entities.map((entity) => [entity, chosen.filter((one) => one.entity === entity).map(({ field }) => field)]),
    ),
    matching: { ambiguous, emailsDiffer },
    opportunities: { pipeline: 'default', statuses: stages },
    ...(filter ? { create: { filter: [{ property: LIFECYCLE, in: ['customer'] }] } } : {}),
    brakes: { ...updateBrakesOff, ...(brake === 'tight' && { unlink: { count: 1, share: 0.01 }, createsPerRun: 2 }) },
    limits: { hubspot: { per10s: 100_000, searchPerSecond: 1_000 }, officernd: { readsPerMinute: 1_000_000, writesPerMinute: 1_000_000 } },
  };
}

/** The model of what people approve knows the brakes of phases 1 and 2 only. */
const updateBrakesOff = { erase: { count: 1_000_000 }, firstLink: { count: 1_000_000 } };

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
