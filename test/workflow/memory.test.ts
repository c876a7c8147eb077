import { codeAtWork } from './execution';
import { createMemory } from './memory';
import { toPayload } from './payloads';
import type { Activation, Command, Identity, Sandbox } from './sandbox';

const identity: Identity = { workflowId: 'sync/acme', runId: 'run-1', workflowType: 'syncTenant', parent: null, continuedFrom: null };
const task = (seq: number, result: string): Activation => ({
  atMs: seq,
  jobs: [{ resolveActivity: { seq, result: { completed: { result: toPayload(result) } } } }],
  historyLength: 3 * seq,
  continueAsNewSuggested: false,
});

/** Code that asks for a timer in each task. `seqOf` computes its number from the tasks so far and from the loads. */
function codeWith(seqOf: (tasks: number, loads: number) => number): { readonly sandbox: Sandbox; readonly asked: () => number } {
  let [loads, asked] = [0, 0];
  const load: Sandbox['load'] = async () => {
    const mine = (loads += 1);
    let tasks = 0;
    const activate = async (): Promise<readonly Command[]> => {
      [tasks, asked] = [tasks + 1, asked + 1];
      return [{ startTimer: { seq: seqOf(tasks, mine) } }];
    };
    return { activate, dispose: async () => undefined };
  };
  return { sandbox: { load }, asked: () => asked };
}

test('known tasks do not run the code again; for a new one the code replays the tasks before it', async () => {
  const { sandbox, asked } = codeWith((tasks) => tasks);
  const memory = createMemory();
  const play = async (...results: readonly string[]): Promise<readonly (number | null | undefined)[]> => {
    const code = codeAtWork(sandbox, memory, identity);
    const seqs: (number | null | undefined)[] = [];
    for (const [index, result] of results.entries()) seqs.push((await code.activate(task(index + 1, result)))[0]?.startTimer?.seq);
    return seqs;
  };
  expect([await play('a', 'b'), asked()]).toEqual([[1, 2], 2]);
  expect([await play('a', 'b'), asked()]).toEqual([[1, 2], 2]);
  // The code was called for both tasks before, and for this one.
  expect([await play('a', 'b', 'c'), asked()]).toEqual([[1, 2, 3], 5]);
  expect([await play('a', 'c'), asked()]).toEqual([[1, 2], 7]);
  expect([await play('a', 'b', 'c'), asked()]).toEqual([[1, 2, 3], 7]);
});

test('code that returns other commands than the remembered ones breaks a law', async () => {
  const { sandbox } = codeWith((tasks, loads) => tasks * loads);
  const memory = createMemory();
  await codeAtWork(sandbox, memory, identity).activate(task(1, 'a'));
  const code = codeAtWork(sandbox, memory, identity);
  await code.activate(task(1, 'a'));
  await expect(code.activate(task(2, 'b'))).rejects.toThrow('Replaying syncTenant asked for startTimer instead of startTimer.');
});

test('a full memory forgets, and the code runs again', async () => {
  const { sandbox, asked } = codeWith((tasks) => tasks);
  const memory = createMemory(2);
  const play = async (result: string): Promise<void> => {
    await codeAtWork(sandbox, memory, identity).activate(task(1, result));
  };
  for (const result of ['a', 'b', 'b', 'c']) await play(result);
  expect(asked()).toBe(3);
  await play('b');
  expect(asked()).toBe(4);
});
