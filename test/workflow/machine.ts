import type { Context, Script } from 'node:vm';
import type { Workflow, WorkflowCreateOptions } from '@temporalio/worker/lib/workflow/interface';
import { ReusableVMWorkflow, ReusableVMWorkflowCreator } from '@temporalio/worker/lib/workflow/reusable-vm';
import type { WorkflowBundleWithSourceMapAndFilename as Bundle } from '@temporalio/worker/lib/workflow/workflow-worker-thread/input';

/** A virtual machine of the SDK. It runs workflows one after the other. */
export interface Machine {
  /** Begins a workflow. The one before must be disposed. */
  readonly begin: (options: WorkflowCreateOptions) => Promise<Workflow>;
}

/** The inputs of the SDK's machine. */
interface Inside {
  readonly initRuntime: (options: object) => void;
}

/** The local activities of a worker. The SDK refuses others. */
const LOCAL_ACTIVITIES: ReadonlySet<string> = new Set(['knownSearchAttributes', 'tendInbox']);

/** The number of workflows after which the SDK restores the globals. */
const WORKFLOWS_IN_A_ROW = 8;

/**
 * The SDK gives each workflow globals of its own. To exchange them takes longer than all other steps of a start. Our workflows change none,
 * so a workflow gets those of the one before. Each eighth has its own, and must find that none of the others left anything.
 */
export function createMachine(script: Script, bundle: Bundle): Machine {
  const creator = createCreator(script, bundle);
  let first: Workflow | null = null;
  let [begun, globals] = [0, 0];

  return {
    begin: async (options) => {
      begun += 1;
      if (first !== null && begun % WORKFLOWS_IN_A_ROW !== 0) return beginAfter(first, options, bundle.sourceMap);
      if (first !== null && globalsOf(first) !== globals) throw new Error('Against the laws: a workflow left a global variable behind.');
      first = await creator.createWorkflow(options);
      globals = globalsOf(first);
      return first;
    },
  };
}

function createCreator(script: Script, bundle: Bundle): ReusableVMWorkflowCreator {
  // There is no time limit, because setting one for every call takes longer than the calls themselves.
  const creator: unknown = Reflect.construct(ReusableVMWorkflowCreator, [script, bundle, undefined, LOCAL_ACTIVITIES]);
  if (creator instanceof ReusableVMWorkflowCreator) return creator;
  throw new Error('The virtual machine could not be made.');
}

/** Does the same as `createWorkflow`, but with the globals of the workflow before. */
function beginAfter(before: Workflow, options: WorkflowCreateOptions, sourceMap: unknown): Workflow {
  const [context, inside]: readonly unknown[] = [Reflect.get(before, 'context'), Reflect.get(before, 'workflowModule')];
  if (!isContext(context) || !isInside(inside)) throw new Error('The SDK’s virtual machine is not what it was.');
  const { runId } = options.info;
  inside.initRuntime({
    ...options,
    sourceMap,
    getTimeOfDay: () => 0n,
    registeredActivityNames: LOCAL_ACTIVITIES,
    stackTracesEnabled: false,
  });
  const workflow: unknown = Reflect.construct(ReusableVMWorkflow, [runId, context, context['__TEMPORAL_ACTIVATOR__'], inside]);
  if (!(workflow instanceof ReusableVMWorkflow)) throw new Error('The workflow could not be made.');
  ReusableVMWorkflowCreator.workflowByRunId.set(runId, workflow);
  return workflow;
}

function globalsOf(workflow: Workflow): number {
  const context: unknown = Reflect.get(workflow, 'context');
  return isContext(context) ? Reflect.ownKeys(context).length : 0;
}

const isContext = (value: unknown): value is Context => typeof value === 'object' && value !== null;
const isInside = (value: unknown): value is Inside => isContext(value) && typeof Reflect.get(value, 'initRuntime') === 'function';
