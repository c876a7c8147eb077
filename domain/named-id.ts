import type { Side } from './entity';
import { recordIdIn } from './ids';
import type { HubSpotId, OfficerndId } from './ids';
import { pairOf } from './link';

/** A record, or the two of a link, as a person names them. */
export type NamedId =
  | { readonly kind: 'record'; readonly side: Side; readonly id: string }
  /** `entity` is the text before the first slash. */
  | { readonly kind: 'pair'; readonly entity: string; readonly officerndId: OfficerndId; readonly hubspotId: HubSpotId };

/** The side that an id is of: OfficeRnD's have 24 characters, HubSpot's are shorter numbers. */
export const sideOf = (id: string): Side => (/^\d{1,20}$/.test(id) ? 'hubspot' : 'officernd');

/**
 * Reads how a person names a record: an id of either side, a value of the link property (`{portalId}-{recordId}`), or a link's name
 * (`member/OFFICERND/HUBSPOT`).
 */
export function readNamedId(text: string): NamedId {
  const [entity = '', ...rest] = text.split('/');
  if (rest.length > 1) return { kind: 'pair', entity, ...pairOf(text) };
  const id = recordIdIn(rest[0] ?? entity);
  return { kind: 'record', side: sideOf(id), id };
}

/** The ids of a named record or pair, by side. */
export const idsNamed = (named: NamedId): { readonly officerndIds: readonly OfficerndId[]; readonly hubspotIds: readonly HubSpotId[] } =>
  named.kind === 'pair'
    ? { officerndIds: [named.officerndId], hubspotIds: [named.hubspotId] }
    : named.side === 'hubspot'
      ? { officerndIds: [], hubspotIds: [named.id] }
      : { officerndIds: [named.id], hubspotIds: [] };
