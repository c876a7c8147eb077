import type { Entity } from '../../domain/entity';
import { historyOf } from '../../domain/explain/history';
import type { HistoryEntry } from '../../domain/explain/history';
import type { Store } from '../../store/store';
import { explainIn, idsOf, recordsOf } from './explain';
import type { Explanation, LookLive } from './explain';
import { findRecord } from './find-record';
import type { NamedRecord } from './find-record';
import { listedEffects } from './known-run';

export interface ExplainOptions {
  /** Looks at both records as they are now, instead of as they were read last. */
  readonly look?: LookLive;
}

/** The effects on a record, oldest first. */
export interface RecordHistory {
  readonly tenant: string;
  readonly entity: Entity;
  readonly officerndId: string | null;
  readonly hubspotId: string | null;
  readonly entries: readonly HistoryEntry[];
}

/** Why a record is as it is, and what was done to it. Both only read what is stored. */
export interface ExplainVerbs {
  /**
   * Explains a record: how its link came about, the next run's verdict on each field, what is not written and why. Without a link it names
   * the candidates that were considered. Null before the tenant's first run. Throws `RecordNotFoundError`. Needs the store.
   */
  readonly explain: (tenant: string, record: NamedRecord, options?: ExplainOptions) => Promise<Explanation | null>;
  /** Every effect on a record, of any run, oldest first. Throws `RecordNotFoundError`. Needs the store. */
  readonly history: (tenant: string, record: NamedRecord) => Promise<RecordHistory>;
}

export function createExplainVerbs(store: Store | undefined, now: () => Date = () => new Date()): ExplainVerbs {
  const needed = (): Store => {
    if (store === undefined) throw new Error('This client has no store, and explanations are made from it; give createSyncClient a store.');
    return store;
  };
  return {
    explain: (tenant, record, options = {}) => explainIn(needed(), tenant, record, { ...options, now: now() }),
    history: async (tenant, record) => {
      const kept = needed().forTenant(tenant);
      const subject = await findRecord(kept, tenant, record);
      const { entity, officerndId, hubspotId } = subject;
      const ids = idsOf(subject, await recordsOf(kept, subject));
      const [operations, listed] = await Promise.all([kept.operations.ofRecords(entity, ids), listedEffects(kept, entity, ids)]);
      return { tenant, entity, officerndId, hubspotId, entries: historyOf(operations, listed) };
    },
  };
}
