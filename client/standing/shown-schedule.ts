import { ScheduleNotFoundError } from '@temporalio/client';
import type { Client, ScheduleDescription, ScheduleExecutionResult, WorkflowHandle } from '@temporalio/client';
import { asLabel, asSentence } from '../../domain/printable';
import { intervalWords, noteIn } from '../../domain/schedule';
import type { ScheduleNote } from '../../domain/schedule';
import { isRunUnderWay } from '../runs/end-state';
import { scheduleId } from '../runs/temporal-names';
import { unlessGone } from '../runs/unless-gone';

/** A tenant's own Temporal Schedule. The output of `orsync schedule --json`. */
export interface ShownSchedule {
  readonly tenant: string;
  readonly id: string;
  readonly state: 'active' | 'paused';
  /** `every 15 minutes` */
  readonly words: string;
  readonly everyMs: number | null;
  readonly cron: string | null;
  /** Of the runs that it starts; null where somebody has changed the schedule by other means. */
  readonly mode: string | null;
  readonly timeZone: string;
  readonly jitterMs: number;
  /** Times missed while Temporal was down are made up for within this. */
  readonly catchUpMs: number;
  /** The last person who set, paused or resumed it; null where somebody else has written a note, or none. */
  readonly note: ScheduleNote | null;
  /** A note of another form, as Temporal shows it. */
  readonly noteText: string | null;
  /** The next five times, ISO 8601, UTC. Empty where it starts none any more, and while it is paused. */
  readonly next: readonly string[];
  /** The last five, newest first. */
  readonly lastRuns: readonly ScheduledRun[];
  /** Times at which the run before had not ended, and times that were missed, since the schedule was made. */
  readonly skipped: number;
  readonly missed: number;
}

/** A workflow that a schedule has started, and its end. */
export interface ScheduledRun {
  /** When it started, ISO 8601, UTC. */
  readonly at: string;
  readonly workflowId: string;
  /** `joined`: a run that others had started took the request. `forgotten`: Temporal keeps nothing of it any more. */
  readonly outcome: 'running' | 'completed' | 'needs-approval' | 'failed' | 'cancelled' | 'joined' | 'forgotten';
  /** The run; null while it is under way, and where it is another one's or unknown. */
  readonly runId: string | null;
  /** Why it failed. */
  readonly message: string | null;
}

/** Entries of each list. */
const SHOWN = 5;

/** A tenant's own schedule; null where there is none. */
export async function readSchedule(temporal: Client, tenant: string, queuePrefix: string): Promise<ShownSchedule | null> {
  const description = await describedSchedule(temporal, scheduleId(tenant, queuePrefix));
  if (description === null) return null;
  const { scheduleId: id, spec, state, info, policies } = description;
  const note = state.note === undefined ? null : noteIn(state.note);
  const recent = info.recentActions.toSorted((one, other) => other.takenAt.getTime() - one.takenAt.getTime()).slice(0, SHOWN);
  return {
    tenant,
    id,
    state: state.paused ? 'paused' : 'active',
    ...timesIn(description),
    mode: modeIn(description),
    timeZone: spec.timezone === undefined || spec.timezone === '' ? 'UTC' : spec.timezone,
    jitterMs: spec.jitter ?? 0,
    catchUpMs: policies.catchupWindow,
    note,
    noteText: note !== null || state.note === undefined || state.note === '' ? null : asSentence(state.note),
    next: state.paused ? [] : info.nextActionTimes.slice(0, SHOWN).map((time) => time.toISOString()),
    lastRuns: await Promise.all(recent.map((one) => runOf(temporal, one))),
    skipped: info.numActionsSkippedOverlap,
    missed: info.numActionsMissedCatchupWindow,
  };
}

/** Temporal's description of a schedule; null where there is none. */
export async function describedSchedule({ schedule }: Pick<Client, 'schedule'>, id: string): Promise<ScheduleDescription | null> {
  try {
    return await schedule.getHandle(id).describe();
  } catch (error) {
    if (error instanceof ScheduleNotFoundError) return null;
    throw error;
  }
}

function timesIn({ spec }: ScheduleDescription): Pick<ShownSchedule, 'words' | 'everyMs' | 'cron'> {
  const { intervals = [], calendars = [] } = spec;
  const [interval] = intervals;
  if (intervals.length === 1 && calendars.length === 0 && interval !== undefined)
    return { words: intervalWords(interval.every), everyMs: interval.every, cron: null };
  const [calendar] = calendars;
  const cron = calendar?.comment;
  if (intervals.length === 0 && calendars.length === 1 && cron !== undefined && cron !== '')
    return { words: `at the times of "${asLabel(cron)}"`, everyMs: null, cron };
  return { words: 'at times that were set in Temporal itself', everyMs: null, cron: null };
}

function modeIn({ action }: ScheduleDescription): string | null {
  const request: unknown = action.args?.[0];
  return typeof request === 'object' && request !== null && 'mode' in request && typeof request.mode === 'string' ? request.mode : null;
}

async function runOf(temporal: Client, { takenAt, action: { workflow } }: ScheduleExecutionResult): Promise<ScheduledRun> {
  const handle = temporal.workflow.getHandle(workflow.workflowId, workflow.firstExecutionRunId, { followRuns: false });
  return { at: takenAt.toISOString(), workflowId: workflow.workflowId, ...(await outcomeOf(handle)) };
}

type Outcome = Pick<ScheduledRun, 'outcome' | 'runId' | 'message'>;

async function outcomeOf(handle: WorkflowHandle): Promise<Outcome> {
  const described = await unlessGone(() => handle.describe());
  if (described === null) return { outcome: 'forgotten', runId: null, message: null };
  if (isRunUnderWay(described)) return { outcome: 'running', runId: null, message: null };
  const { name } = described.status;
  if (name === 'CANCELLED' || name === 'TERMINATED') return { outcome: 'cancelled', runId: null, message: null };
  try {
    const result: unknown = await handle.result();
    return ofResult(result);
  } catch (error) {
    return { outcome: 'failed', runId: null, message: asSentence(causeOf(error)) };
  }
}

/** A workflow that has handed its request to a run under way ends before that run. */
function ofResult(result: unknown): Outcome {
  if (typeof result !== 'object' || result === null || !('state' in result) || !('runId' in result) || typeof result.runId !== 'string')
    return { outcome: 'completed', runId: null, message: null };
  const { state, runId } = result;
  switch (state) {
    case 'running':
      return { outcome: 'joined', runId: null, message: null };
    case 'needs-approval':
    case 'cancelled':
    case 'failed':
      return { outcome: state, runId, message: null };
    default:
      return { outcome: 'completed', runId, message: null };
  }
}

/** The innermost cause: our own sentence of what stopped the run. */
const causeOf = (error: unknown): string =>
  error instanceof Error ? (error.cause instanceof Error ? causeOf(error.cause) : error.message) : 'The run failed for an unknown reason.';
