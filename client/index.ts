/**
 * The public face of the client: other programs import it as `orsync/client`. Names that are not listed here may change at any time.
 * Names of workflows, updates and queries for plain Temporal clients are in `orsync/api` (workflows/api.ts).
 */
export { createSyncClient } from './sync-client';
export type { ApprovalOutcome, ApproveOptions, SyncClient, SyncClientOptions, SyncDemand, SyncOptions } from './sync-client';
export { ApprovalRefusedError } from './approve';
export type { ApplyOptions, ApplyOutcome, PreviewVerbs } from './previews';
export type { FollowOptions, RunOutcome } from './runs/follow-run';
export type { RunReport } from './runs/run-report';
export type { Wait } from './runs/waits';
export { InterruptedError } from './until-answered';
export type { AskOptions } from './until-answered';
export { dataConverterFor, readPayloadKeys } from './payload-codec';
export { ConfigurationError } from '../config/configuration-error';
export { connectStore, StoreUnavailableError } from '../store/connect';
export type { ConnectStoreOptions } from '../store/connect';
/** Give it to `createSyncClient`, and close it at the end. Its other verbs are not public. */
export type { Store } from '../store/store';
export type { Entity } from '../domain/entity';
export type { Report, RunState, SyncMode } from '../domain/report';
export type { Trouble } from '../domain/trouble';
