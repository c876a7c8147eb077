import { childWorkflowId, searchAttributes, syncWorkflowId } from '../../workflows/api';
import { createChildLaw } from './child-law';
import type { Execution } from './execution';
import { insist, phaseOf, PHASES } from './insist';
import { fromPayload } from './payloads';
import type { Payload } from './payloads';
import { createReferences } from './references';
import type { ActivityCall, Observer, SentUpdate } from './server-core';
import { createWaitsLaw } from './waits-law';
import {
  activityShapes,
  attributesSchema,
  childResultSchema,
  childSchema,
  finishSchema,
  requestSchema,
  syncResultSchema,
  ticketSchema,
} from './shapes';

/** The length of a run's history, and the events that make it longer. */
export interface RunFigures {
  events: number;
  children: number;
  /** The number of people's requests and of blocked children. */
  disturbances: number;
}

export interface Laws extends Observer {
  readonly figures: readonly RunFigures[];
}

const TENANT = 'acme';
/** Events of the parent's history, for any tenant size. */
export const HISTORY_BUDGET = 150;
export const CHILDREN = 12;
/** Each request of a person, and each repair, costs a few events. */
const EVENTS_OF_DISTURBANCE = 30;

/** The events of a run with few children. The numbers make sure that nothing is sent twice there, either. */
const [EVENTS_OF_RUN, EVENTS_OF_CHILD, EVENTS_OF_TOLD] = [39, 10, 14];

const valuesOf = (fields: Readonly<Record<string, Payload>>): Readonly<Record<string, unknown>> =>
  Object.fromEntries(Object.entries(fields).map(([name, payload]) => [name, fromPayload(payload)]));

const sorted = (values: object): readonly unknown[] => Object.entries(values).toSorted(([one], [other]) => (one < other ? -1 : 1));

interface Notes extends RunFigures {
  phase: number;
  /** Children that have done their work. It must not be repeated. */
  readonly finished: Set<string>;
  /** Accepted pauses that have not been ended by a resume. */
  readonly pausing: Set<SentUpdate>;
  /** True if the run has answered that it is paused, and it is. */
  pauseHolds: boolean;
  /** True if the run has answered that another run follows. */
  isQueued: boolean;
  /** True if one of its children holds something for approval. */
  isHolding: boolean;
  lastReport: string | null;
  reportFailed: boolean;
}

