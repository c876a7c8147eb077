import { createHash } from 'node:crypto';
import type { Observation } from '../domain/observation';
import { listedText } from '../domain/listed-effect';
import type { ListedEffect } from '../domain/listed-effect';
import { effectText } from '../domain/proposal';
import type { Effect } from '../domain/proposal';

/**
 * The hash of all data that was read of a record. It is equal for equal data, whatever the order of the values. It protects against nobody.
 * Every unchanged record of every run is hashed here, so only the values are sorted, which is faster than `stableJson`.
 */
export function observationHash(observation: Observation): string {
  const { side, entity, id, values, keys, parents, linkId, locationId, mergedIds, createdAt, modifiedAt, unread, ...others } = observation;
  // A field that is added to observations and not here does not compile.
  const nothing: Readonly<Record<string, never>> = others;
  const named = Object.entries(values).sort(([one], [other]) => (one < other ? -1 : 1));
  const known = [side, entity, id, named, keys.emails, keys.name, parents.companies, parents.members];
  const content = JSON.stringify([
    ...known,
    linkId,
    locationId,
    mergedIds,
    createdAt,
    modifiedAt,
    ...(unread === undefined ? [] : [unread]),
    nothing,
  ]);
  return createHash('sha1').update(content).digest('hex');
}

/** A digest's parts. Each has 31 bits, so MongoDB can add millions of them exactly. */
const DIGEST_PARTS = 4;

/**
 * A digest of a record's data, in parts that can be added: the sums over the same records are the same, in any order. The vendor's
 * modification time is left out, because it moves without anybody's edit.
 */
export function contentDigest(observation: Observation): readonly number[] {
  const bytes = createHash('sha256')
    .update(observationHash({ ...observation, modifiedAt: '' }))
    .digest();
  return Array.from({ length: DIGEST_PARTS }, (_, part) => bytes.readUInt32BE(part * 4) >>> 1);
}

/** A hash of many records, 32 hex digits, from the sums of their digests' parts. */
export const hashOfSums = (sums: readonly number[]): string => sums.map((sum) => (sum % 2 ** 32).toString(16).padStart(8, '0')).join('');

/** A hash of data, 40 hex digits. It is equal for the same data with its keys in the same order. */
export const hashOf = (data: unknown): string => createHash('sha1').update(JSON.stringify(data)).digest('hex');

/** The hash of an effect that a person approves (P1). Equal effects have equal hashes, whichever run plans them. */
export const effectHash = (effect: Effect): string => hashOf(effectText(effect));

/** The hash of an effect that a preview lists. A run that applies the preview plans the same effect if its hash is the same. */
export const listedHash = (effect: ListedEffect): string => hashOf(listedText(effect));
