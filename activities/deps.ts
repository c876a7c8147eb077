import type { CallLedger } from '../connectors/call-ledger';
import type { HubSpotConnector } from '../connectors/hubspot/connector';
import type { OfficerndConnector } from '../connectors/officernd/connector';
import type { ProposalBasis } from '../domain/proposal';
import type { SyncMode } from '../domain/report';
import type { TenantMapping } from '../domain/tenant-mapping';
import type { StoredPair } from '../store/pairs';
import type { Store } from '../store/store';

/** The parts that all activities are built from. The composition root in `workers/` provides them. */
export interface ActivityDeps {
  readonly store: Store;
  readonly tenants: TenantAccess;
  readonly ledger: LedgerScope;
  readonly now: () => Date;
  /** L12: tests wait this long for late effects instead of the tenant's `officernd.lateEffectMinutes`. Null otherwise. */
  readonly lateEffectMs?: number | null;
  /** A worker that has died is noticed after this time. The run's activities take it as their heartbeat time-out. */
  readonly heartbeatTimeoutMs: number;
  /** Called at a named place where a test may stop the program. Does nothing otherwise. */
  readonly crashPoint: (name: CrashPoint) => Promise<void>;
}

/** The gaps between the steps of a write, in which a test may stop the program (A2). */
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

/** A mapping with its basis (P1), and what earlier runs have left of the tenant's pair (B1, B3). */
export interface ResolvedTenant extends Pick<StoredPair, 'owners' | 'formerPortals'> {
  readonly mapping: TenantMapping;
  readonly hash: string;
  readonly basis: ProposalBasis;
}

/** The part of a tenant's configuration that is known without asking a vendor. */
export interface TenantStanding extends Pick<ResolvedTenant, 'basis' | 'owners' | 'formerPortals'> {
  /** Whether this process has seen, with the present secrets, that they belong to the tenant's pair (B1). */
  readonly isVerified: boolean;
  /** T2: how long a record settles before it is read. */
  readonly settleMs: number;
}

/** Access to the tenants' configurations. */
export interface TenantAccess {
  /** Returns a tenant's connectors, with its newest configuration and secrets. Throws `ConfigurationError` when none of them works. */
  readonly connect: (tenant: string, mode: SyncMode) => Promise<Connectors>;
  /**
   * Resolves configuration and live definitions to the mapping that a run works with. Throws a `ConfigurationError` that lists everything
   * that is wrong.
   */
  readonly resolveMapping: (tenant: string, mode: SyncMode, signal: AbortSignal) => Promise<ResolvedTenant>;
  /** Throws as `resolveMapping` does, without a call to a vendor. */
  readonly standing: (tenant: string) => Promise<TenantStanding>;
}

export interface Connectors {
  readonly hubspot: HubSpotConnector;
  readonly officernd: OfficerndConnector;
}

/** Counts each call for the run that it is made for, though connectors serve many runs. */
export interface LedgerScope extends CallLedger {
  readonly run: <T>(ledger: CallLedger, work: () => Promise<T>) => Promise<T>;
}
