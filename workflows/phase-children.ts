import { defineSignal, setCurrentDetails, setHandler } from '@temporalio/workflow';
import { addCounters } from '../domain/counters';
import type { Counters } from '../domain/counters';
import { countsTable } from './audit';
import type { RunPhase } from './api';
import { allOf, hubspotActivities, officerndActivities, runSteps } from './steps';
import type { ChildInput, ChildResult, Step, StepControl } from './steps';

/** Sent by the parent to its children when it is paused or goes on. Signals may overtake each other: the one with the highest number counts. */
export const setPaused = defineSignal<[paused: boolean, turn: number]>('setPaused');

/** Reads all records of one entity on both sides at the same time. */
export async function observeEntity(input: ChildInput): Promise<ChildResult> {
  const control = childControl('observe', input);
  const results = await allOf([
    runSteps(input, [{ name: 'hubspot', run: hubspotActivities('Read HubSpot').observeHubSpot }], control),
    runSteps(input, [{ name: 'officernd', run: officerndActivities('Read OfficeRnD').observeOfficernd }], control),
  ]);
  return { counters: results.map(({ counters }) => counters).reduce(addCounters, {}), applied: {} };
}

/** Phase 1: ends links whose HubSpot record is gone (U1–U7). */
export function unlinkEntity(input: ChildInput): Promise<ChildResult> {
  const steps: readonly Step[] = [
    { name: 'plan', run: officerndActivities('Look for obsolete links').planUnlinks },
    { name: 'apply', run: officerndActivities('Remove obsolete links').applyUnlinks },
  ];
  return runSteps(input, steps, childControl('unlink', input));
}

/** Phase 2: links what belongs together and creates in OfficeRnD what it lacks (L1–L14). */
export function linkEntity(input: ChildInput): Promise<ChildResult> {
  const create = officerndActivities('Create in OfficeRnD').applyCreates;
  const steps: readonly Step[] = [
    // What a person has released comes first: the rest of the phase builds on it.
    ...(input.at?.step === 'approved' ? [{ name: 'approved', run: create }] : []),
    { name: 'match', run: officerndActivities('Adopt and match').matchRecords },
    { name: 'plan', run: officerndActivities('Plan creations').planCreates },
    { name: 'create', run: create },
  ];
  return runSteps(input, steps, childControl('link', input));
}

/** Phase 3: merges the fields of every link (M1–M12). */
export function updateEntity(input: ChildInput): Promise<ChildResult> {
  const steps: readonly Step[] = [{ name: 'update', run: hubspotActivities('Merge and write').updateLinks }];
  return runSteps(input, steps, childControl('update', input));
}

function childControl(phase: RunPhase, { entity }: ChildInput): StepControl {
  let paused = false;
  let lastTurn = 0;
  setHandler(setPaused, (value, turn) => {
    if (turn < lastTurn) return;
    lastTurn = turn;
    paused = value;
  });
  let shown: Counters = {};
  return {
    paused: () => paused,
    mayContinueAsNew: phase !== 'observe',
    show: (counters) => {
      shown = { ...shown, ...counters };
      setCurrentDetails(countsTable({ [phase]: { [entity]: shown } }));
    },
  };
}
