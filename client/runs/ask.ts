import { randomUUID } from 'node:crypto';
import { WithStartWorkflowOperation } from '@temporalio/client';
import type { Client } from '@temporalio/client';
import { entities as allEntities } from '../../domain/entity';
import type { Entity } from '../../domain/entity';
import type { SyncMode } from '../../domain/report';
import type { Undoing } from '../../domain/undoing';
import { REQUEST_SYNC, SYNC_NOW, SYNC_TENANT, syncWorkflowId, taskQueue } from './temporal-names';
import type { SyncRequest, SyncTenant, SyncTicket } from '../../workflows/api';
import { isCancelling } from './end-state';
import { unlessGone } from './unless-gone';

/** The work that a sync is asked to do. */
export interface SyncDemand {
  readonly tenant: string;
  /** @default 'full' */
  readonly mode?: SyncMode;
  /** @default all that the tenant has configured */
  readonly entities?: readonly Entity[] | null;
  /** X3: the run takes this back and does nothing else. See `undo` and `takeBack`. */
  readonly undoes?: Undoing;
}

/** A request with an id of its own. */
export const requestOf = ({
  tenant,
  mode = 'full',
  entities = null,
  undoes,
}: SyncDemand): SyncRequest & { readonly requestId: string } => ({
  tenant,
  mode,
  entities: entities === null ? null : inOrder(entities),
  requestId: randomUUID(),
  ...(undoes !== undefined && { undoes }),
});

/** Requests for the same work must be equal, so that one joins the other. */
const inOrder = (entities: readonly Entity[]): readonly Entity[] => allEntities.filter((entity) => entities.includes(entity));

/** How a run is started that serves a request. */
export const startOf = (asked: SyncRequest, queuePrefix: string) => ({
  workflowId: syncWorkflowId(asked.tenant, queuePrefix),
  taskQueue: taskQueue(queuePrefix, 'workflows'),
  workflowIdConflictPolicy: 'USE_EXISTING' as const,
  args: [asked] satisfies [SyncRequest],
  staticSummary: `OfficeRnD ↔ HubSpot: ${asked.tenant}`,
  staticDetails:
    'Reads both sides, then unlinks, links and updates. The counts are under Current Details while a worker runs, their sums always in the search attributes.',
  priority: { fairnessKey: asked.tenant },
});

/** Starts the run that serves a request, or hands it to the one under way (A5). The request's id is the update's, so sending it again asks for nothing more. */
export const sendRequest = (
  temporal: Client,
  queuePrefix: string,
  asked: SyncRequest & { readonly requestId: string },
): Promise<SyncTicket> =>
  temporal.workflow.executeUpdateWithStart<SyncTenant, SyncTicket, [SyncRequest]>(SYNC_NOW, {
    updateId: asked.requestId,
    args: [asked],
    startWorkflowOperation: new WithStartWorkflowOperation<SyncTenant>(SYNC_TENANT, startOf(asked, queuePrefix)),
  });

/** See `StandingVerbs.leave`. A signal needs no worker, and Temporal keeps it. */
export async function leaveRequest(temporal: Client, queuePrefix: string, demand: SyncDemand): Promise<string> {
  const asked = requestOf(demand);
  const { workflowId, workflowIdConflictPolicy: _policy, ...start } = startOf(asked, queuePrefix);
  const description = await unlessGone(() => temporal.workflow.getHandle(workflowId).describe());
  if (description !== null && isCancelling(description))
    throw new Error(`The cancelled run of ${demand.tenant} has not ended, so the request is not stored; ask again when a worker runs.`);
  const signal = { signal: REQUEST_SYNC, signalArgs: [asked] };
  return (await temporal.workflow.signalWithStart(SYNC_TENANT, { ...start, workflowId, ...signal })).signaledRunId;
}
