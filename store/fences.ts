import * as schema from './schema';
import type { Scope, StoredDocument } from './scope';
import { headerOf, idIn } from './scope';

/** Who may go on with a slice of a run. */
export interface Fences {
  /**
   * Takes over a slice: answers a number greater than any given before for the same run and slice. `holds` is true while no later one was
   * given, so that an attempt that was timed out but is alive stops writing (architecture.md §3).
   */
  readonly takeFence: (id: string, slice: string) => Promise<number>;
  readonly holdsFence: (id: string, slice: string, fence: number) => Promise<boolean>;
}

interface FenceDocument extends StoredDocument {
  readonly run: string;
  readonly slice: string;
  /** The last number that was given. */
  readonly fence: number;
}

export const fencesSpec: schema.CollectionSpec = {
  name: 'fences',
  fields: { run: schema.text, slice: schema.text, fence: schema.count },
  indexes: [{ name: 'ofTenant', key: { tenant: 1, run: 1 } }],
};

/** The fences of a tenant's runs: a document a slice, so that slices at work at the same time don't wait for each other. */
export function createFences(scope: Scope): Fences {
  const collection = scope.collection<FenceDocument>('fences');
  const nameOf = (run: string, slice: string) => `${run}/${slice}`;
  return {
    takeFence: async (run, slice) => {
      const { _id, ...header } = headerOf(scope, nameOf(run, slice), scope.historyExpiry());
      const update = { $inc: { fence: 1 }, $setOnInsert: { ...header, run, slice } };
      const taken = await collection.findOneAndUpdate({ _id }, update, { upsert: true, returnDocument: 'after' });
      if (taken === null) throw new Error(`MongoDB gave no fence for slice ${slice} of run ${run}: try again.`);
      return taken.fence;
    },
    holdsFence: async (run, slice, fence) => {
      const last = await collection.findOne({ _id: idIn(scope, nameOf(run, slice)) });
      return last?.fence === fence;
    },
  };
}
