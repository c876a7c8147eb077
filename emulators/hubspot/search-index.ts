import type { SeededRandom } from '../shared/random';
import type { ObjectType } from './object-type';
import { frozenCopy, type StoredRecord } from './record';
import type { RecordTable } from './record-table';
import type { HubSpotSettings } from './settings';

/** The time for which old states are kept after they are due. A `searchLag` fault can still show them. */
const KEPT_MS = 600_000;

interface IndexView {
  /** The records as search sees them, in id order. */
  readonly records: readonly StoredRecord[];
  /** Records that were archived or removed since. `total` may still count them. */
  readonly gone: readonly StoredRecord[];
}

/** The search index, which shows writes later than all other reads do. */
export interface SearchIndex {
  /** Call it before a record changes, or before it is added (`create`). `extraLagMs` is added to the random delay. */
  readonly noteWrite: (record: StoredRecord, kind: 'create' | 'update', extraLagMs: number) => void;
  /** The index, with `extraLagMs` added to the delay of every write. */
  readonly view: (table: RecordTable, extraLagMs: number) => IndexView;
}

interface Pending {
  /** The state that search still shows. Undefined means that search does not show the record. */
  readonly shown: StoredRecord | undefined;
  readonly dueMs: number;
}

export function createSearchIndex(now: () => number, random: SeededRandom, settings: () => HubSpotSettings): SearchIndex {
  const pending: Readonly<Record<ObjectType, Map<string, Pending>>> = { contacts: new Map(), companies: new Map(), deals: new Map() };

  const drawLag = (kind: 'create' | 'update'): number => {
    const lag = settings().searchLag;
    if (lag === null) return 0;
    const [from, to] = kind === 'create' ? lag.createMs : lag.updateMs;
    if (random.next() < lag.tailShare) return to + random.next() * Math.max(0, lag.tailMs - to);
    return from + random.next() * (to - from);
  };

  return {
    noteWrite: (record, kind, extraLagMs) => {
      const entries = pending[record.type];
      const before = entries.get(record.id);
      const dueMs = now() + drawLag(kind) + extraLagMs;
      if (before !== undefined && before.dueMs > now())
        entries.set(record.id, { shown: before.shown, dueMs: Math.max(before.dueMs, dueMs) });
      else entries.set(record.id, { shown: kind === 'create' ? undefined : frozenCopy(record), dueMs });
    },
    view: (table, extraLagMs) => {
      const entries = pending[table.type];
      const time = now();
      for (const [id, { dueMs }] of entries) if (dueMs + KEPT_MS <= time) entries.delete(id);
      const late = new Map([...entries].filter(([, { dueMs }]) => dueMs + extraLagMs > time));
      if (late.size === 0) return { records: table.live(), gone: [] };
      const records = table.live().flatMap((record): readonly StoredRecord[] => {
        const entry = late.get(record.id);
        if (entry === undefined) return [record];
        return entry.shown === undefined || entry.shown.archivedAtMs !== undefined ? [] : [entry.shown];
      });
      const gone = [...late.values()].flatMap(({ shown }) => {
        if (shown === undefined || shown.archivedAtMs !== undefined) return [];
        const current = table.get(shown.id);
        return current === undefined || current.archivedAtMs !== undefined ? [shown] : [];
      });
      return { records, gone };
    },
  };
}
