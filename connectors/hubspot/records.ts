import type { HubSpotId } from '../../domain/ids';
import type { HubSpotRecord } from './connector';
import type { WireRecord } from './schemas';

/** Asked for with every read: merges show in them. */
const ALWAYS = ['hs_object_id', 'hs_merged_object_ids'] as const;

/** Named only once each, those the connector itself needs first. */
export const wantedProperties = (properties: readonly string[]): readonly string[] => [...new Set([...ALWAYS, ...properties])];

/** HubSpot's own record in the program's form, its associations given apart. */
export const toRecord = (
  { id, properties, createdAt, updatedAt }: WireRecord,
  associated: { readonly companyIds: readonly HubSpotId[]; readonly contactIds: readonly HubSpotId[] } = { companyIds: [], contactIds: [] },
): HubSpotRecord => ({ id, properties, ...associated, mergedIds: mergedIdsOf(properties), createdAt, updatedAt });

/** Whether something is not archived. HubSpot returns archived records only when asked to, but nothing promises that. */
export const isLive = ({ archived }: { readonly archived?: boolean | undefined }): boolean => archived !== true;

/** `51;1;95856616470`: all ancestors, through chains of merges. */
const mergedIdsOf = (properties: WireRecord['properties']): readonly HubSpotId[] =>
  (properties['hs_merged_object_ids'] ?? '').split(';').filter((id) => /^\d+$/.test(id));

/** HubSpot's limit for inputs of a batch and for a page. */
export const PAGE_SIZE = 100;

/**
 * Addresses longer than some kilobytes are refused by parts of HubSpot (414). This is for the names; some hundred characters come on top.
 */
const NAMES_IN_URL = 4_000;

/** The names that fit one address; the others are read by a batch call, whose names are in its body. */
export function fitUrl(names: readonly string[]): { readonly inUrl: readonly string[]; readonly beyond: readonly string[] } {
  let length = 0;
  const firstBeyond = names.findIndex((name) => (length += '&properties='.length + encodeURIComponent(name).length) > NAMES_IN_URL);
  const end = firstBeyond === -1 ? names.length : firstBeyond;
  return { inUrl: names.slice(0, end), beyond: names.slice(end) };
}
