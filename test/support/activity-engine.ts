import { randomUUID } from 'node:crypto';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger } from '@temporalio/worker';
import { z } from 'zod';
import { createActivities } from '../../activities';
import type { RunRef, SliceActivity, SliceResult } from '../../activities/api';
import type { ActivityDeps, CrashPoint } from '../../activities/deps';
import { createLedgerScope } from '../../activities/ledger';
import type { Entity } from '../../domain/entity';
import { connectStore } from '../../store/connect';
import type { Store } from '../../store/store';
import { createTenantAccess, processSecrets } from '../../workers/tenant-access';
import type { Stage } from './stage';

/** The worker's activities in this process, in the order in which the workflows call them: a run takes no time to start, to die and to take over. */
export interface ActivityEngine {
  readonly store: Store;
  /** Makes a tenant known that syncs one entity between the stage's emulators. */
  readonly addTenant: (tenant: string, settings?: Readonly<Record<string, unknown>>) => Promise<void>;
  /** Plays a full run to its end. Throws what an activity throws. */
  readonly run: (tenant: string, options?: RunOptions) => Promise<RunEnd>;
  readonly close: () => Promise<void>;
}

export interface RunOptions {
  /** Repeats a run that has begun, as further attempts of all its activities. @default a new run */
  readonly runId?: string;
  /** Kills the worker when it comes to this point for the n-th time. */
  readonly killAt?: { readonly point: CrashPoint; readonly nth: number };
  /** After a kill, Temporal makes another attempt of the same activity; or nobody does, and the run is given up. @default true */
  readonly goesOn?: boolean;
  /** Called at every point; it may hold the worker up. */
  readonly at?: (point: CrashPoint) => Promise<void>;
}

export interface RunEnd {
  readonly wasKilled: boolean;
  /** Whether linking left anything that may have to be created. */
  readonly hasPlannedCreates: boolean;
}

/** One entity is enough: what is between planned, called, applied and snapshot is the same code for all. */
const ENTITY: Entity = 'member';

class Killed extends Error {}

/** Each kill would be told as an activity that failed. */
const logger = new DefaultLogger('ERROR');

export async function createActivityEngine(stage: Stage): Promise<ActivityEngine> {
  const store = await connectStore({ uri: stage.env['MONGODB_URI'] ?? '' });
  await store.prepare();
  const ledger = createLedgerScope();
  const tenants = createTenantAccess({ store, ledger, secrets: processSecrets() });
  const activitiesWith = (crashPoint: ActivityDeps['crashPoint']) =>
    createActivities({ store, tenants, ledger, now: () => new Date(), crashPoint });

  return {
    store,
    addTenant: (tenant, settings) =>
      store.tenants.put(tenant, z.json().parse(stage.tenantFile(tenant, { entities: [ENTITY], ...settings })), new Date()),
    run: async (tenant, { runId = randomUUID(), killAt, goesOn = true, at = async () => undefined } = {}) => {
      let [pointsLeft, wasKilled, hasPlannedCreates] = [killAt?.nth ?? 0, false, false];
      const { hubspot, officernd } = activitiesWith(async (point) => {
        await at(point);
        // The dead do nothing any more.
        if (point !== killAt?.point || wasKilled) return;
        pointsLeft -= 1;
        if (pointsLeft > 0) return;
        wasKilled = true;
        throw new Killed();
      });
      const ref: RunRef = { tenant, runId, mode: 'full' };
      const slices = (activity: SliceActivity) => runSlices(activity, ref, goesOn);
      const once = <T>(work: () => Promise<T>): Promise<T> => new MockActivityEnvironment({}, { logger }).run(work);
      try {
        await once(() => hubspot.prepareRun({ ...ref, entities: null, workflowId: `sync/${tenant}` }));
        await slices(hubspot.observeHubSpot);
        await slices(officernd.observeOfficernd);
        const { planned } = await slices(officernd.planUnlinks);
        if (planned !== 0) await slices(officernd.applyUnlinks);
        const { planned: left } = await slices(officernd.matchRecords);
        hasPlannedCreates = left !== 0;
        if (hasPlannedCreates && (await slices(officernd.planCreates)).planned !== 0) await slices(officernd.applyCreates);
        await slices(hubspot.updateLinks);
        await once(() => hubspot.finishRun({ ...ref, workflowId: `sync/${tenant}`, state: 'completed', trouble: null, counts: {} }));
      } catch (error) {
        if (!(error instanceof Killed)) throw error;
      }
      return { wasKilled, hasPlannedCreates };
    },
    close: () => store.close(),
  };
}

/** Calls an activity slice after slice, as a child workflow does, and makes another attempt, with what was heartbeated last, when a worker dies. */
async function runSlices(activity: SliceActivity, ref: RunRef, goesOn: boolean): Promise<SliceResult> {
  for (let cursor: string | null = null; ;) {
    const input = { ...ref, entity: ENTITY, cursor };
    let heartbeatDetails: unknown;
    const attempt = (number: number): Promise<SliceResult> => {
      const environment = new MockActivityEnvironment({ attempt: number, heartbeatDetails }, { logger });
      environment.on('heartbeat', (details: unknown) => (heartbeatDetails = details));
      return environment.run(activity, input);
    };
    const result = await attempt(1).catch((error: unknown) => {
      if (goesOn && error instanceof Killed) return attempt(2);
      throw error;
    });
    if (result.done) return result;
    cursor = result.cursor;
  }
}
