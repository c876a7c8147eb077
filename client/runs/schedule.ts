import { ScheduleAlreadyRunning, ScheduleNotFoundError, ScheduleOverlapPolicy } from '@temporalio/client';
import type { Client, ScheduleOptions, ScheduleSpec } from '@temporalio/client';
import { parseTenantConfig } from '../../config/tenant-file';
import { asSentence } from '../../domain/printable';
import { cronIn, intervalIn, jitterIn, noteText, offsetOf } from '../../domain/schedule';
import type { ScheduleAct } from '../../domain/schedule';
import type { Store } from '../../store/store';
import type { SyncRequest } from '../../workflows/api';
import { actorOf } from '../actor';
import { grpcCodeOf, grpcCodes } from './grpc-code';
import { SCHEDULED_SYNC, scheduledWorkflowId, scheduleId, taskQueue } from './temporal-names';

/** The times of a schedule: just one of `every` and `cron`. */
export interface ScheduleWish {
  /** A number with `m`, `h` or `d`, such as `15m`: from a minute to 30 days. */
  readonly every?: string;
  /** Five fields, or `@daily` and the like, in the tenant's time zone. */
  readonly cron?: string;
  /** @default 'incremental' */
  readonly mode?: 'incremental' | 'full';
  /** Each time comes later by a random part of this, such as `90s`. @default none */
  readonly jitter?: string;
}

export interface ScheduleActOptions {
  /** The person or program that acts. @default ORSYNC_ACTOR, else the system's user */
  readonly by?: string;
  /** Why. Temporal shows it to everybody who may see the schedule. */
  readonly note?: string;
}

/** Verbs of a `SyncClient` about the tenant's own Temporal Schedule. */
export interface ScheduleVerbs {
  /**
   * Makes the schedule or changes its times; a paused one stays paused. Returns whether it is new. Throws `ScheduleRefusedError` for times that
   * can't be used. Needs the store, for the tenant's time zone.
   */
  readonly setSchedule: (tenant: string, wish: ScheduleWish, options?: ScheduleActOptions) => Promise<boolean>;
  /** Starts no runs until `resumeSchedule`. False where there is no schedule. A run under way goes on. */
  readonly pauseSchedule: (tenant: string, options?: ScheduleActOptions) => Promise<boolean>;
  /** False where there is no schedule. Times that passed meanwhile are not made up for. */
  readonly resumeSchedule: (tenant: string, options?: ScheduleActOptions) => Promise<boolean>;
  /** False where there was none. A run under way goes on. */
  readonly removeSchedule: (tenant: string) => Promise<boolean>;
}

/** Times that can't be used. The message says which, and what to do. */
export class ScheduleRefusedError extends Error {
  override readonly name = 'ScheduleRefusedError';
}

interface ScheduleDeps {
  readonly temporal: Client;
  readonly store: Store | undefined;
  readonly queuePrefix: string;
}

/** The verbs of a client for one namespace. */
export function createScheduleVerbs({ temporal, store, queuePrefix }: ScheduleDeps): ScheduleVerbs {
  const handleOf = (tenant: string) => temporal.schedule.getHandle(scheduleId(tenant, queuePrefix));
  const noteOf = (did: ScheduleAct, { by = actorOf(), note }: ScheduleActOptions): string =>
    noteText({ did, by, at: new Date().toISOString(), why: note ?? null });

  return {
    setSchedule: async (tenant, wish, options = {}) => {
      if (store === undefined) throw new Error('This client has no store, and the time zone is kept there; give createSyncClient a store.');
      const stored = await store.tenants.get(tenant);
      if (stored === null) throw new ScheduleRefusedError(`There is no tenant ${tenant}.`);
      const timeZone = parseTenantConfig(stored.config, `tenant ${tenant}`).timeZone ?? (await portalTimeZone(store, tenant));
      const made = scheduleOf(tenant, wish, { timeZone, queuePrefix });
      const note = noteOf('Set', options);
      const change = (): Promise<void> =>
        handleOf(tenant).update(({ state }) => ({
          ...made,
          // The note of the person who has paused it stands until it is resumed.
          state: { paused: state.paused, note: state.paused ? (state.note ?? note) : note },
        }));
      return explained(async () => {
        if (await unlessNone(change)) return false;
        try {
          await temporal.schedule.create({ ...made, scheduleId: scheduleId(tenant, queuePrefix), state: { note } });
          return true;
        } catch (error) {
          if (!(error instanceof ScheduleAlreadyRunning)) throw error;
          // Somebody else made it in the meantime.
          await change();
          return false;
        }
      });
    },
    pauseSchedule: (tenant, options = {}) => unlessNone(() => handleOf(tenant).pause(noteOf('Paused', options))),
    resumeSchedule: (tenant, options = {}) => unlessNone(() => handleOf(tenant).unpause(noteOf('Resumed', options))),
    removeSchedule: (tenant) => unlessNone(() => handleOf(tenant).delete()),
  };
}

