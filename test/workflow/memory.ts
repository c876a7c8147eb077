import { isUint8Array } from 'node:util/types';
import type { Activation, Command, Identity } from './sandbox';

/** A workflow task of an earlier play: the jobs that the code got and the commands that it returned, after the same tasks before. */
export interface KnownTask {
  readonly activation: Activation;
  readonly commands: readonly Command[];
  /** The known tasks after this one. */
  readonly after: Tasks;
}

/** Tasks, found by everything in them on which code can depend. */
export interface Tasks {
  readonly find: (activation: Activation) => KnownTask | undefined;
  readonly add: (activation: Activation, commands: readonly Command[]) => KnownTask;
}

/** Known commands of workflow code, which is deterministic. Plays that begin alike need not run the code again. */
export interface Memory {
  /** The known first tasks of such a workflow. */
  readonly firstOf: (identity: Identity) => Tasks;
}

/** The most tasks in memory. With more, all are forgotten. */
const MOST_TASKS = 20_000;

export function createMemory(mostTasks = MOST_TASKS): Memory {
  const beginnings = new Map<string, Tasks>();
  let size = 0;

  function createTasks(): Tasks {
    const known = new Map<string, KnownTask>();
    return {
      find: (activation) => known.get(textOf(activation)),
      add: (activation, commands) => {
        const task = { activation, commands, after: createTasks() };
        known.set(textOf(activation), task);
        size += 1;
        if (size > mostTasks) {
          beginnings.clear();
          size = 0;
        }
        return task;
      },
    };
  }

  return {
    firstOf: (identity) => {
      const key = textOf(identity);
      const tasks = beginnings.get(key) ?? createTasks();
      beginnings.set(key, tasks);
      return tasks;
    },
  };
}

/** Remembers nothing. It is for plays that rarely begin alike. */
const nothing: Tasks = { find: () => undefined, add: (activation, commands) => ({ activation, commands, after: nothing }) };
export const noMemory: Memory = { firstOf: () => nothing };

/** The texts of contents that plays share. */
const texts = new WeakMap<object, string>();

/** The whole value as text. */
function textOf(value: unknown): string {
  if (typeof value !== 'object' || value === null) return typeof value === 'string' ? `"${value.length}:${value}` : String(value);
  if (isUint8Array(value)) return textOfBytes(value);
  let text = '{';
  for (const [key, part] of Object.entries(value)) text += `${key}:${textOf(part)},`;
  return `${text}}`;
}

function textOfBytes(bytes: Uint8Array): string {
  const known = texts.get(bytes);
  if (known !== undefined) return known;
  const text = `${bytes.length}:${Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1')}`;
  texts.set(bytes, text);
  return text;
}
