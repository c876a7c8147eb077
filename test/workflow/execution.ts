import type { KnownTask, Memory } from './memory';
import { isSame } from './same';
import type { Activation, Command, Identity, Job, Sandbox, SandboxedWorkflow } from './sandbox';
import type { Failure, Payload } from './payloads';

/** The end of a workflow's run. */
export type Ending =
  | { readonly kind: 'completed'; readonly result: Payload | null }
  | { readonly kind: 'failed'; readonly failure: Failure }
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'terminated' }
  | { readonly kind: 'continued' };

export interface OpenActivity {
  readonly type: string;
  /** True if a workflow that cancels it learns of the end when it has ended, not at once. */
  readonly waitsForCancellation: boolean;
  /** True if the workflow has learnt of its end. With an early answer to a cancellation, this is before the end. */
  isReported: boolean;
}

export interface OpenChild {
  readonly workflowId: string;
  readonly workflowType: string;
  /** Null until the child has started. */
  execution: Execution | null;
  /** True if a parent that cancels it learns of the end when it has ended, not at once. */
  readonly waitsForCancellation: boolean;
  cancelRequested: boolean;
  /** True if the parent has learnt of its end. With an early answer to a cancellation, this is before the end. */
  isReported: boolean;
}

/** The server's state of one run of a workflow. */
export interface Execution {
  readonly identity: Identity;
  readonly input: unknown;
  /** The number of events in its history. */
  events: number;
  /** The jobs since its last workflow task. */
  readonly news: Job[];
  taskDue: boolean;
  readonly activities: Map<number, OpenActivity>;
  readonly timers: Set<number>;
  readonly children: Map<number, OpenChild>;
  /** The parent that waits for its result. */
  readonly waiting: { readonly execution: Execution; readonly seq: number } | null;
  readonly attributes: Record<string, Payload>;
  /** The end that the scene has chosen. Then no code runs. When it is cancelled, it may end as cancelled instead. */
  readonly scripted: Ending | null;
  ending: Ending | null;
}

export interface CodeAtWork {
  /** Gives new jobs to the code. Resolves to its commands. */
  readonly activate: (activation: Activation) => Promise<readonly Command[]>;
  /** Runs a query on the current state of the code. */
  readonly query: (activation: Activation) => Promise<readonly Command[]>;
  /**
   * Replays the history, as a worker does after another one has died or has lost its cache. The code is loaded again and gets all
   * jobs again. It must return the same commands, else the history could not be continued.
   */
  readonly replay: () => Promise<void>;
  readonly dispose: () => Promise<void>;
}

/**
 * Workflow code is loaded only for jobs that `memory` has not seen after the same history. Then the code replays that history, as on a
 * worker
 * that takes over. It must return the same commands as those in `memory`.
 */
export function codeAtWork(sandbox: Sandbox, memory: Memory, identity: Identity): CodeAtWork {
  let code: SandboxedWorkflow | null = null;
  let after = memory.firstOf(identity);
  const log: KnownTask[] = [];

  async function takeOver(): Promise<SandboxedWorkflow> {
    await code?.dispose();
    code = null;
    const loaded = await sandbox.load(identity);
    code = loaded;
    for (const { activation, commands } of log) {
      const again = await loaded.activate(activation, true);
      if (!isSame(again, commands)) {
        throw new Error(`Replaying ${identity.workflowType} asked for ${kindsOf(again)} instead of ${kindsOf(commands)}.`);
      }
    }
    return loaded;
  }

  function note(task: KnownTask): readonly Command[] {
    log.push(task);
    ({ after } = task);
    return task.commands;
  }

  return {
    activate: async (activation) => {
      const known = code === null ? after.find(activation) : undefined;
      if (known !== undefined) return note(known);
      code ??= await takeOver();
      return note(after.add(activation, await code.activate(activation, false)));
    },
    query: async (activation) => {
      code ??= await takeOver();
      return code.activate(activation, false);
    },
    replay: async () => {
      await takeOver();
    },
    dispose: async () => {
      await code?.dispose();
    },
  };
}

/** The names of the commands, as text. */
export const kindsOf = (commands: readonly Command[]): string => (commands.length === 0 ? 'nothing' : commands.map(kindOf).join(', '));

export const kindOf = (command: Command): string => Object.keys(command).find((key) => key !== 'userMetadata') ?? 'nothing';

/** Sorts jobs as the SDK's core does: signals and updates come first. */
export const inOrder = (jobs: readonly Job[]): readonly Job[] => jobs.toSorted((one, other) => rankOf(one) - rankOf(other));

export const rankOf = ({ initializeWorkflow, signalWorkflow, doUpdate }: Job): number =>
  initializeWorkflow ? 0 : signalWorkflow || doUpdate ? 1 : 2;
