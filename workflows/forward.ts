import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import { getExternalWorkflowHandle, isCancellation, startChild } from '@temporalio/workflow';
import { REQUEST_SYNC, SYNC_TENANT, syncWorkflowId } from './api';
import type { SyncRequest, SyncResult } from './api';
import { queuePrefix } from './steps';

/**
 * Hands a request to the tenant's own workflow, and ends. A Schedule gives each workflow that it starts an id of its own. So such a
 * workflow starts or signals `sync/<tenant>` instead: two runs of one tenant at a time would undo each other's work (A5).
 */
export async function forward(request: SyncRequest): Promise<SyncResult> {
  const workflowId = syncWorkflowId(request.tenant, queuePrefix());
  for (;;) {
    try {
      const { firstExecutionRunId } = await startChild<(request: SyncRequest) => Promise<SyncResult>>(SYNC_TENANT, {
        workflowId,
        args: [request],
        parentClosePolicy: 'ABANDON',
        staticSummary: `OfficeRnD ↔ HubSpot: ${request.tenant}`,
      });
      return { runId: firstExecutionRunId, state: 'running' };
    } catch (error) {
      if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    }
    try {
      await getExternalWorkflowHandle(workflowId).signal<[SyncRequest]>(REQUEST_SYNC, request);
      return { runId: workflowId, state: 'running' };
    } catch (error) {
      // The run ended before the signal came, so another one can start.
      if (isCancellation(error)) throw error;
    }
  }
}
