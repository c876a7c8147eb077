import { bundleWorkflowCode } from '@temporalio/worker';
import type { WorkflowBundleWithSourceMap } from '@temporalio/worker';

function ignore(): void {}

/** Says nothing. */
export const quiet = { log: ignore, trace: ignore, debug: ignore, info: ignore, warn: ignore, error: ignore };

/** The workflow code of a folder, bundled from its source as the build does it. */
export const bundleOf = (workflowsPath: string): Promise<WorkflowBundleWithSourceMap> =>
  bundleWorkflowCode({ workflowsPath, preloadModules: [workflowsPath], logger: quiet });

/** Today's workflows. */
export const bundleWorkflows = (): Promise<WorkflowBundleWithSourceMap> => bundleOf(require.resolve('../../workflows'));
