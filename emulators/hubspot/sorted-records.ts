import type { StoredRecord } from './record';

/** Records in order of their numeric ids. A binary search finds the place of an id. */
interface SortedRecords<R extends StoredRecord> {
  readonly all: () => readonly R[];
  readonly add: (record: R) => void;
  readonly remove: (record: R) => void;
  /** Up to `limit` records with ids of at least `from`, and whether more follow. */
  readonly page: (from: number, limit: number) => { readonly records: readonly R[]; readonly more: boolean };
}

export function createSortedRecords<R extends StoredRecord>(): SortedRecords<R> {
  const records: R[] = [];
  const placeOf = (numericId: number): number => {
    let low = 0;
    let high = records.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((records[middle]?.numericId ?? Infinity) < numericId) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  return {
    all: () => records,
    add: (record) => {
      const last = records.at(-1);
      if (last === undefined || last.numericId < record.numericId) records.push(record);
      else records.splice(placeOf(record.numericId), 0, record);
    },
    remove: (record) => {
      const place = placeOf(record.numericId);
      if (records[place] === record) records.splice(place, 1);
    },
    page: (from, limit) => {
      const start = placeOf(from);
      return { records: records.slice(start, start + limit), more: start + limit < records.length };
    },
  };
}
