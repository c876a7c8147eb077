import * as schema from './schema';
import type { Scope, StoredDocument } from './scope';
import { headerOf, idIn } from './scope';

/** Decide which attempt may continue a slice of a run. */
export interface Fences {
  /** Takes over a slice. */
  readonly takeFence: (id: string, slice: string) => Promise<TakenFence>;
  /**
   * Whether this number is the last one that was given for the run and slice. If not, another attempt has taken over. So an attempt that
   * timed out but still runs notices it and stops writing.
   */
  readonly holdsFence: (id: string, slice: string, fence: number) => Promise<boolean>;
}

export interface TakenFence {
  /** Greater than all earlier ones for the same run and slice. */
  readonly number: number;
  /** By MongoDB's clock, in milliseconds since 1970. So it orders slices of all processes. */
  readonly takenAtMs: number;
}

interface FenceDocument extends StoredDocument {
  readonly run: string;
  readonly slice: string;
  /** The last number that was given. */
  readonly fence: number;
  /** When it was given. Absent in documents of an earlier release. */
  readonly takenAt?: Date;
}

export const fencesSpec: schema.CollectionSpec = {
  name: 'fences',
  fields: { run: schema.text, slice: schema.text, fence: schema.count },
  optional: { takenAt: schema.date },
  indexes: [{ name: 'ofTenant', key: { tenant: 1, run: 1 } }],
};

/** The fences of a tenant's runs. Each slice has its own document, so slices at the same time don't wait for each other. */
export function createFences(scope: Scope): Fences {
  const collection = scope.collection<FenceDocument>('fences');
  const nameOf = (run: string, slice: string) => `${run}/${slice}`;
  return {
    takeFence: async (run, slice) => {
      const { _id, ...header } = headerOf(scope, nameOf(run, slice), scope.historyExpiry());
      const update = { $inc: { fence: 1 }, $currentDate: { takenAt: true as const }, $setOnInsert: { ...header, run, slice } };
      const taken = await collection.findOneAndUpdate({ _id }, update, { upsert: true, returnDocument: 'after' });
      if (taken === null) throw new Error(`MongoDB did not return the fence of slice ${slice} of run ${run}: try again.`);
      return { number: taken.fence, takenAtMs: taken.takenAt?.getTime() ?? 0 };
    },
    holdsFence: async (run, slice, fence) => {
      const last = await collection.findOne({ _id: idIn(scope, nameOf(run, slice)) });
      return last?.fence === fence;
    },
  };
}
