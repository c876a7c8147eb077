import { defineSignal, setCurrentDetails, setHandler } from '@temporalio/workflow';
import { addCounters } from '../domain/counters';
import type { Counters } from '../domain/counters';
import { countsTable } from './audit';
import type { RunPhase } from './api';
import { hubspotActivities, officerndActivities, runSteps } from './steps';
import type { ChildInput, ChildResult, Step, StepControl } from './steps';

/** Sent by the parent to its children when it is paused or goes on. */
export const setPaused = defineSignal<[boolean]>('setPaused');

/** Reads all records of one entity on both sides at the same time. */
export async function observeEntity(input: ChildInput): Promise<ChildResult> {
  const control = childControl('observe', input);
  const [hubspot, officernd] = await Promise.all([
    runSteps(input, [{ kind: 'slices', name: 'hubspot', run: hubspotActivities('Read HubSpot').observeHubSpot }], control),
    runSteps(input, [{ kind: 'slices', name: 'officernd', run: officerndActivities('Read OfficeRnD').observeOfficernd }], control),
  ]);
  return { counters: addCounters(hubspot.counters, officernd.counters) };
}

/** Phase 1: ends links whose HubSpot record is gone (U1–U7). */
export function unlinkEntity(input: ChildInput): Promise<ChildResult> {
  const steps: readonly Step[] = [
    { kind: 'slices', name: 'plan', run: officerndActivities('Look for obsolete links').planUnlinks },
    { kind: 'brake', name: 'brake', run: officerndActivities('Check the brake').brakeUnlinks, onHeld: 'apply' },
    { kind: 'slices', name: 'apply', run: officerndActivities('Remove obsolete links').applyUnlinks },
  ];
  return runSteps(input, steps, childControl('unlink', input));
}

/** Phase 2: links what belongs together and creates in OfficeRnD what it lacks (L1–L14). */
export function linkEntity(input: ChildInput): Promise<ChildResult> {
  const create: Step = { kind: 'slices', name: 'create', run: officerndActivities('Create in OfficeRnD').applyCreates };
  const steps: readonly Step[] = [
    ...(input.at?.step === 'approved' ? [{ ...create, name: 'approved' }] : []),
    { kind: 'slices', name: 'adopt', run: officerndActivities('Adopt existing links').adoptLinks },
    ...(input.entity === 'opportunity'
      ? []
      : [{ kind: 'slices', name: 'email', run: officerndActivities('Match by e-mail').matchByEmail } satisfies Step]),
    { kind: 'slices', name: 'name', run: officerndActivities('Match by name').matchByName },
    { kind: 'once', name: 'reviews', run: officerndActivities('Close settled reviews').closeReviews },
    { kind: 'slices', name: 'plan', run: officerndActivities('Plan creations').planCreates },
    { kind: 'brake', name: 'brake', run: officerndActivities('Check the brake').brakeCreates, onHeld: 'create' },
    create,
  ];
  return runSteps(input, steps, childControl('link', input));
}

/** Phase 3: merges the fields of every link (M1–M12). */
export function updateEntity(input: ChildInput): Promise<ChildResult> {
  const steps: readonly Step[] = [{ kind: 'slices', name: 'update', run: hubspotActivities('Merge and write').updateLinks }];
  return runSteps(input, steps, childControl('update', input));
}

function childControl(phase: RunPhase, { entity }: ChildInput): StepControl {
  let paused = false;
  setHandler(setPaused, (value) => {
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
