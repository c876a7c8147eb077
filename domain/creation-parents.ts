import type { HubSpotId, OfficerndId } from './ids';
import type { Observation } from './observation';
import type { CreateInput } from './plan-create';

/** The companies and contacts that HubSpot records belong to, as far as they are known. */
export interface KnownParents {
  /** The OfficeRnD records that they are linked to. */
  readonly linked: { readonly companies: ReadonlyMap<HubSpotId, OfficerndId>; readonly members: ReadonlyMap<HubSpotId, OfficerndId> };
  /** Those of which it is not known yet whether OfficeRnD has a record (L12). */
  readonly pending: { readonly companies: ReadonlySet<HubSpotId>; readonly members: ReadonlySet<HubSpotId> };
}

/**
 * The parents under which a HubSpot record is created. A member goes into its contact's primary company or into none (L9); a deal takes the
 * first company that is linked.
 */
export function creationParents(
  { entity, parents }: Pick<Observation, 'entity' | 'parents'>,
  { linked, pending }: KnownParents,
): Pick<CreateInput, 'parents'> & { readonly eligible: readonly HubSpotId[]; readonly isParentPending: boolean } {
  const eligible = entity === 'member' ? parents.companies.slice(0, 1) : parents.companies;
  const isDeal = entity === 'opportunity';
  return {
    eligible,
    parents: {
      companies: eligible.flatMap((id) => linked.companies.get(id) ?? []),
      members: parents.members.flatMap((id) => linked.members.get(id) ?? []),
    },
    isParentPending: eligible.some((id) => pending.companies.has(id)) || (isDeal && parents.members.some((id) => pending.members.has(id))),
  };
}
