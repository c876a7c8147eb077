/**
 * The public face of the client: other programs import it as `orsync/client`. Names that are not listed here may change at any time.
 * Names of workflows, updates and queries for plain Temporal clients are in `orsync/api` (workflows/api.ts).
 */
export { createSyncClient } from './sync-client';
export type { ApprovalOutcome, ApproveOptions, SyncClient, SyncClientOptions, SyncDemand, SyncOptions } from './sync-client';
export { ApprovalRefusedError } from './approve';
export type { Explanation, LookLive } from './explain/explain';
export type { NamedRecord } from './explain/find-record';
export { RecordNotFoundError } from './explain/find-record';
export type { ExplainOptions, RecordHistory } from './explain/verbs';
export { ErasureRefusedError } from './exports/forget';
export type { Certificate } from './exports/forget';
export type { ExportKind } from './exports/documents';
export type { ExportFormat } from './exports/export-text';
export type { ExportOptions, ForgetOptions } from './exports';
export type { LinkImport } from './exports/propose-links';
export { DecisionRefusedError } from './decisions/refused';
export type { DecisionVerbs, DecideOptions } from './decisions/decision-verbs';
export type { Wish } from './decisions/wish';
export type { ApplyOptions, ApplyOutcome, PreviewVerbs } from './previews';
export type { TakeBackDemand, UndoOptions, UndoVerbs } from './undo';
export { UndoRefusedError } from './undo/refused';
export type { RejectOptions, StandingVerbs } from './standing';
export type { FailureFilter, ShownFailureGroup } from './standing/failures';
export type { TenantStatus } from './standing/status';
export type { FollowOptions, RunOutcome } from './runs/follow-run';
export type { RunReport } from './runs/run-report';
export { ScheduleRefusedError } from './runs/schedule';
export type { ScheduleActOptions, ScheduleVerbs, ScheduleWish } from './runs/schedule';
export type { ShownSchedule } from './standing/shown-schedule';
export type { Wait } from './runs/waits';
export { InterruptedError } from './runs/until-answered';
export type { AskOptions } from './runs/until-answered';
export { dataConverterFor, readPayloadKeys } from './payload-codec';
export { ConfigurationError } from '../config/configuration-error';
export { connectStore, StoreUnavailableError } from '../store/connect';
export type { ConnectStoreOptions } from '../store/connect';
/** Give it to `createSyncClient`, and close it at the end. Its other verbs are not public. */
export type { Store } from '../store/store';
export type { Decision } from '../domain/decision';
export type { Entity } from '../domain/entity';
export type { Hint } from '../domain/hints/hint';
export type { Report, RunState, SyncMode } from '../domain/report';
export type { Trouble } from '../domain/trouble';
