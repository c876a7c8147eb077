import type { HubSpotId } from '../../domain/ids';
import type { HubSpotRecord } from '../../domain/hubspot-record';
import type { WireRecord } from './schemas';

/** Requested with every read, to notice merges. */
const ALWAYS = ['hs_object_id', 'hs_merged_object_ids'] as const;

/** The properties to request, each once, with the connector's own first. */
export const wantedProperties = (properties: readonly string[]): readonly string[] => [...new Set([...ALWAYS, ...properties])];

/** Turns HubSpot's record into the program's form; its associations come separately. */
export const toRecord = (
  { id, properties, createdAt, updatedAt }: WireRecord,
  associated: { readonly companyIds: readonly HubSpotId[]; readonly contactIds: readonly HubSpotId[] } = { companyIds: [], contactIds: [] },
): HubSpotRecord => ({ id, properties, ...associated, mergedIds: mergedIdsOf(properties), createdAt, updatedAt });

/** Whether something is not archived. HubSpot returns archived records only when asked to, but nothing promises that. */
export const isLive = ({ archived }: { readonly archived?: boolean | undefined }): boolean => archived !== true;

/** Reads `51;1;95856616470`: the ids of all merged records, also through several merges. */
const mergedIdsOf = (properties: WireRecord['properties']): readonly HubSpotId[] =>
  (properties['hs_merged_object_ids'] ?? '').split(';').filter(isRecordId);

/** HubSpot's record ids are whole numbers, far below the largest of 64 bits. */
export const isRecordId = (id: string): id is HubSpotId => /^\d{1,18}$/.test(id);

/** HubSpot's limit for the inputs of a batch and for a page. */
export const PAGE_SIZE = 100;

/** Characters for property names in an address. Parts of HubSpot refuse addresses of more than some kilobytes (414). */
const NAMES_IN_URL = 4_000;

/** Divides names into those that fit into one address and the rest, for a batch call, which has its names in the body. */
export function fitUrl(names: readonly string[]): { readonly inUrl: readonly string[]; readonly beyond: readonly string[] } {
  let length = 0;
  const firstBeyond = names.findIndex((name) => (length += '&properties='.length + encodeURIComponent(name).length) > NAMES_IN_URL);
  const end = firstBeyond === -1 ? names.length : firstBeyond;
  return { inUrl: names.slice(0, end), beyond: names.slice(end) };
}
