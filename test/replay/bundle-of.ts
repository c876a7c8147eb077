import { bundleWorkflowCode } from '@temporalio/worker';
import type { WorkflowBundleWithSourceMap } from '@temporalio/worker';

function ignore(): void {}

/** A logger that prints nothing. */
export const quiet = { log: ignore, trace: ignore, debug: ignore, info: ignore, warn: ignore, error: ignore };

/** Bundles the workflow code of a folder from its source, as the build does. */
export const bundleOf = (workflowsPath: string): Promise<WorkflowBundleWithSourceMap> =>
  bundleWorkflowCode({ workflowsPath, preloadModules: [workflowsPath], logger: quiet });

/** Bundles the current workflows. */
export const bundleWorkflows = (): Promise<WorkflowBundleWithSourceMap> => bundleOf(require.resolve('../../workflows'));
