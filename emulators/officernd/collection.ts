import type { JsonObject } from '../shared/json';
import { isJsonObject, jsonEquals } from '../shared/json';

/** One record as the emulator keeps it. */
export interface Row {
  /** Grows with every record added. Lists are in this order. */
  readonly seq: number;
  readonly id: string;
  /** The record as the API shows it. `properties` is always present. */
  readonly fields: JsonObject;
  /** The status that the record has while no open opportunity makes it a lead. */
  readonly baseStatus: string | undefined;
  /** True when a person has set the status. Such a status is never computed again. */
  readonly manualStatus: boolean;
}

export interface Collection {
  /** All rows in order of `seq`. The list is never copied, so that paging stays cheap. */
  readonly rows: () => readonly Row[];
  readonly get: (id: string) => Row | undefined;
  readonly add: (row: Omit<Row, 'seq'>) => Row;
  /** Puts a removed row back in its old place. */
  readonly restore: (row: Row) => void;
  readonly replace: (row: Row) => void;
  readonly remove: (id: string) => void;
  /** The rows whose indexed field has this value, ignoring case, in order of `seq`. Undefined when the field has no index. */
  readonly find: (field: string, value: string) => readonly Row[] | undefined;
  /** The index of the first row with a larger `seq`. */
  readonly positionAfter: (seq: number) => number;
}

/** A change of one row. `before` is there for an update. */
export type RowChange =
  | { readonly kind: 'created' | 'removed'; readonly row: Row }
  | { readonly kind: 'updated'; readonly row: Row; readonly before: Row };

const INDEXED = ['name', 'email', 'company', 'member', 'properties.hubspot_link_id'];

/** The text in a field, or in `properties.<key>`. Undefined when there is none. */
export function textAt(fields: JsonObject, field: string): string | undefined {
  const bag = fields.properties;
  const value = field.startsWith('properties.') ? (isJsonObject(bag) ? bag[field.slice('properties.'.length)] : undefined) : fields[field];
  return typeof value === 'string' ? value : undefined;
}

/**
 * A collection in order of insertion, with an index by id and by each field that the sync filters by.
 * @param onChange called after each change of a row's fields
 */
export function createCollection(onChange: (change: RowChange) => void = () => undefined): Collection {
  const rows: Row[] = [];
  const byId = new Map<string, Row>();
  const indexes = INDEXED.map((field) => ({ field, index: createIndex() }));
  let nextSeq = 1;

  const keyOf = (row: Row, field: string): string | undefined => textAt(row.fields, field)?.toLowerCase();
  const enter = (row: Row): void => {
    byId.set(row.id, row);
    for (const { field, index } of indexes) index.add(keyOf(row, field), row.id);
  };
  const leave = (row: Row): void => {
    byId.delete(row.id);
    for (const { field, index } of indexes) index.remove(keyOf(row, field), row.id);
  };
  const positionAfter = (seq: number): number => {
    let low = 0;
    let high = rows.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((rows[middle]?.seq ?? Infinity) > seq) high = middle;
      else low = middle + 1;
    }
    return low;
  };
  return {
    rows: () => rows,
    get: (id) => byId.get(id),
    add: (row) => {
      const added = { ...row, seq: nextSeq };
      nextSeq += 1;
      rows.push(added);
      enter(added);
      onChange({ kind: 'created', row: added });
      return added;
    },
    restore: (row) => {
      rows.splice(positionAfter(row.seq), 0, row);
      enter(row);
      onChange({ kind: 'created', row });
    },
    replace: (row) => {
      const old = byId.get(row.id);
      byId.set(row.id, row);
      rows[positionAfter(row.seq) - 1] = row;
      for (const { field, index } of indexes) {
        const [before, after] = [old === undefined ? undefined : keyOf(old, field), keyOf(row, field)];
        if (before === after) continue;
        index.remove(before, row.id);
        index.add(after, row.id);
      }
      if (old !== undefined && !jsonEquals(old.fields, row.fields)) onChange({ kind: 'updated', row, before: old });
    },
    remove: (id) => {
      const row = byId.get(id);
      if (row === undefined) return;
      leave(row);
      rows.splice(positionAfter(row.seq) - 1, 1);
      onChange({ kind: 'removed', row });
    },
    find: (field, value) =>
      indexes
        .find((entry) => entry.field === field)
        ?.index.get(value.toLowerCase())
        .flatMap((id) => byId.get(id) ?? [])
        .toSorted((a, b) => a.seq - b.seq),
    positionAfter,
  };
}

interface Index {
  readonly add: (key: string | undefined, id: string) => void;
  readonly remove: (key: string | undefined, id: string) => void;
  readonly get: (key: string) => readonly string[];
}

/** Ids by key. Nearly all keys have one id, so only keys with several ids use a set. */
function createIndex(): Index {
  const ids = new Map<string, string | Set<string>>();
  return {
    add: (key, id) => {
      if (key === undefined) return;
      const held = ids.get(key);
      if (held === undefined) ids.set(key, id);
      else if (typeof held === 'string') ids.set(key, new Set([held, id]));
      else held.add(id);
    },
    remove: (key, id) => {
      if (key === undefined) return;
      const held = ids.get(key);
      if (held === id) ids.delete(key);
      else if (held instanceof Set) held.delete(id);
    },
    get: (key) => {
      const held = ids.get(key) ?? [];
      return typeof held === 'string' ? [held] : [...held];
    },
  };
}