/** The laws of the workflows, checked with all their commands. Breaking one throws. */
export function createLaws(references = createReferences()): Laws {
  const runs = new Map<string, Notes>();
  const notesOf = ({ identity }: Execution): Notes => {
    const known = runs.get(identity.runId);
    if (known !== undefined) return known;
    const notes = {
      events: 0,
      children: 0,
      disturbances: 0,
      phase: 0,
      finished: new Set<string>(),
      pausing: new Set<SentUpdate>(),
      pauseHolds: false,
      isQueued: false,
      isHolding: false,
      lastReport: null,
      reportFailed: false,
    };
    runs.set(identity.runId, notes);
    return notes;
  };
  const parentOf = (execution: Execution): Execution => execution.waiting?.execution ?? execution;
  const figures: RunFigures[] = [];
  const childLaw = createChildLaw();
  const waitsLaw = createWaitsLaw();
  /** Children that have had a signal to pause. */
  const paused = new Set<string>();

  function activity({ type, taskQueue, summary, input, execution }: ActivityCall): void {
    const shape = activityShapes[type];
    if (shape === undefined) throw new Error(`There is no activity ${type}.`);
    insist(taskQueue === shape.queue, `${type} was asked of ${taskQueue}`);
    insist(typeof summary === 'string' && summary !== '', `${type} has no summary for the UI`);
    insist(input.length === 1, `${type} takes one argument`);
    shape.input.parse(input[0]);
    const notes = notesOf(parentOf(execution));
    if (execution.identity.workflowType !== 'syncTenant') insist(!notes.pauseHolds, `${type} began although the run is paused`);
    insist(type !== 'releaseHeld', 'what is held was released in the run that holds it');
    if (type !== 'finishRun') return;
    const { state } = finishSchema.parse(input[0]);
    insist(execution.children.size === 0, 'the report was written while children were at work');
    notes.lastReport = state;
    notes.reportFailed = false;
  }

  function child(parent: Execution, { workflowId, workflowType, input }: Parameters<Observer['child']>[1]): void {
    if (workflowType === 'syncTenant') {
      insist(workflowId === syncWorkflowId(TENANT) && parent.identity.workflowId !== workflowId, 'only a forwarding workflow starts a run');
      requestSchema.parse(input);
      return;
    }
    const notes = notesOf(parent);
    const { entity, runId } = childSchema.parse(input);
    const phase = phaseOf(workflowType);
    insist(runId === parent.identity.runId && workflowId === childWorkflowId(TENANT, runId, phase, entity), `${workflowId} is misnamed`);
    for (const { workflowId: other } of parent.children.values()) {
      insist(
        other.includes(`/${phase}/`) && other !== workflowId && phase !== 'link',
        `${phase} of ${entity} began while ${other} was at work`,
      );
    }
    insist(!notes.finished.has(workflowId), `${phase} of ${entity} began again although it had been done`);
    insist(!notes.pauseHolds, `${phase} of ${entity} began although the run is paused`);
    const at = PHASES.indexOf(phase);
    insist(at >= notes.phase, `${phase} came after ${PHASES[notes.phase] ?? ''}`);
    notes.phase = at;
    notes.children += 1;
    const allowed = CHILDREN + notes.disturbances;
    insist(notes.children <= allowed, `there are ${notes.children} children, more than ${allowed}`);
  }

  function update(sent: SentUpdate): void {
    const { name, args, state, answer, execution } = sent;
    const notes = notesOf(execution);
    if (state === 'accepted') notes.disturbances += 1;
    if (name === 'resume' && state === 'accepted') {
      notes.pausing.clear();
      notes.pauseHolds = false;
    }
    if (name === 'pause' && state === 'accepted') notes.pausing.add(sent);
    if (name === 'pause' && state === 'completed' && notes.pausing.has(sent)) {
      notes.pauseHolds = true;
      for (const { workflowId, execution: run } of execution.children.values()) {
        insist(
          run?.ending === null ? paused.has(workflowId) : run !== null,
          `a pause was answered that ${workflowId} had not been told of`,
        );
      }
    }
    if (name === 'syncNow' && state === 'completed') {
      const { outcome } = ticketSchema.parse(answer);
      notes.isQueued ||= outcome === 'queued';
      insist(
        outcome !== 'joined' || requestSchema.parse(args[0]).needsOwnRun !== true,
        'an approval joined a run that had begun before it',
      );
    }
    insist(name !== 'approve' || answer !== true, 'a run went on that should end with a proposal');
  }

  function closed(execution: Execution): void {
    const { identity, ending, activities, children } = execution;
    const name = identity.workflowType;
    if (ending?.kind === 'terminated' || ending === null) return;
    insist(activities.size === 0, `${name} ended while ${[...activities.values()].map(({ type }) => type).join(', ')} was at work`);
    insist(children.size === 0, `${name} ended while children were at work`);
    if (name !== 'syncTenant') return closedChild(execution);
    if (execution.scripted !== null) return;
    if (identity.workflowId === syncWorkflowId(TENANT)) closedRun(execution);
    else insist(ending.kind === 'completed' || notesOf(execution).disturbances > 0, 'a scheduled request was lost');
  }

  function closedChild(execution: Execution): void {
    const { ending, identity } = execution;
    childLaw.closed(execution);
    if (ending?.kind === 'completed') notesOf(parentOf(execution)).finished.add(identity.workflowId);
    if (ending?.kind === 'completed') {
      const { counters } = childResultSchema.parse(fromPayload(ending.result));
      notesOf(parentOf(execution)).isHolding ||= (counters['held'] ?? 0) > 0;
    }
    if (ending?.kind === 'failed') notesOf(parentOf(execution)).disturbances += 1;
  }

  function closedRun(execution: Execution): void {
    const { ending, attributes, memo, events } = execution;
    const notes = notesOf(execution);
    notes.events = events;
    figures.push({ ...notes });
    const shown = valuesOf(attributes);
    insist(
      Object.keys(searchAttributes).every((key) => shown[key] !== undefined),
      'a search attribute is missing',
    );
    const { children, disturbances } = notes;
    const budget = Math.min(
      HISTORY_BUDGET + EVENTS_OF_DISTURBANCE * Math.max(0, disturbances - 1),
      EVENTS_OF_RUN + EVENTS_OF_CHILD * children + EVENTS_OF_TOLD * disturbances,
    );
    insist(events <= budget, `the history has ${events} events, more than ${budget}`);
    // This failure alone can't be in the report, because the report could not be written.
    if (notes.reportFailed) return insist(ending?.kind === 'failed', 'the run ended well although its report was not written');
    insist(JSON.stringify(sorted(valuesOf(memo))) === JSON.stringify(sorted(shown)), 'the memo has other words than the search attributes');
    insist(notes.lastReport !== null, 'the run ended without a report');
    insist(
      shown['SyncPhase'] === 'done' && shown['SyncState'] === notes.lastReport,
      `the UI shows ${String(shown['SyncState'])}, the report says ${notes.lastReport}`,
    );
    if (ending?.kind === 'completed')
      insist(syncResultSchema.parse(fromPayload(ending.result)).state === notes.lastReport, 'the result is not what the report says');
    if (ending?.kind === 'failed') insist(notes.lastReport === 'failed', 'the report of a failed run says otherwise');
    if (ending?.kind === 'cancelled') insist(notes.lastReport === 'cancelled', 'the report of a cancelled run says otherwise');
    insist(!notes.isQueued || ending?.kind === 'continued' || ending?.kind === 'cancelled', 'a run was queued that did not follow');
    if (ending?.kind === 'continued') insist(notes.lastReport !== 'cancelled', 'a cancelled run went on');
    // A run that has failed may go on as its follow-up, so its report decides, not its end.
    const hasBrokenOff = notes.lastReport === 'failed' || notes.lastReport === 'cancelled';
    if (!hasBrokenOff)
      insist((notes.lastReport === 'needs-approval') === notes.isHolding, `P1 the report says ${notes.lastReport} of what is held`);
  }

  const told: Observer['told'] = (execution, job) => {
    const { signalWorkflow, cancelWorkflow } = job;
    waitsLaw.told(execution, job);
    if (signalWorkflow?.signalName === 'setPaused' && fromPayload(signalWorkflow.input?.[0]) === true)
      paused.add(execution.identity.workflowId);
    if (execution.waiting === null && (signalWorkflow || cancelWorkflow)) notesOf(execution).disturbances += 1;
  };
  const activityFailed: Observer['activityFailed'] = (execution, type) => {
    if (type === 'finishRun') notesOf(execution).reportFailed = true;
    // A person must correct the cause, as for a child's failure.
    if (type === 'prepareRun') notesOf(execution).disturbances += 1;
  };

  const task: Observer['task'] = (execution, activation, commands) => {
    references.insistOn(commands);
    waitsLaw.task(execution, commands);
    if (execution.identity.workflowType !== 'syncTenant') childLaw.task(execution, activation, commands);
    for (const { upsertWorkflowSearchAttributes: upsert, modifyWorkflowProperties: modify } of commands) {
      attributesSchema.parse(valuesOf(upsert?.searchAttributes?.indexedFields ?? {}));
      attributesSchema.parse(valuesOf(modify?.upsertedMemo?.fields ?? {}));
    }
  };
  return { figures, told, activity, activityFailed, child, update, closed, task };
}
