import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import { getExternalWorkflowHandle, isCancellation, startChild } from '@temporalio/workflow';
import type { ChildWorkflowHandle } from '@temporalio/workflow';
import { REQUEST_SYNC, SYNC_TENANT, syncWorkflowId } from './api';
import type { SyncRequest, SyncResult, SyncTenant } from './api';
import { queuePrefix } from './steps';

/**
 * Hands a request to the tenant's own workflow, and ends. A Schedule gives each workflow that it starts an id of its own. So such a
 * workflow starts or signals `sync/<tenant>` instead: two runs of one tenant at a time would undo each other's work (A5).
 */
export async function forward(request: SyncRequest): Promise<SyncResult> {
  const started = await startOrTell(request);
  return { runId: started?.firstExecutionRunId ?? syncWorkflowId(request.tenant, queuePrefix()), state: 'running' };
}

/** Starts the tenant's run, or tells the one under way of the request. Returns the run that it has started, or null. */
export async function startOrTell(request: SyncRequest): Promise<ChildWorkflowHandle<SyncTenant> | null> {
  for (;;) {
    try {
      return await startChild<SyncTenant>(SYNC_TENANT, {
        workflowId: syncWorkflowId(request.tenant, queuePrefix()),
        args: [request],
        parentClosePolicy: 'ABANDON',
        // The run is the tenant's own: whoever cancels this workflow ends only the waiting for it.
        cancellationType: 'ABANDON',
        staticSummary: `OfficeRnD ↔ HubSpot: ${request.tenant}`,
        priority: { fairnessKey: request.tenant },
      });
    } catch (error) {
      if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    }
    try {
      await tellRun(request);
      return null;
    } catch (error) {
      // The run ended before the signal came, so another one can start.
      if (isCancellation(error)) throw error;
    }
  }
}

/** Hands a request to the tenant's run. Throws when none is under way. */
export const tellRun = (request: SyncRequest): Promise<void> =>
  getExternalWorkflowHandle(syncWorkflowId(request.tenant, queuePrefix())).signal<[SyncRequest]>(REQUEST_SYNC, request);
