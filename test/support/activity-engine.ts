import { randomUUID } from 'node:crypto';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { z } from 'zod';
import { createActivities } from '../../activities';
import type { RunRef, SliceActivity, SliceResult } from '../../activities/api';
import type { ActivityDeps, CrashPoint, TenantAccess } from '../../activities/deps';
import { createLedgerScope } from '../../activities/slice/call-counts';
import { VendorError } from '../../connectors/errors';
import { addCounters } from '../../domain/counters';
import type { Counters } from '../../domain/counters';
import type { Entity } from '../../domain/entity';
import type { Undoing } from '../../domain/undoing';
import { connectStore } from '../../store/connect';
import type { Store } from '../../store/store';
import { createTenantAccess } from '../../workers/tenants/access';
import { processSecrets } from '../../workers/tenants/process-secrets';
import type { Stage } from './stage';

/**
 * The worker's activities in this process, in the order in which the workflows call them. A run takes no time to start, to die and to take
 * over.
 */
export interface ActivityEngine {
  readonly store: Store;
  /** Adds a tenant that syncs one entity between the stage's emulators. */
  readonly addTenant: (tenant: string, settings?: Readonly<Record<string, unknown>>) => Promise<void>;
  /** Plays a full run to its end. Throws an activity's error. */
  readonly run: (tenant: string, options?: RunOptions) => Promise<RunEnd>;
  readonly close: () => Promise<void>;
}

export interface RunOptions {
  /** Repeats an earlier run, as further attempts of all its activities. @default a new run */
  readonly runId?: string;
  /** Kills the worker when it reaches this point for the n-th time. */
  readonly killAt?: { readonly point: CrashPoint; readonly nth: number };
  /**
   * The number of steps of a killed activity that Temporal has heard of. The next attempt begins after them. @default 0, the start of its
   * slice
   */
  readonly stepsHeard?: number;
  /** After a kill, true makes another attempt of the same activity; false gives up the run. @default true */
  readonly goesOn?: boolean;
  /**
   * The number of single OfficeRnD records that an attempt of an activity may read before the limiter hands the wait back. Temporal has heard
   * of all its steps, and makes another attempt. An attempt without a finished step is an error. @default any number
   */
  readonly readsUntilHandedBack?: number;
  /** L12: how long creations without an answer wait; null is the tenant's own time. @default 0 */
  readonly lateEffectMs?: number | null;
  /** How far the worker's clock is ahead. So time passes without waiting. @default 0 */
  readonly aheadMs?: number;
  /** Called before a write is handed to its connector, where it would wait for the limiter. It may delay the worker. */
  readonly beforeWrite?: (call: WritingCall) => Promise<void>;
  /** Called when a write was answered, before the activity gets the answer. It may delay the worker. */
  readonly afterWrite?: (call: WritingCall) => Promise<void>;
  /** X3: plays a run that takes this back. @default a full run */
  readonly undoes?: Undoing;
  /** @default full, or incremental for a run that takes something back */
  readonly mode?: RunRef['mode'];
  /** Called at every point. It may delay the worker. */
  readonly at?: (point: CrashPoint) => Promise<void>;
}

/** A call of a connector that writes. */
export type WritingCall = 'create' | 'update' | 'batchUpdate';

export interface RunEnd {
  readonly wasKilled: boolean;
  /** True if linking has left records that may have to be created. */
  readonly hasPlannedCreates: boolean;
  /** The run's counts, phase by phase, under the report's names. */
  readonly told: Readonly<Record<string, Counters>>;
}

/** One entity is enough, because the code from planning to snapshot is the same for all. */
const ENTITY: Entity = 'member';

class Killed extends Error {}

/** Only errors are logged, because each kill would be logged as a failed activity. */
const logger = new DefaultLogger('ERROR');

