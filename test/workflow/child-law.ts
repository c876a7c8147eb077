import { addCounters } from '../../domain/counters';
import type { Counters } from '../../domain/counters';
import { NOTE_WAIT } from '../../domain/trouble';
import { insist, phaseOf } from './insist';
import type { Execution } from './execution';
import { fromPayload } from './payloads';
import type { Activation, Command, Job } from './sandbox';
import { childResultSchema, childSchema, sliceResultSchema, sliceSchema } from './shapes';

/** The law for child workflows, for any messages and any ends of their activities. Breaking it throws. */
export interface ChildLaw {
  /** Checks a task of a child: the jobs that it was given and the commands that it returned. */
  readonly task: (execution: Execution, activation: Activation, commands: readonly Command[]) => void;
  readonly closed: (execution: Execution) => void;
}

/** Steps that follow each other, and their progress. */
interface Track {
  readonly activities: readonly string[];
  at: number;
  cursor: string | null;
  isBusy: boolean;
  hasFailed: boolean;
}

/** The notes about a child. They are kept when the child continues as new. */
interface Notes {
  readonly tracks: readonly Track[];
  readonly bySeq: Map<number, Track>;
  counters: Counters;
  /** The number of the latest pause signal. */
  turn: number;
  isPaused: boolean;
  isCancelled: boolean;
  slices: number;
  /** The number of messages from outside. */
  disturbances: number;
}

/** History events of a workflow's start and end, of one slice, and of one signal. */
const [EVENTS_OF_CHILD, EVENTS_OF_SLICE, EVENTS_OF_DISTURBANCE] = [6, 7, 5];

/**
 * Every slice begins where the one before it has ended. Steps follow each other, none comes twice, and only a step without work is left out
 * (A2). Nothing begins while the child is paused or after it was cancelled. Its history stays short.
 */
export function createChildLaw(): ChildLaw {
  const known = new Map<string, Notes>();

  const notesOf = ({ identity: { workflowId, workflowType, continuedFrom }, input }: Execution, { jobs }: Activation): Notes => {
    const old = known.get(workflowId);
    const begins = jobs.some(({ initializeWorkflow }) => initializeWorkflow);
    if (old !== undefined && !begins) return old;
    const notes: Notes = {
      tracks: continuedFrom !== null && old !== undefined ? old.tracks : tracksOf(phaseOf(workflowType), childSchema.parse(input).at?.step),
      bySeq: new Map(),
      counters: continuedFrom !== null && old !== undefined ? old.counters : {},
      turn: 0,
      isPaused: false,
      isCancelled: false,
      slices: 0,
      disturbances: 0,
    };
    known.set(workflowId, notes);
    return notes;
  };

  return {
    task: (execution, activation, commands) => {
      const notes = notesOf(execution, activation);
      for (const job of activation.jobs) hear(notes, job);
      for (const command of commands) judge(notes, execution.identity.workflowType, command);
    },
    closed: ({ identity: { workflowId, workflowType }, events }) => {
      const notes = known.get(workflowId);
      if (notes === undefined) return;
      const budget = EVENTS_OF_CHILD + EVENTS_OF_SLICE * notes.slices + EVENTS_OF_DISTURBANCE * notes.disturbances;
      insist(events <= budget, `${workflowType} has ${events} events for ${notes.slices} slices, more than ${budget}`);
    },
  };
}

/** The activities of each phase, in their order. */
const ACTIVITIES = {
  observe: [['observeHubSpot'], ['observeOfficernd']],
  unlink: [['planUnlinks', 'applyUnlinks']],
  link: [['matchRecords', 'planCreates', 'applyCreates']],
  update: [['updateLinks']],
} as const;

function tracksOf(phase: keyof typeof ACTIVITIES, from: string | undefined): readonly Track[] {
  const [at, first] = from === 'apply' ? [1, []] : [0, from === 'approved' ? ['applyCreates'] : []];
  return ACTIVITIES[phase].map((activities) => ({
    activities: [...first, ...activities],
    at,
    cursor: null,
    isBusy: false,
    hasFailed: false,
  }));
}

function hear(notes: Notes, { signalWorkflow, cancelWorkflow, resolveActivity }: Job): void {
  // The child passes on that an activity waits, and that it has stopped waiting.
  if (signalWorkflow || cancelWorkflow) notes.disturbances += signalWorkflow?.signalName === NOTE_WAIT ? 3 : 1;
  if (cancelWorkflow) notes.isCancelled = true;
  if (signalWorkflow?.signalName === 'setPaused') {
    const [paused, turn] = (signalWorkflow.input ?? []).map(fromPayload);
    if (Number(turn) >= notes.turn) Object.assign(notes, { turn: Number(turn), isPaused: paused === true });
  }
  const track = notes.bySeq.get(resolveActivity?.seq ?? 0);
  if (track === undefined) return;
  track.isBusy = false;
  const completed = resolveActivity?.result?.completed;
  if (!completed) {
    track.hasFailed = true;
    return;
  }
  const { counters, done, cursor, planned } = sliceResultSchema.parse(fromPayload(completed.result));
  notes.counters = addCounters(notes.counters, counters);
  track.cursor = done ? null : cursor;
  if (done) track.at = planned === 0 ? track.activities.length : track.at + 1;
}

function judge(notes: Notes, name: string, command: Command): void {
  const { scheduleActivity, completeWorkflowExecution, failWorkflowExecution, cancelWorkflowExecution, continueAsNewWorkflowExecution } =
    command;
  if (scheduleActivity) {
    const type = scheduleActivity.activityType ?? '';
    const { cursor } = sliceSchema.parse(fromPayload(scheduleActivity.arguments?.[0]));
    const track = notes.tracks.find(({ activities, at, isBusy }) => activities[at] === type && !isBusy);
    if (track === undefined) throw new Error(`Against the laws: ${name} began ${type} out of turn.`);
    insist(track.cursor === cursor, `${type} began at ${cursor} instead of ${track.cursor}`);
    insist(!notes.isPaused, `${type} began although ${name} is paused`);
    insist(!notes.isCancelled, `${type} began although ${name} is cancelled`);
    track.isBusy = true;
    notes.slices += 1;
    notes.bySeq.set(scheduleActivity.seq ?? 0, track);
  }
  if (completeWorkflowExecution) {
    insist(notes.tracks.every(isOver), `${name} ended before its steps were done`);
    const { counters } = childResultSchema.parse(fromPayload(completeWorkflowExecution.result));
    insist(
      sameCounters(counters, notes.counters),
      `${name} has counted ${JSON.stringify(counters)}, not ${JSON.stringify(notes.counters)}`,
    );
  }
  if (failWorkflowExecution)
    insist(
      notes.tracks.some(({ hasFailed }) => hasFailed),
      `${name} failed although no slice did`,
    );
  if (cancelWorkflowExecution) insist(notes.isCancelled, `${name} ended as cancelled although nobody cancelled it`);
  if (continueAsNewWorkflowExecution) {
    insist(!notes.isPaused, `${name} continued as new while it was paused, and would have forgotten it`);
    insist(
      notes.tracks.every(({ isBusy }) => !isBusy),
      `${name} continued as new while a slice was at work`,
    );
  }
}

const isOver = ({ activities, at, isBusy }: Track): boolean => at >= activities.length && !isBusy;

const sameCounters = (one: Counters, other: Counters): boolean =>
  [...new Set([...Object.keys(one), ...Object.keys(other)])].every((name) => (one[name] ?? 0) === (other[name] ?? 0));
