import { chunksOf } from '../../domain/chunks';
import type { HubSpotObject } from '../../domain/entity';
import type { HubSpotId } from '../../domain/ids';
import { VendorError } from '../errors';
import { inParallel } from '../in-parallel';
import type { Call } from './client';
import type { CallOptions } from '../call-options';
import type { HubSpotConnector } from './connector';
import type { HubSpotRecord } from '../../domain/hubspot-record';
import { fitUrl, isLive, isRecordId, PAGE_SIZE, toRecord, wantedProperties } from './records';
import { batchReadSchema, recordSchema, type WireRecord } from './schemas';

/**
 * Reads by id in batches. HubSpot returns results in any order. It returns a merged record once, under its new id, or not at all; this is
 * not documented. So each id that is still missing is read alone before its record counts as gone. An id that no record can have is gone
 * without a call: it would refuse the whole batch.
 */
export const createBatchRead =
  (call: Call, readOne: HubSpotConnector['readOne']): HubSpotConnector['batchRead'] =>
  async (object, ids, properties, options) => {
    const chunks = chunksOf([...new Set(ids)].filter(isRecordId), PAGE_SIZE);
    const read = await inParallel(chunks, async (chunk) => {
      const records = (await readLive(call, object, chunk, wantedProperties(properties), options)).map((record) => toRecord(record));
      const byId = new Map(records.map((record) => [record.id, record]));
      const byMergedId = new Map(records.flatMap((record) => record.mergedIds.map((id) => [id, record])));
      return chunk.map((id) => ({ id, record: byId.get(id) ?? byMergedId.get(id) }));
    });
    const missing = read.flat().flatMap(({ id, record }) => (record === undefined ? [id] : []));
    const gone = missing.length === 0 ? undefined : await options?.knownGone?.(missing);
    const inDoubt = gone === undefined ? missing : missing.filter((id) => !gone.has(id));
    const alone = new Map(await inParallel(inDoubt, async (id) => [id, await readOne(object, id, properties, options)] as const));
    return new Map(
      read.flat().flatMap(({ id, record }): [HubSpotId, HubSpotRecord][] => {
        const live = record ?? alone.get(id) ?? null;
        return live === null ? [] : [[id, live]];
      }),
    );
  };

/**
 * Reads one record by itself. Only a 404 from HubSpot proves that there is none; no other failure does. An id that no record can have is not
 * sent: anybody may type one into a link property, and `..` would lead to another address.
 */
export const createReadOne =
  (call: Call): HubSpotConnector['readOne'] =>
  async (object, id, properties, options) => {
    if (!isRecordId(id)) return null;
    const { inUrl, beyond } = fitUrl(wantedProperties(properties));
    const record = await call(recordSchema, ({ records }) => records.getById(object, id, [...inUrl]), options).catch((error: unknown) => {
      if (error instanceof VendorError && error.kind === 'not-found') return null;
      throw error;
    });
    if (record === null || !isLive(record)) return null;
    const [whole] = await withProperties(call, object, [record], beyond, options);
    return whole === undefined ? null : toRecord(whole);
  };

/** Reads deleted records in batches. Only what HubSpot itself marks as archived counts. */
export const createArchivedAmong =
  (call: Call): HubSpotConnector['archivedAmong'] =>
  async (object, ids, options) => {
    const chunks = chunksOf([...new Set(ids)].filter(isRecordId), PAGE_SIZE);
    const read = await inParallel(chunks, async (chunk) => {
      const input = { inputs: chunk.map((id) => ({ id })), properties: [], propertiesWithHistory: [] };
      return (await call(batchReadSchema, ({ batches }) => batches.read(object, input, true), options)).results;
    });
    const asked = new Set(ids);
    return new Set(read.flat().flatMap((record) => (!isLive(record) && asked.has(record.id) ? [record.id] : [])));
  };

/**
 * Adds the properties that did not fit into the address of the first call. A record that was archived or merged between the two calls is
 * left out, because its first half is outdated.
 */
export async function withProperties(
  call: Call,
  object: HubSpotObject,
  records: readonly WireRecord[],
  names: readonly string[],
  options: CallOptions | undefined,
): Promise<readonly WireRecord[]> {
  if (names.length === 0 || records.length === 0) return records;
  const ids = records.map(({ id }) => id);
  const more = new Map((await readLive(call, object, ids, names, options)).map((record) => [record.id, record]));
  return records.flatMap((record) => {
    const other = more.get(record.id);
    return other === undefined ? [] : [{ ...record, properties: { ...other.properties, ...record.properties } }];
  });
}

/** One batch call for at most 100 ids. Returns the live records as HubSpot names them. */
async function readLive(
  call: Call,
  object: HubSpotObject,
  ids: readonly HubSpotId[],
  properties: readonly string[],
  options: CallOptions | undefined,
): Promise<readonly WireRecord[]> {
  const input = { inputs: ids.map((id) => ({ id })), properties: [...properties], propertiesWithHistory: [] };
  const { results } = await call(batchReadSchema, ({ batches }) => batches.read(object, input), options);
  return results.filter(isLive);
}
