import { Context } from '@temporalio/activity';

/**
 * Whether Temporal still has a run of the tenant under way. A tenant has one workflow id, so it has one such run at most (A5). Call it from an
 * activity of the run's workflow, or of a child of it.
 */
export async function isPresentRun(runId: string): Promise<boolean> {
  const { client, info } = Context.current();
  // A child's id is that of its parent with the run's id behind it.
  const [workflowId] = (info.workflowExecution?.workflowId ?? '').split(`/${runId}/`);
  if (workflowId === undefined || workflowId === '') return false;
  const { status } = await client.workflow.getHandle(workflowId, runId).describe();
  return status.name === 'RUNNING';
}
