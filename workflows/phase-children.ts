import { defineSignal, getExternalWorkflowHandle, setCurrentDetails, setHandler, workflowInfo } from '@temporalio/workflow';
import type { SliceActivity } from '../activities/api';
import { addCounters } from '../domain/counters';
import type { Counters } from '../domain/counters';
import { CREATE_AGAIN } from '../domain/operation';
import { NOTE_WAIT } from '../domain/trouble';
import type { Trouble, WaitNotice } from '../domain/trouble';
import { countsTable, waitLines } from './audit';
import type { RunPhase } from './api';
import { assertChildInput, isWaitNotice } from './arguments';
import { allOf, hubspotActivities, officerndActivities, runSteps } from './steps';
import type { ChildInput, ChildResult, Step, StepControl } from './steps';

/**
 * Sent by the parent to its children when it is paused or goes on. Signals may overtake each other, so the one with the highest number
 * counts.
 */
export const setPaused = defineSignal<[paused: boolean, turn: number]>('setPaused');

/** Sent by an activity that waits to its workflow, and passed on by a child to its parent. */
export const noteWait = defineSignal<[WaitNotice]>(NOTE_WAIT);

/** Reads all records of one entity on both sides at the same time. */
export async function observeEntity(input: ChildInput): Promise<ChildResult> {
  assertChildInput(input);
  const control = childControl('observe', input);
  const results = await allOf([
    runSteps(
      input,
      [{ name: 'hubspot', activity: 'observeHubSpot', run: hubspotActivities('Read HubSpot', input).observeHubSpot }],
      control,
    ),
    runSteps(
      input,
      [{ name: 'officernd', activity: 'observeOfficernd', run: officerndActivities('Read OfficeRnD', input).observeOfficernd }],
      control,
    ),
  ]);
  return { counters: results.map(({ counters }) => counters).reduce(addCounters, {}), applied: {} };
}

/** Phase 1: ends links whose HubSpot record is gone (U1–U7). */
export async function unlinkEntity(input: ChildInput): Promise<ChildResult> {
  assertChildInput(input);
  const steps: readonly Step[] = [
    { name: 'plan', activity: 'planUnlinks', run: officerndActivities('Look for obsolete links', input).planUnlinks },
    { name: 'apply', activity: 'applyUnlinks', run: officerndActivities('Remove obsolete links', input).applyUnlinks },
  ];
  return runSteps(input, steps, childControl('unlink', input));
}

/**
 * Phase 2: links what belongs together and creates in OfficeRnD what it lacks (L1–L14). From the step `again`, it only tries creations once
 * more that phase 3 may have made possible (M10), or whose outcome was unknown (L12).
 */
export async function linkEntity(input: ChildInput): Promise<ChildResult> {
  assertChildInput(input);
  const create = officerndActivities('Create in OfficeRnD', input).applyCreates;
  if (input.at?.step === 'again') {
    const again: SliceActivity = (slice) => create({ ...slice, cursor: slice.cursor ?? CREATE_AGAIN });
    return runSteps(input, [{ name: 'again', activity: 'applyCreates', run: again }], childControl('link', input));
  }
  const steps: readonly Step[] = [
    // Approved creations come first, since the rest of the phase builds on them.
    ...(input.at?.step === 'approved' ? [{ name: 'approved', activity: 'applyCreates', run: create }] : []),
    { name: 'match', activity: 'matchRecords', run: officerndActivities('Adopt and match', input).matchRecords },
    { name: 'plan', activity: 'planCreates', run: officerndActivities('Plan creations', input).planCreates },
    { name: 'create', activity: 'applyCreates', run: create },
  ];
  return runSteps(input, steps, childControl('link', input));
}

/** Phase 3: merges the fields of every link (M1–M12). */
export async function updateEntity(input: ChildInput): Promise<ChildResult> {
  assertChildInput(input);
  const steps: readonly Step[] = [
    { name: 'update', activity: 'updateLinks', run: hubspotActivities('Merge and write', input).updateLinks },
  ];
  return runSteps(input, steps, childControl('update', input));
}

function childControl(phase: RunPhase, { entity }: ChildInput): StepControl {
  let paused = false;
  let lastTurn = 0;
  setHandler(setPaused, (value, turn) => {
    if (typeof value !== 'boolean' || !(turn >= lastTurn)) return;
    lastTurn = turn;
    paused = value;
  });
  let counted: Counters = {};
  const waits = new Map<string, Trouble>();
  const show = (): void => {
    const lines = waitLines([...waits].map(([step, trouble]) => ({ step, trouble })));
    setCurrentDetails([...lines, countsTable({ [phase]: { [entity]: counted } })].join('\n\n'));
  };
  const tellParent = createNoticesToParent(`${phase}/${entity}`);
  setHandler(noteWait, (notice) => {
    if (!isWaitNotice(notice)) return;
    const { step, trouble } = notice;
    // A known wait, as a daily limit is looked at once an hour.
    if (trouble === null || waits.get(step)?.message === trouble.message) return;
    waits.set(step, trouble);
    show();
    tellParent({ step, trouble });
  });
  return {
    paused: () => paused,
    mayContinueAsNew: phase !== 'observe',
    goesOn: (activity) => {
      if (waits.delete(activity)) tellParent({ step: activity, trouble: null });
    },
    show: (counters) => {
      counted = { ...counted, ...counters };
      show();
    },
  };
}

/** Passes notices on to the parent, in their order. A parent that is gone needs none. */
function createNoticesToParent(child: string): (notice: WaitNotice) => void {
  const { parent } = workflowInfo();
  let sent = Promise.resolve();
  return ({ step, trouble }) => {
    if (parent === undefined) return;
    const tell = () => getExternalWorkflowHandle(parent.workflowId, parent.runId).signal(noteWait, { step: `${child}/${step}`, trouble });
    sent = sent.then(tell).catch(() => undefined);
  };
}
