import { createHash } from 'node:crypto';
import type { Observation } from '../domain/observation';

/**
 * The hash of everything that was read of a record: equal for equal content, whatever the order of its values. Not a protection against
 * anybody. Every unchanged record of every run passes here, hence no general sorting of keys.
 */
export function observationHash(observation: Observation): string {
  const { side, entity, id, values, keys, parents, linkId, locationId, mergedIds, createdAt, modifiedAt, ...others } = observation;
  // A field that is added to observations and not here does not compile.
  const nothing: Readonly<Record<string, never>> = others;
  const named = Object.entries(values).sort(([one], [other]) => (one < other ? -1 : 1));
  const known = [side, entity, id, named, keys.emails, keys.name, parents.companies, parents.members];
  const content = JSON.stringify([...known, linkId, locationId, mergedIds, createdAt, modifiedAt, nothing]);
  return createHash('sha1').update(content).digest('hex');
}

/** Parts of a digest, each of 31 bits so that MongoDB adds up millions of them exactly. */
const DIGEST_PARTS = 4;

/**
 * A digest of what a record holds, in parts that can be added up: sums over the same records are the same, whatever the order. The vendor's
 * modification stamp is left out, since it moves without anybody's edit.
 */
export function contentDigest(observation: Observation): readonly number[] {
  const bytes = createHash('sha256')
    .update(observationHash({ ...observation, modifiedAt: '' }))
    .digest();
  return Array.from({ length: DIGEST_PARTS }, (_, part) => bytes.readUInt32BE(part * 4) >>> 1);
}

/** A hash of many records, 32 hex digits, from the sums of their digests' parts. */
export const hashOfSums = (sums: readonly number[]): string => sums.map((sum) => (sum % 2 ** 32).toString(16).padStart(8, '0')).join('');

/** A hash of data by its JSON, in the order of its keys, 40 hex digits: equal for the same data built in the same way. */
export const hashOf = (data: unknown): string => createHash('sha1').update(JSON.stringify(data)).digest('hex');
