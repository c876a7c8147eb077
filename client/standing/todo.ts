import { commandFor } from '../../domain/out-of-step-reason';
import { asSentence } from '../../domain/printable';
import type { TenantStatus, TodoItem } from './status';

/** The steps for a person, each with its exact command, the most urgent first. */
export function todoOf(status: Omit<TenantStatus, 'todo'>): readonly TodoItem[] {
  return [...ofRun(status), ...ofWorker(status), ...ofLists(status), ...ofDecisions(status), ...ofGroups(status)];
}

type Status = Omit<TenantStatus, 'todo'>;

function ofRun({ tenant, running, runId, state, trouble, paused }: Status): readonly TodoItem[] {
  if (runId === null) return [{ what: 'There has been no run yet.', command: `orsync sync ${tenant}` }];
  if (running && state === 'blocked')
    return [{ what: asSentence(trouble?.message ?? 'The run is blocked.'), command: `orsync resume ${tenant}` }];
  if (paused) return [{ what: 'The run is paused.', command: `orsync resume ${tenant}` }];
  if (running || (state !== 'failed' && state !== 'cancelled')) return [];
  const what = state === 'failed' ? 'The last run failed.' : 'The last run was cancelled.';
  return [{ what: trouble === null ? what : `${what} ${asSentence(trouble.message)}`, command: `orsync sync ${tenant}` }];
}

const ofWorker = ({ worker }: Status): readonly TodoItem[] =>
  worker === null || worker.answers ? [] : [{ what: 'No worker answers, so no run goes on.', command: 'orsync worker' }];

const ofLists = ({ tenant, proposals }: Status): readonly TodoItem[] =>
  proposals
    .filter(({ state }) => state !== 'approved' && state !== 'rejected')
    .map(({ id, entity, operations, rejected = 0 }) => {
      const left = operations - rejected;
      const held = `A brake holds ${left} ${entity} ${left === 1 ? 'operation' : 'operations'}.`;
      return { what: `${held} "orsync reject ${tenant} ${id}" leaves them as they are.`, command: `orsync approve ${tenant} ${id}` };
    });

/** D1: decisions that the last run could not carry out. Their list says why, and what to do. */
function ofDecisions({ tenant, decisions: { blocked } }: Status): readonly TodoItem[] {
  if (blocked.length === 0) return [];
  const what = blocked.length === 1 ? 'A decision was not carried out.' : `${blocked.length} decisions were not carried out.`;
  return [{ what, command: `orsync decisions ${tenant}` }];
}

/** Groups with the same command are one step. The lists have a step each, so held operations are no group here. */
function ofGroups({ tenant, outOfStep }: Status): readonly TodoItem[] {
  const steps = new Map<string, string>();
  for (const { reason, detail = null, step } of outOfStep) {
    const command = reason === 'held' ? null : commandFor({ tenant, reason, detail });
    if (command !== null && !steps.has(command)) steps.set(command, step);
  }
  return [...steps].map(([command, what]) => ({ what, command }));
}
