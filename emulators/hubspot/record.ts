import type { ObjectType } from './object-type';

/** The source of a value, as `propertiesWithHistory` names it. */
export type ChangeSource = 'INTEGRATION' | 'CRM_UI' | 'CALCULATED';

interface HistoryEntry {
  readonly value: string;
  readonly atMs: number;
  readonly source: ChangeSource;
}

/**
 * One record. Only `record-table.ts` and `record-changes.ts` change its fields.
 * All properties that were ever set are in `values`. A cleared property is kept as `""`, because search shows it so.
 */
export interface StoredRecord {
  readonly type: ObjectType;
  readonly id: string;
  readonly numericId: number;
  readonly createdAtMs: number;
  readonly source: ChangeSource;
  readonly values: ReadonlyMap<string, string>;
  readonly updatedAtMs: number;
  readonly archivedAtMs: number | undefined;
  /** Oldest first. A property is absent until its first value changes. */
  readonly history: ReadonlyMap<string, readonly HistoryEntry[]>;
  /** True if it was erased or deleted for good. Then it cannot be restored. */
  readonly purged: boolean;
}

/** The same record, for the code that changes it. */
export interface MutableRecord extends StoredRecord {
  readonly values: Map<string, string>;
  readonly history: Map<string, HistoryEntry[]>;
  updatedAtMs: number;
  archivedAtMs: number | undefined;
  purged: boolean;
}

/** A copy that later changes of the record do not affect. */
export const frozenCopy = (record: StoredRecord): StoredRecord => ({ ...record, values: new Map(record.values) });

/** The values that one property has had, newest first. */
export function historyOf(record: StoredRecord, name: string): readonly HistoryEntry[] {
  const entries = record.history.get(name);
  if (entries !== undefined) return entries.toReversed();
  const value = record.values.get(name);
  return value === undefined ? [] : [{ value, atMs: record.createdAtMs, source: record.source }];
}
