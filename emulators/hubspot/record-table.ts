import type { ObjectType } from './object-type';
import type { MutableRecord, StoredRecord } from './record';
import { createSortedRecords } from './sorted-records';

/** All records of one object type, with indexes by id, e-mail and unique value. */
export interface RecordTable {
  readonly type: ObjectType;
  /** The record with this id, archived or not. The id of a merged record finds nothing. */
  readonly get: (id: string) => MutableRecord | undefined;
  /** The record with this id, or the survivor of the merged record with this id. */
  readonly resolve: (id: string) => MutableRecord | undefined;
  /** The survivor of the merged record with this id. Undefined for any other id. */
  readonly survivorOf: (oldId: string) => MutableRecord | undefined;
  readonly add: (record: MutableRecord) => void;
  /** Removes a record that was merged or purged for good. */
  readonly remove: (record: MutableRecord) => void;
  readonly setArchived: (record: MutableRecord, atMs: number | undefined) => void;
  readonly setValue: (record: MutableRecord, name: string, value: string) => void;
  /** From now on `oldId`, and all ids that led to it, lead to `survivorId`. */
  readonly alias: (oldId: string, survivorId: string) => void;
  /** Indexes this property's present and future values. */
  readonly trackUnique: (name: string) => void;
  /** The live record with this unique value. For an e-mail, additional addresses count too. */
  readonly holderOf: (name: string, value: string) => MutableRecord | undefined;
  readonly live: () => readonly MutableRecord[];
  readonly page: (archived: boolean, from: number, limit: number) => { readonly records: readonly StoredRecord[]; readonly more: boolean };
  readonly archived: () => readonly StoredRecord[];
}

export function createRecordTable(type: ObjectType): RecordTable {
  const byId = new Map<string, MutableRecord>();
  const live = createSortedRecords<MutableRecord>();
  const archived = createSortedRecords<MutableRecord>();
  const aliases = new Map<string, string>();
  const unique = new Map<string, Map<string, MutableRecord>>(type === 'contacts' ? [['email', new Map()]] : []);

  const index = (record: MutableRecord, name: string, value: string): void => {
    for (const key of keysOf(name, value)) unique.get(indexOf(name))?.set(key, record);
  };
  const unindex = (record: MutableRecord, name: string, value: string): void => {
    const values = unique.get(indexOf(name));
    for (const key of keysOf(name, value)) if (values?.get(key) === record) values.delete(key);
  };
  const enter = (record: MutableRecord): void => {
    if (record.archivedAtMs !== undefined) return archived.add(record);
    live.add(record);
    for (const [name, value] of record.values) index(record, name, value);
  };
  const leave = (record: MutableRecord): void => {
    live.remove(record);
    archived.remove(record);
    for (const [name, value] of record.values) unindex(record, name, value);
  };
  const survivorOf = (oldId: string): MutableRecord | undefined => {
    const survivorId = aliases.get(oldId);
    return survivorId === undefined ? undefined : byId.get(survivorId);
  };

  return {
    type,
    get: (id) => byId.get(id),
    survivorOf,
    resolve: (id) => byId.get(id) ?? survivorOf(id),
    add: (record) => {
      byId.set(record.id, record);
      enter(record);
    },
    remove: (record) => {
      leave(record);
      byId.delete(record.id);
    },
    setArchived: (record, atMs) => {
      leave(record);
      record.archivedAtMs = atMs;
      enter(record);
    },
    setValue: (record, name, value) => {
      const isLive = record.archivedAtMs === undefined && byId.get(record.id) === record;
      if (isLive) unindex(record, name, record.values.get(name) ?? '');
      record.values.set(name, value);
      if (isLive) index(record, name, value);
      // For a moment, an address may be in both e-mail properties. If one of them is cleared, the other still has it.
      if (isLive && indexOf(name) === 'email')
        for (const other of ['email', 'hs_additional_emails']) index(record, other, record.values.get(other) ?? '');
    },
    alias: (oldId, survivorId) => {
      for (const [from, to] of aliases) if (to === oldId) aliases.set(from, survivorId);
      if (oldId !== survivorId) aliases.set(oldId, survivorId);
    },
    trackUnique: (name) => {
      if (unique.has(name)) return;
      unique.set(name, new Map());
      for (const record of live.all()) index(record, name, record.values.get(name) ?? '');
    },
    holderOf: (name, value) => unique.get(indexOf(name))?.get(value),
    live: live.all,
    archived: archived.all,
    page: (fromArchive, from, limit) => (fromArchive ? archived : live).page(from, limit),
  };

  function indexOf(name: string): string {
    return type === 'contacts' && name === 'hs_additional_emails' ? 'email' : name;
  }

  function keysOf(name: string, value: string): readonly string[] {
    if (value === '' || !unique.has(indexOf(name))) return [];
    return indexOf(name) === name ? [value] : value.split(';').filter((email) => email !== '');
  }
}
