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
  /** Whether the workflow has learnt of its end, even if too early. */
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
  /** Whether the parent has learnt of its end, even if too early. */
  isReported: boolean;
}

/** The server's state of one run of a workflow. */
export interface Execution {
  readonly identity: Identity;
  readonly input: unknown;
  /** The number of events in its history. */
  events: number;
  /** The events since its last workflow task. */
  readonly news: Job[];
  taskDue: boolean;
  readonly activities: Map<number, OpenActivity>;
  readonly timers: Set<number>;
  readonly children: Map<number, OpenChild>;
  /** The execution that waits for its result. */
  readonly waiting: { readonly execution: Execution; readonly seq: number } | null;
  readonly attributes: Record<string, Payload>;
  readonly memo: Record<string, Payload>;
  /** The end that the scene has chosen. Then no code runs. When it is cancelled, it may end as cancelled instead. */
  readonly scripted: Ending | null;
  ending: Ending | null;
}

export interface CodeAtWork {
  /** Gives new jobs to the code. Resolves to its commands. */
  readonly activate: (activation: Activation) => Promise<readonly Command[]>;
  /** Returns the result of a query in the code's present state. */
  readonly query: (activation: Activation) => Promise<readonly Command[]>;
  /**
   * Does the work of a worker that takes over from a dead one, or from one without its cache. The code is loaded again and led through all
   * past events. It has to ask for the same things again, or the history could not be continued.
   */
  readonly replay: () => Promise<void>;
  readonly dispose: () => Promise<void>;
}

/**
 * Workflow code is loaded only for an input that `memory` does not know. It is then led through the past events, as by a worker that takes
 * over. It has to ask for the same things that are remembered.
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
      const again = await loaded.activate({ ...activation, jobs: [...patchesIn(commands), ...activation.jobs] }, true);
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

/** The patches that code had in past events. The SDK's core names them when it leads code through these events again. */
const patchesIn = (commands: readonly Command[]): readonly Job[] =>
  commands.flatMap(({ setPatchMarker }) => (setPatchMarker ? [{ notifyHasPatch: { patchId: setPatchMarker.patchId ?? '' } }] : []));

/** The names of the commands, as text. */
export const kindsOf = (commands: readonly Command[]): string => (commands.length === 0 ? 'nothing' : commands.map(kindOf).join(', '));

export const kindOf = (command: Command): string => Object.keys(command).find((key) => key !== 'userMetadata') ?? 'nothing';

/** Sorts jobs as the SDK's core does: signals and updates come first. */
export const inOrder = (jobs: readonly Job[]): readonly Job[] => jobs.toSorted((one, other) => rankOf(one) - rankOf(other));

export const rankOf = ({ initializeWorkflow, signalWorkflow, doUpdate }: Job): number =>
  initializeWorkflow ? 0 : signalWorkflow || doUpdate ? 1 : 2;
