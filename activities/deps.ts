import type { CallLedger } from '../connectors/call-ledger';
import type { HubSpotConnector } from '../connectors/hubspot/connector';
import type { OfficerndConnector } from '../connectors/officernd/connector';
import type { SyncMode } from '../domain/report';
import type { TenantMapping } from '../domain/tenant-mapping';
import type { Store } from '../store/store';

/** What all activities are built from; the composition root in `workers/` provides it. */
export interface ActivityDeps {
  readonly store: Store;
  readonly tenants: TenantAccess;
  readonly ledger: LedgerScope;
  readonly now: () => Date;
  /** A named place where a test may stop the program. Does nothing otherwise. */
  readonly crashPoint: (name: CrashPoint) => Promise<void>;
}

/** The gaps between the steps of a write: planned → called → applied → snapshot (architecture.md §3). */
export const crashPoints = [
  'unlink-planned',
  'unlink-called',
  'unlink-applied',
  'relink-snapshot',
  'link-planned',
  'link-applied',
  'create-planned',
  'create-calling',
  'create-called',
  'create-snapshot',
  'create-applied',
  'update-planned',
  'update-officernd-called',
  'update-officernd-snapshot',
  'update-hubspot-called',
  'update-hubspot-read',
  'update-applied',
] as const;
export type CrashPoint = (typeof crashPoints)[number];

/** A tenant's configuration at work. */
export interface TenantAccess {
  /** Connectors for a tenant, with its newest configuration and secrets. Throws `ConfigurationError` when it has none that works. */
  readonly connect: (tenant: string, mode: SyncMode) => Promise<Connectors>;
  /** Resolves configuration and live definitions to what a run does (§2.4). Throws `ConfigurationError` with everything that is wrong. */
  readonly resolveMapping: (
    tenant: string,
    mode: SyncMode,
    signal: AbortSignal,
  ) => Promise<{ readonly mapping: TenantMapping; readonly hash: string }>;
}

export interface Connectors {
  readonly hubspot: HubSpotConnector;
  readonly officernd: OfficerndConnector;
}

/** Calls are counted for the run on whose behalf they are made, though connectors serve many runs. */
export interface LedgerScope extends CallLedger {
  readonly run: <T>(ledger: CallLedger, work: () => Promise<T>) => Promise<T>;
}
