import { LINK_PATH, linkIdOf, parseLinkId } from './ids';
import type { FieldChange } from './operation';
import type { UpdateInput } from './update-input';

/** L14. The id of another portal is left alone (U7), unless it is one that the tenant was linked to before (B1). */
export function changeOfLinkId({ link, officernd, portalId, formerPortals = [], showsLinks = true }: UpdateInput): FieldChange | null {
  if (!showsLinks) return null;
  const { linkId } = officernd;
  const wanted = linkIdOf(portalId, link.hubspotId);
  if (linkId === wanted) return null;
  const isFormer = formerPortals.some((portal) => linkId?.startsWith(`${portal}-`) === true);
  if (linkId !== null && !isFormer && parseLinkId(linkId, portalId).kind === 'other-portal') return null;
  return {
    field: LINK_PATH,
    base: null,
    officernd: linkId,
    hubspot: wanted,
    rule: 'L14',
    action: 'writeOfficernd',
  };
}
