import type { Client, WorkflowExecutionDescription, WorkflowExecutionStatusName } from '@temporalio/client';
import type { RunState } from '../../domain/report';
import { unlessGone } from './unless-gone';

/** How a run ended, according to Temporal; null while it has not, or when Temporal no longer knows it. */
export async function endStateIn(temporal: Client, workflowId: string, runId: string): Promise<RunState | null> {
  const description = await unlessGone(() => temporal.workflow.getHandle(workflowId, runId).describe());
  return description === null ? null : endStateOf(description.status.name);
}

/** Whether a run has not ended. */
export const isRunUnderWay = ({ status: { name } }: WorkflowExecutionDescription): boolean => name === 'RUNNING' || name === 'PAUSED';

/** Whether a run was cancelled and has not ended: it would accept a request, and then end without doing it. */
export const isCancelling = (description: WorkflowExecutionDescription): boolean =>
  isRunUnderWay(description) && description.raw.workflowExtendedInfo?.cancelRequested === true;

function endStateOf(status: WorkflowExecutionStatusName): RunState | null {
  switch (status) {
    case 'CANCELLED':
    case 'TERMINATED':
      return 'cancelled';
    case 'FAILED':
    case 'TIMED_OUT':
      return 'failed';
    case 'COMPLETED':
    case 'CONTINUED_AS_NEW':
      return 'completed';
    default:
      return null;
  }
}
