import type { Budgets } from './budgets';
import type { CallLedgerStore } from './call-ledger';
import type { Comparisons } from './comparisons';
import type { Conflicts } from './conflicts';
import type { Failures } from './failures';
import type { Limits } from './limits';
import type { Links } from './links';
import type { Observations } from './observations';
import type { Operations } from './operations';
import type { Reviews } from './reviews';
import type { Runs } from './runs';
import type { Snapshots } from './snapshots';
import type { Suppressions } from './suppressions';
import type { Tenants } from './tenants';

/** Everything the engine keeps. All of it is per tenant; `tenant` is a store's own argument so that no verb can forget it. */
export interface Store {
  readonly tenants: Tenants;
  readonly limits: Limits;
  readonly budgets: Budgets;
  /** `historyDays`: how long history that is written from now on is kept. @default 90 */
  readonly forTenant: (tenant: string, options?: { readonly historyDays?: number }) => TenantStore;
  /** Creates collections, validators and indexes and runs due migrations; safe to call from several processes at once. */
  readonly prepare: () => Promise<void>;
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
  readonly failures: Failures;
  readonly suppressions: Suppressions;
  readonly runs: Runs;
  readonly callLedger: CallLedgerStore;
  /**
   * A twin for previews: the same verbs on collections of its own (`preview_links`, …), filled with a copy of this tenant's links,
   * snapshots, suppressions, reviews and failures, made inside the server and replacing any earlier preview of the tenant. Documents expire
   * after a day.
   */
  readonly startPreview: () => Promise<TenantStore>;
  /** The twin as it is, without a new copy. */
  readonly preview: () => TenantStore;
}
