import * as schema from './schema';
import type { Scope, StoredDocument } from './scope';
import { headerOf } from './scope';
import { writeAll } from './writes';

/** `letThrough`: how many effects of each braked list runs for hints have done. The brakes count those of a day as one run's (T4). */
export interface LetThrough {
  /** Notes what a run has done, by list. Repeating replaces it. */
  readonly note: (run: string, effects: Readonly<Record<string, number>>, now: Date) => Promise<void>;
  /** By list, the effects of all runs but this one since a moment. */
  readonly since: (time: Date, exceptRun: string) => Promise<Readonly<Record<string, number>>>;
}

interface LetThroughDocument extends StoredDocument {
  readonly run: string;
  readonly list: string;
  readonly effects: number;
  readonly at: Date;
}

export const letThroughSpec: schema.CollectionSpec = {
  name: 'letThrough',
  fields: { run: schema.text, list: schema.text, effects: schema.count, at: schema.date },
  indexes: [{ name: 'newest', key: { tenant: 1, at: 1, list: 1, run: 1, effects: 1 } }],
};

/** Nobody asks for older ones. */
const KEPT_MS = 2 * 24 * 60 * 60_000;

/** The `letThrough` of one tenant, a document for each run and list. */
export function createLetThrough(scope: Scope): LetThrough {
  const collection = scope.collection<LetThroughDocument>('letThrough');
  return {
    note: (run, effects, now) =>
      writeAll(
        collection,
        Object.entries(effects)
          .filter(([, count]) => count > 0)
          .map(([list, count]) => {
            const document = {
              ...headerOf(scope, `${run}/${list}`, new Date(now.getTime() + KEPT_MS)),
              run,
              list,
              effects: count,
              at: now,
            };
            return { replaceOne: { filter: { _id: document._id }, replacement: document, upsert: true } };
          }),
      ),
    since: async (time, exceptRun) => {
      const found = collection.aggregate<{ readonly _id: string; readonly effects: number }>(
        [
          { $match: { tenant: scope.tenant, at: { $gte: time }, run: { $ne: exceptRun } } },
          { $group: { _id: '$list', effects: { $sum: '$effects' } } },
        ],
        { hint: 'newest' },
      );
      return Object.fromEntries((await found.toArray()).map(({ _id, effects }) => [_id, effects]));
    },
  };
}
