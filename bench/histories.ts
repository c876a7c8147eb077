import type { Client } from '@temporalio/client';
import { temporal } from '@temporalio/proto';

type HistoryEvent = temporal.api.history.v1.IHistoryEvent;

/** Counts over the histories of all workflows of a run. */
export interface HistoryCounts {
  readonly events: number;
  readonly parentEvents: number;
  /** Events without workflow tasks. The number of workflow tasks depends on chance: activities that end together share one. */
  readonly steadyEvents: number;
  readonly workflows: number;
  readonly activities: number;
  /** The actions that Temporal Cloud would bill for these events. Heartbeats and queries cost more, but are not in a history. */
  readonly billableActions: number;
  /** From the parent's start to its end, by Temporal's clock. */
  readonly tookMs: number;
  /** The time of each phase, from the start of its first child to the end of its last, by the child's workflow type. */
  readonly phaseMs: Readonly<Record<string, number>>;
}

/** Reads the histories of a run's parent and of all its children, with those in which a child continued as new. */
export async function readHistories(client: Client, workflowId: string, runId: string): Promise<HistoryCounts> {
  const parent = await eventsOf(client, workflowId, runId);
  const children = parent.flatMap(({ childWorkflowExecutionStartedEventAttributes: started }) => executionOf(started?.workflowExecution));
  const histories = [parent];
  for (const child of children) histories.push(...(await chainOf(client, child)));
  const all = histories.flat();
  return {
    events: all.length,
    parentEvents: parent.length,
    steadyEvents: all.filter((event) => !isWorkflowTask(event)).length,
    workflows: histories.length,
    activities: all.filter(({ eventType }) => eventType === EventType.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED).length,
    billableActions: all.reduce((sum, event) => sum + actionsOf(event), 0),
    tookMs: timeMs(parent.at(-1)) - timeMs(parent[0]),
    phaseMs: phaseTimes(parent),
  };
}

/** Counts over the history of one workflow alone. */
export async function readHistory(client: Client, workflowId: string): Promise<Pick<HistoryCounts, 'events' | 'billableActions'>> {
  const events = (await client.workflow.getHandle(workflowId).fetchHistory()).events ?? [];
  return { events: events.length, billableActions: events.reduce((sum, event) => sum + actionsOf(event), 0) };
}

function phaseTimes(parent: readonly HistoryEvent[]): Readonly<Record<string, number>> {
  const times = new Map<string, { readonly from: number; readonly to: number }>();
  for (const event of parent) {
    const name =
      event.startChildWorkflowExecutionInitiatedEventAttributes?.workflowType?.name ??
      event.childWorkflowExecutionCompletedEventAttributes?.workflowType?.name;
    if (typeof name === 'string') times.set(name, { from: times.get(name)?.from ?? timeMs(event), to: timeMs(event) });
  }
  return Object.fromEntries([...times].map(([name, { from, to }]) => [name, to - from]));
}

const { EventType } = temporal.api.enums.v1;

/**
 * The billed actions of one event. These are: starts of workflows (also of children, and by continue-as-new), activity attempts, timers,
 * signals, updates, and search attributes that are set later.
 */
function actionsOf({ eventType, activityTaskStartedEventAttributes: started }: HistoryEvent): number {
  switch (eventType) {
    case EventType.EVENT_TYPE_ACTIVITY_TASK_STARTED:
      return started?.attempt ?? 1;
    case EventType.EVENT_TYPE_WORKFLOW_EXECUTION_STARTED:
    case EventType.EVENT_TYPE_TIMER_STARTED:
    case EventType.EVENT_TYPE_UPSERT_WORKFLOW_SEARCH_ATTRIBUTES:
    case EventType.EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED:
    case EventType.EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_ACCEPTED:
      return 1;
    default:
      return 0;
  }
}

interface Execution {
  readonly workflowId: string;
  readonly runId: string;
}

function executionOf(execution: temporal.api.common.v1.IWorkflowExecution | null | undefined): readonly Execution[] {
  const { workflowId, runId } = execution ?? {};
  return typeof workflowId === 'string' && typeof runId === 'string' ? [{ workflowId, runId }] : [];
}

async function chainOf(client: Client, first: Execution): Promise<readonly HistoryEvent[][]> {
  const histories: HistoryEvent[][] = [];
  for (let runId: string | undefined = first.runId; runId !== undefined;) {
    const events: HistoryEvent[] = await eventsOf(client, first.workflowId, runId);
    histories.push(events);
    runId = events.at(-1)?.workflowExecutionContinuedAsNewEventAttributes?.newExecutionRunId ?? undefined;
  }
  return histories;
}

const eventsOf = async (client: Client, workflowId: string, runId: string): Promise<HistoryEvent[]> => [
  ...((await client.workflow.getHandle(workflowId, runId).fetchHistory()).events ?? []),
];

const isWorkflowTask = ({ eventType }: HistoryEvent): boolean =>
  eventType === EventType.EVENT_TYPE_WORKFLOW_TASK_SCHEDULED ||
  eventType === EventType.EVENT_TYPE_WORKFLOW_TASK_STARTED ||
  eventType === EventType.EVENT_TYPE_WORKFLOW_TASK_COMPLETED ||
  eventType === EventType.EVENT_TYPE_WORKFLOW_TASK_TIMED_OUT ||
  eventType === EventType.EVENT_TYPE_WORKFLOW_TASK_FAILED;

const timeMs = (event: HistoryEvent | undefined): number => {
  const { seconds, nanos } = event?.eventTime ?? {};
  return Number(seconds ?? 0) * 1000 + Math.round((nanos ?? 0) / 1_000_000);
};