export async function createActivityEngine(stage: Stage): Promise<ActivityEngine> {
  let clockAheadMs = 0;
  const now = () => new Date(Date.now() + clockAheadMs);
  const store = await connectStore({ uri: stage.env['MONGODB_URI'] ?? '', now });
  await store.prepare();
  const ledger = createLedgerScope();
  const tenants = createTenantAccess({ store, ledger, secrets: processSecrets() });
  const activitiesWith = (deps: Pick<ActivityDeps, 'crashPoint' | 'lateEffectMs'>, reads: number, around: WriteHooks) =>
    createActivities({
      store,
      tenants: heldAround(around, handingBackAfter(reads, tenants)),
      ledger,
      now,
      heartbeatTimeoutMs: 25_000,
      ...deps,
    });

  return {
    store,
    addTenant: (tenant, settings) =>
      store.tenants.put(tenant, z.json().parse(stage.tenantFile(tenant, { entities: [ENTITY], ...settings })), new Date()),
    run: async (
      tenant,
      {
        runId = randomUUID(),
        killAt,
        stepsHeard = 0,
        goesOn = true,
        readsUntilHandedBack = Number.POSITIVE_INFINITY,
        lateEffectMs = 0,
        aheadMs = 0,
        beforeWrite = async () => undefined,
        afterWrite = async () => undefined,
        at = async () => undefined,
        undoes,
        mode = undoes === undefined ? 'full' : 'incremental',
      } = {},
    ) => {
      let [pointsLeft, wasKilled, hasPlannedCreates] = [killAt?.nth ?? 0, false, false];
      clockAheadMs = aheadMs;
      const crashPoint = async (point: CrashPoint): Promise<void> => {
        await at(point);
        // A killed worker does nothing any more.
        if (point !== killAt?.point || wasKilled) return;
        pointsLeft -= 1;
        if (pointsLeft > 0) return;
        wasKilled = true;
        throw new Killed();
      };
      const { hubspot, officernd } = activitiesWith({ crashPoint, lateEffectMs }, readsUntilHandedBack, {
        beforeWrite,
        afterWrite,
      });
      const ref: RunRef = { tenant, runId, mode };
      const told: Record<string, Counters> = {};
      const slices = async (phase: string, activity: SliceActivity): Promise<SliceResult> => {
        const result = await runSlices(activity, ref, { goesOn, stepsHeard });
        told[phase] = { ...addCounters(told[phase] ?? {}, result.counters), ...result.applied };
        return result;
      };
      const once = <T>(work: () => Promise<T>): Promise<T> =>
        new MockActivityEnvironment({ scheduledTimestampMs: Date.now() }, { logger }).run(work);
      try {
        const unlink = async (): Promise<void> => {
          if ((await slices('unlink', officernd.planUnlinks)).planned !== 0) await slices('unlink', officernd.applyUnlinks);
        };
        const values = () => slices('update', hubspot.updateLinks);
        const workflowId = `sync/${tenant}`;
        const { takesBack } = await once(() => hubspot.prepareRun({ ...ref, entities: null, workflowId, ...(undoes && { undoes }) }));
        for (const part of takesBack ?? []) await (part === 'links' ? unlink() : values());
        if (takesBack === undefined) {
          await slices('observe', hubspot.observeHubSpot);
          await slices('observe', officernd.observeOfficernd);
          await unlink();
          const { planned: left } = await slices('link', officernd.matchRecords);
          hasPlannedCreates = left !== 0;
          if (hasPlannedCreates && (await slices('link', officernd.planCreates)).planned !== 0)
            await slices('link', officernd.applyCreates);
          await values();
        }
        await once(() => hubspot.finishRun({ ...ref, workflowId, state: 'completed', trouble: null, counts: {} }));
      } catch (error) {
        if (!(error instanceof Killed)) throw error;
      }
      return { wasKilled, hasPlannedCreates, told };
    },
    close: () => store.close(),
  };
}

/** Each attempt of an activity opens its connectors once. */
const handingBackAfter = (reads: number, tenants: TenantAccess): TenantAccess => ({
  ...tenants,
  connect: async (tenant, mode) => {
    const { officernd, ...connectors } = await tenants.connect(tenant, mode);
    let left = reads;
    const readOne: typeof officernd.readOne = async (...call) => {
      if (left === 0) throw new VendorError('rate-limited', 'The limit is used up.', { vendor: 'officernd', route: 'any' });
      left -= 1;
      return officernd.readOne(...call);
    };
    return { ...connectors, officernd: { ...officernd, readOne } };
  },
});

type WriteHooks = Required<Pick<RunOptions, 'beforeWrite' | 'afterWrite'>>;

/**
 * Holds each write in one of two places. One is where it would wait for the limiter: after all questions of the activity, before those of
 * `beforeSend`. In the other, its answer is on its way.
 */
const heldAround = ({ beforeWrite, afterWrite }: WriteHooks, tenants: TenantAccess): TenantAccess => ({
  ...tenants,
  connect: async (tenant, mode) => {
    const { officernd, hubspot } = await tenants.connect(tenant, mode);
    const around = async <T>(call: WritingCall, write: () => Promise<T>): Promise<T> => {
      await beforeWrite(call);
      const answer = await write();
      await afterWrite(call);
      return answer;
    };
    const create: typeof officernd.create = (...call) => around('create', () => officernd.create(...call));
    const update: typeof officernd.update = (...call) => around('update', () => officernd.update(...call));
    const batchUpdate: typeof hubspot.batchUpdate = (...call) => around('batchUpdate', () => hubspot.batchUpdate(...call));
    return { officernd: { ...officernd, create, update }, hubspot: { ...hubspot, batchUpdate } };
  },
});

/**
 * Calls an activity slice after slice, as a child workflow does, and makes another attempt when a worker dies. Returns the last slice's
 * result, with the counts of all slices.
 */
async function runSlices(
  activity: SliceActivity,
  ref: RunRef,
  { goesOn, stepsHeard }: Required<Pick<RunOptions, 'goesOn' | 'stepsHeard'>>,
): Promise<SliceResult> {
  let counters: Counters = {};
  for (let cursor: string | null = null; ;) {
    const input = { ...ref, entity: ENTITY, cursor };
    const heartbeats = new Map<string, unknown>();
    const attempt = async (number: number, heartbeatDetails?: unknown): Promise<SliceResult> => {
      const environment = new MockActivityEnvironment({ attempt: number, heartbeatDetails }, { logger });
      environment.on('heartbeat', (details: SliceResult) => {
        // Other heartbeats in between only show that the activity is alive.
        if (details.cursor !== cursor) heartbeats.set(`${details.cursor}`, details);
      });
      const known = heartbeats.size;
      try {
        return await environment.run(activity, input);
      } catch (error) {
        if (goesOn && error instanceof Killed) return attempt(number + 1, [...heartbeats.values()][stepsHeard - 1]);
        if (isHandedBack(error) && heartbeats.size > known) return attempt(number + 1, [...heartbeats.values()].at(-1));
        throw error;
      }
    };
    const result = await attempt(1);
    counters = addCounters(counters, result.counters);
    if (result.done) return { ...result, counters };
    cursor = result.cursor;
  }
}

const isHandedBack = (error: unknown): boolean => error instanceof VendorError && error.kind === 'rate-limited';
