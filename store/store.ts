import type { Budgets } from './budgets';
import type { CallLedgerStore } from './call-ledger';
import type { Canaries } from './canaries';
import type { Comparisons } from './comparisons';
import type { Conflicts } from './conflicts';
import type { DatabaseFacts } from './database-facts';
import type { Erasures } from './erasures';
import type { Exports } from './exports';
import type { Decisions } from './decisions';
import type { Failures } from './failures';
import type { Gaps } from './gaps';
import type { Inbox } from './inbox';
import type { Feeds } from './feeds';
import type { Kept } from './kept';
import type { Leases } from './leases';
import type { LetThrough } from './let-through';
import type { Limits } from './limits';
import type { Links } from './links';
import type { Observations } from './observations';
import type { Operations } from './operations';
import type { Pairs } from './pairs';
import type { Proposals } from './proposals';
import type { Reviews } from './reviews';
import type { Runs } from './runs';
import type { SecondWriters } from './second-writers';
import type { Snapshots } from './snapshots';
import type { Suppressions } from './suppressions';
import type { Tenants } from './tenants';
import type { VerdictStore } from './verdicts';

/** All stored data. It belongs to tenants: `forTenant` takes the tenant once, so no function can forget it. */
export interface Store {
  readonly tenants: Tenants;
  readonly pairs: Pairs;
  readonly kept: Kept;
  readonly limits: Limits;
  readonly budgets: Budgets;
  /** `historyDays` is how long history is kept that is over from now on. @default 90 */
  readonly forTenant: (tenant: string, options?: { readonly historyDays?: number }) => TenantStore;
  /** T1: the tenants of which some hint has waited since a time between these two. */
  readonly tenantsWaiting: (since: { readonly after: Date; readonly before: Date }) => Promise<readonly string[]>;
  /** Creates collections, validators and indexes, and runs due migrations. Safe to call in several processes at once. */
  readonly prepare: () => Promise<void>;
  /** Asks the database and its server about themselves. It writes nothing. */
  readonly inspect: () => Promise<DatabaseFacts>;
  readonly close: () => Promise<void>;
}

export interface TenantStore {
  readonly observations: Observations;
  readonly links: Links;
  readonly comparisons: Comparisons;
  readonly snapshots: Snapshots;
  readonly operations: Operations;
  readonly conflicts: Conflicts;
  readonly reviews: Reviews;
  readonly proposals: Proposals;
  readonly verdicts: VerdictStore;
  readonly failures: Failures;
  readonly suppressions: Suppressions;
  readonly decisions: Decisions;
  readonly runs: Runs;
  readonly callLedger: CallLedgerStore;
  readonly canaries: Canaries;
  readonly secondWriters: SecondWriters;
  readonly exports: Exports;
  readonly erasures: Erasures;
  readonly inbox: Inbox;
  readonly gaps: Gaps;
  readonly leases: Leases;
  readonly feeds: Feeds;
  readonly letThrough: LetThrough;
  /**
   * Starts a preview and returns its store: the same functions on its own collections (`preview_links`, …). They hold copies of this
   * tenant's links, snapshots, suppressions, decisions, reviews, failures and verdicts, which MongoDB makes itself. Those of the tenant's
   * earlier preview are removed, and expire after a day. The operations and conflicts of a preview that has come to its end are kept for 14
   * days, with its run.
   */
  readonly startPreview: () => Promise<TenantStore>;
  /** The store of the tenant's last preview, without a new copy. */
  readonly preview: () => TenantStore;
}