/** The portal's time zone, which a tenant file without one stands for, as the newest run has read it. */
const portalTimeZone = async (store: Store, tenant: string): Promise<string> =>
  (await store.forTenant(tenant).runs.latest())?.mapping.timeZone ?? 'UTC';

interface ScheduleSetting {
  readonly timeZone: string;
  readonly queuePrefix: string;
}

/** The schedule as Temporal keeps it. Throws `ScheduleRefusedError`. */
function scheduleOf(
  tenant: string,
  { every, cron, mode = 'incremental', jitter }: ScheduleWish,
  { timeZone, queuePrefix }: ScheduleSetting,
): Pick<ScheduleOptions, 'spec' | 'policies' | 'action'> {
  const jitterMs = jitter === undefined ? 0 : jitterIn(jitter);
  if (jitterMs === null) throw new ScheduleRefusedError('The jitter is a number with s, m or h, such as 90s, and a day at most.');
  const { spec, catchupWindow } = timesOf(tenant, { ...(every !== undefined && { every }), ...(cron !== undefined && { cron }) }, timeZone);
  const request: SyncRequest = { tenant, mode, entities: null };
  return {
    spec: { ...spec, jitter: jitterMs },
    action: {
      type: 'startWorkflow',
      workflowType: SCHEDULED_SYNC,
      workflowId: scheduledWorkflowId(tenant, queuePrefix),
      taskQueue: taskQueue(queuePrefix, 'workflows'),
      args: [request],
      staticSummary: `Scheduled ${mode} sync: ${tenant}`,
    },
    // A run that takes longer than the interval is not followed by another one at once.
    policies: { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow },
  };
}

const HOUR_MS = 3_600_000;

/** Times missed while Temporal was down are made up for, once, until the next would come; those of a cron expression within an hour. */
function timesOf(
  tenant: string,
  { every, cron }: Pick<ScheduleWish, 'every' | 'cron'>,
  timeZone: string,
): { readonly spec: ScheduleSpec; readonly catchupWindow: number } {
  if ((every === undefined) === (cron === undefined))
    throw new ScheduleRefusedError('Give either an interval such as 15m, or a cron expression.');
  if (every !== undefined) {
    const everyMs = intervalIn(every);
    if (everyMs === null)
      throw new ScheduleRefusedError('An interval is a number with m, h or d, such as 15m: a minute at least, 30 days at most.');
    return { spec: { intervals: [{ every: everyMs, offset: offsetOf(tenant, everyMs) }], timezone: timeZone }, catchupWindow: everyMs };
  }
  const expression = cronIn(cron ?? '');
  if (expression === null)
    throw new ScheduleRefusedError(
      'A cron expression has five fields: minute, hour, day of the month, month, day of the week, such as "0 6 * * MON-FRI".',
    );
  // The server keeps only what follows the sign, as a comment, so the expression stands there a second time.
  return { spec: { cronExpressions: [`${expression} # ${expression}`], timezone: timeZone }, catchupWindow: HOUR_MS };
}

/** False when there is no such schedule. */
async function unlessNone(act: () => Promise<void>): Promise<boolean> {
  try {
    await act();
    return true;
  } catch (error) {
    if (error instanceof ScheduleNotFoundError) return false;
    throw error;
  }
}

/** Turns a refusal of the times into a sentence. */
async function explained<Answer>(act: () => Promise<Answer>): Promise<Answer> {
  try {
    return await act();
  } catch (error) {
    // Of a specification that the server refuses, Temporal's client makes a TypeError with the server's words.
    if (!(error instanceof TypeError) && grpcCodeOf(error) !== grpcCodes.invalidArgument) throw error;
    throw new ScheduleRefusedError(
      `Temporal refuses these times: ${asSentence(detailsOf(error))}. Correct them, or the tenant's time zone.`,
      {
        cause: error,
      },
    );
  }
}

/** The server's own words, without its class names. */
function detailsOf(error: unknown): string {
  if (!(error instanceof Error)) return 'no reason given';
  if ('details' in error && typeof error.details === 'string' && error.details !== '') return error.details.replace(/\.$/, '');
  return error.cause instanceof Error ? detailsOf(error.cause) : error.message;
}
