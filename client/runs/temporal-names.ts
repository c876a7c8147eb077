/** The names that Temporal clients rely on, for the library. It imports nothing else of the workflows but types. */
// oxlint-disable-next-line no-restricted-imports -- workflows/api.ts is made for programs outside the workflows
export {
  APPROVE,
  DEFAULT_QUEUE_PREFIX,
  HINTS_WAITING,
  KEEP_IN_STEP,
  PAUSE,
  PROGRESS,
  REQUEST_SYNC,
  RESUME,
  SCHEDULED_SYNC,
  scheduledWorkflowId,
  scheduleId,
  SYNC_NOW,
  SYNC_TENANT,
  keepWorkflowId,
  syncWorkflowId,
  taskQueue,
} from '../../workflows/api';
