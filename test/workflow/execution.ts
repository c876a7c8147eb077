import type { Activation, Command, Identity, Job, Sandbox, SandboxedWorkflow } from './sandbox';
import type { Failure, Payload } from './payloads';

/** How a run of a workflow ended. */
export type Ending =
  | { readonly kind: 'completed'; readonly result: Payload | null }
  | { readonly kind: 'failed'; readonly failure: Failure }
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'terminated' }
  | { readonly kind: 'continued' };

export interface OpenActivity {
  readonly type: string;
  readonly waitsForCancellation: boolean;
  cancelRequested: boolean;
}

export interface OpenChild {
  readonly workflowId: string;
  readonly workflowType: string;
  /** Null until it has started. */
  execution: Execution | null;
  cancelRequested: boolean;
}

/** One run of a workflow, as the server knows it. */
export interface Execution {
  readonly identity: Identity;
  readonly input: unknown;
  /** Events in its history. */
  events: number;
  /** What has happened since its last workflow task. */
  readonly news: Job[];
  taskDue: boolean;
  readonly activities: Map<number, OpenActivity>;
  readonly timers: Set<number>;
  readonly children: Map<number, OpenChild>;
  /** Who waits for its result. */
  readonly waiting: { readonly execution: Execution; readonly seq: number } | null;
  readonly attributes: Record<string, Payload>;
  /** How it is going to end, where no code is at work but the scenario decides. Asked to be cancelled, it may end so instead. */
  readonly scripted: Ending | null;
  ending: Ending | null;
}

export interface CodeAtWork {
  /** Lets the code take in what is new. */
  readonly activate: (activation: Activation) => Promise<readonly Command[]>;
  /** Answers a query from the state that the code is in. */
  readonly query: (activation: Activation) => Promise<readonly Command[]>;
  /**
   * What a worker does that takes over from one that died or has lost its cache: the code is loaded again and led through all that happened. It
   * has to ask for the same things again, or the history could not be continued.
   */
  readonly replay: () => Promise<void>;
  readonly dispose: () => Promise<void>;
}

export async function loadCode(sandbox: Sandbox, identity: Identity): Promise<CodeAtWork> {
  let code: SandboxedWorkflow = await sandbox.load(identity);
  const log: { readonly activation: Activation; readonly commands: readonly Command[] }[] = [];
  return {
    activate: async (activation) => {
      const commands = await code.activate(activation, false);
      log.push({ activation, commands });
      return commands;
    },
    query: (activation) => code.activate(activation, false),
    replay: async () => {
      await code.dispose();
      code = await sandbox.load(identity);
      for (const { activation, commands } of log) {
        const again = await code.activate(activation, true);
        if (JSON.stringify(again) !== JSON.stringify(commands)) {
          throw new Error(`Replaying ${identity.workflowType} asked for ${kindsOf(again)} instead of ${kindsOf(commands)}.`);
        }
      }
    },
    dispose: () => code.dispose(),
  };
}

/** The commands' names. */
export const kindsOf = (commands: readonly Command[]): string => (commands.length === 0 ? 'nothing' : commands.map(kindOf).join(', '));

export const kindOf = (command: Command): string => Object.keys(command).find((key) => key !== 'userMetadata') ?? 'nothing';

/** The order in which the SDK's core hands over what happened: signals and updates before everything else. */
export const inOrder = (jobs: readonly Job[]): readonly Job[] => jobs.toSorted((one, other) => rankOf(one) - rankOf(other));

export const rankOf = ({ initializeWorkflow, signalWorkflow, doUpdate }: Job): number =>
  initializeWorkflow ? 0 : signalWorkflow || doUpdate ? 1 : 2;
