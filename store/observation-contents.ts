import type { Collection } from 'mongodb';
import { sides } from '../domain/entity';
import type { Entity, Side } from '../domain/entity';
import type { ContentProof } from '../domain/report';
import { hashOfSums } from './content-hash';
import type { ObservationDocument } from './observation-document';

/** The proof of all live records of one side and entity. */
export interface SideContent extends ContentProof {
  readonly side: Side;
  readonly entity: Entity;
}

interface ContentsInput {
  readonly collection: Collection<ObservationDocument>;
  readonly tenant: string;
  readonly run: string;
  readonly of: readonly Entity[];
}

/** Counts the records that are live in this run, and hashes their data. The server adds the digests, so it sends sums only. */
export async function contentsOf({ collection, tenant, run, of }: ContentsInput): Promise<readonly SideContent[]> {
  const part = (index: number) => ({ $sum: { $arrayElemAt: ['$digest', index] } });
  const sums = { records: { $sum: 1 }, part0: part(0), part1: part(1), part2: part(2), part3: part(3) };
  const contentOf = async (side: Side, entity: Entity): Promise<SideContent> => {
    const live = { tenant, side, entity, seenRun: run };
    const [sum] = await collection
      .aggregate<ContentSums>([{ $match: live }, { $group: { _id: null, ...sums } }], { hint: 'live' })
      .toArray();
    const parts = [sum?.part0 ?? 0, sum?.part1 ?? 0, sum?.part2 ?? 0, sum?.part3 ?? 0];
    return { side, entity, records: sum?.records ?? 0, hash: hashOfSums(parts) };
  };
  // All at the same time, because the server uses a thread for each.
  return Promise.all(of.flatMap((entity) => sides.map((side) => contentOf(side, entity))));
}

interface ContentSums {
  readonly records: number;
  readonly part0: number;
  readonly part1: number;
  readonly part2: number;
  readonly part3: number;
}
