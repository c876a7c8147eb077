import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { toPayload } from './payloads';
import { createSandbox } from './sandbox';
import type { Command, Job } from './sandbox';

/** The keeper's workflow code in the real sandbox: what it does when it is told of hints, and that it does nothing else. */

const code = readFileSync(join(__dirname, '../../dist/workflow-bundle.js'), 'utf8');
const START_MS = 1_000_000;
const told: Job = { signalWorkflow: { signalName: 'hintsWaiting', input: [] } };

interface Keeper {
  /** Goes through one workflow task. Returns its commands, each by its kind. */
  readonly task: (jobs: readonly Job[], options?: { readonly atMs?: number; readonly isLong?: boolean }) => Promise<readonly string[]>;
  /** How often it has looked into the inbox. */
  readonly looks: () => number;
  readonly timers: readonly number[];
  readonly dispose: () => Promise<void>;
}

/** @param answers what its looks find, one after the other; nothing waits after the last */
async function keeper(...answers: readonly object[]): Promise<Keeper> {
  let looks = 0;
  const timers: number[] = [];
  const answerOf = () => answers[looks++] ?? { nextAtMs: null };
  const identity = { workflowId: 'sync/acme/keep', runId: 'run-1', workflowType: 'keepInStep', parent: null, continuedFrom: null };
  const workflow = await createSandbox(code, [], answerOf).load(identity);
  const nameOf = (command: Command): string => {
    if (command.startTimer) timers.push(Number(command.startTimer.startToFireTimeout?.seconds ?? 0));
    return Object.keys(command).find((key) => command[key as keyof Command] && key !== 'userMetadata') ?? '';
  };
  const task: Keeper['task'] = async (jobs, { atMs = START_MS, isLong = false } = {}) =>
    (await workflow.activate({ atMs, jobs, historyLength: 3, continueAsNewSuggested: isLong }, false)).map(nameOf);
  return { task, looks: () => looks, timers, dispose: () => workflow.dispose() };
}

const start: Job = {
  initializeWorkflow: { workflowType: 'keepInStep', workflowId: 'sync/acme/keep', arguments: [toPayload('acme')] },
};
const fired = (seq: number): Job => ({ fireTimer: { seq } });

test('T2 a keeper without hints looks once, and then has neither a timer nor a command', async () => {
  const one = await keeper();
  expect(await one.task([start])).toEqual([]);
  expect(one.looks()).toBe(1);
  expect(await one.task([told])).toEqual([]);
  expect(one.looks()).toBe(2);
  await one.dispose();
});

test('T2 it looks again when the next hint settles, whatever it is told meanwhile', async () => {
  const one = await keeper({ nextAtMs: START_MS + 7_000 }, { nextAtMs: null });
  expect(await one.task([start])).toEqual(['startTimer']);
  expect(one.timers).toEqual([7]);
  expect(await one.task([told], { atMs: START_MS + 2_000 })).toEqual([]);
  expect(one.looks()).toBe(1);
  expect(await one.task([fired(1)], { atMs: START_MS + 7_000 })).toEqual([]);
  expect(one.looks()).toBe(2);
  await one.dispose();
});

test('hints that settle one after the other are looked at once a second', async () => {
  const one = await keeper({ nextAtMs: START_MS + 50 });
  await one.task([start]);
  expect(one.timers).toEqual([1]);
  await one.dispose();
});

test('a long history is continued as new, and no signal is missed', async () => {
  const one = await keeper();
  await one.task([start]);
  expect(await one.task([told], { isLong: true })).toEqual(['continueAsNewWorkflowExecution']);
  expect(one.looks()).toBe(1);
  await one.dispose();
});

test('with worker versioning a keeper ends when it has nothing to do', async () => {
  const one = await keeper({ nextAtMs: null, endsWhenIdle: true });
  expect(await one.task([start])).toEqual(['completeWorkflowExecution']);
  await one.dispose();
});

test('an argument that is no tenant’s name ends it at once', async () => {
  const one = await keeper();
  const odd = { initializeWorkflow: { workflowType: 'keepInStep', workflowId: 'w', arguments: [toPayload({ tenant: 'acme' })] } };
  expect(await one.task([odd])).toEqual(['failWorkflowExecution']);
  await one.dispose();
});
