import * as schema from './schema';
import type { Scope, StoredDocument } from './scope';
import { headerOf, idIn, literal, literals } from './scope';
import { unlessDuplicate } from './writes';

/** Decide which slice may go on: the newest attempt at it, in the newest run of the tenant. */
export interface Fences {
  /**
   * Takes over a slice. Returns a number greater than all that the tenant's slices have got before, so that it also orders what they store.
   * Null when a later run has begun. With `isPresent`, Temporal has said that this run is the present one, whatever the order of the turns.
   */
  readonly takeFence: (of: SliceOfRun, options?: { readonly isPresent?: boolean }) => Promise<number | null>;
  /**
   * Whether no later attempt at the slice and no later run of the tenant has taken a fence. So an attempt that timed out but still runs, and
   * one of a run that was terminated, notices it and stops writing.
   */
  readonly holdsFence: (of: Pick<SliceOfRun, 'run' | 'slice'>, fence: number) => Promise<boolean>;
}

export interface SliceOfRun {
  readonly run: string;
  /** Orders the tenant's runs. See `Run.turn`. */
  readonly turn: number;
  readonly slice: string;
}

/** The tenant's fences. Runs of an earlier release have documents of their own, one for each slice, without `turn` and `slices`. */
interface FenceDocument extends StoredDocument {
  /** The present run, and the slice of it that was begun last. */
  readonly run: string;
  readonly slice: string;
  /** The last number that was given. */
  readonly fence: number;
  readonly turn?: number;
  /** The last number that each slice of the present run was given. */
  readonly slices?: Readonly<Record<string, number>>;
}

export const fencesSpec: schema.CollectionSpec = {
  name: 'fences',
  fields: { run: schema.text, slice: schema.text, fence: schema.count },
  optional: { takenAt: schema.date, turn: schema.count, slices: { bsonType: 'object' } },
  indexes: [{ name: 'ofTenant', key: { tenant: 1, run: 1 } }],
};

/** The name of the tenant's document. No run has such an id. */
const NAME = 'tenant';

/**
 * The fences of a tenant: one document, so that a run that begins ends the rights of all slices of the runs before it. The first slice of a
 * run takes the tenant over.
 */
export function createFences(scope: Scope): Fences {
  const collection = scope.collection<FenceDocument>('fences');
  return {
    takeFence: async (of, { isPresent = false } = {}) => {
      const { _id, ...header } = headerOf(scope, NAME, scope.expiry());
      const { run, turn, slice } = of;
      const mayTake = isPresent ? {} : { $or: [{ run }, { turn: { $not: { $gt: turn } } }] };
      const take = () =>
        collection.findOneAndUpdate(
          { _id, ...mayTake },
          [{ $set: { ...literals({ ...header, slice, run }), ...nextOf(of) } }, { $set: { [`slices.${slice}`]: '$fence' } }],
          { upsert: true, returnDocument: 'after' },
        );
      // The document of a later run does not match, and its index refuses the insertion. So it does when two slices insert the first one at
      // the same time. Then the second try finds it.
      const taken = (await unlessDuplicate(take())) ?? (await unlessDuplicate(take()));
      return taken?.fence ?? null;
    },
    holdsFence: async ({ run, slice }, fence) => {
      const last = await collection.findOne({ _id: idIn(scope, NAME) });
      return last?.run === run && last.slices?.[slice] === fence;
    },
  };
}

/**
 * The next state. Numbers go on from MongoDB's clock, so that they are greater than those of a release that took them from it. They never go
 * back, whatever the clock does.
 */
const nextOf = ({ run, turn }: SliceOfRun) => ({
  turn: { $max: ['$turn', literal(turn)] },
  slices: { $cond: [{ $eq: ['$run', literal(run)] }, '$slices', literal({})] },
  fence: { $max: [{ $add: [{ $ifNull: ['$fence', 0] }, 1] }, { $toLong: '$$NOW' }] },
});
