import { withoutTrailingSlashes } from './trailing-slashes';

/** One OfficeRnD organisation and one HubSpot portal, each with the API address that it is reached at: what a tenant's data belong to (B1). */
export interface Pair {
  readonly organization: string;
  readonly officerndUrl: string;
  readonly portalId: string;
  readonly hubspotUrl: string;
}

/** The name of a pair: the same for equal pairs. */
export const pairKey = ({ organization, officerndUrl, portalId, hubspotUrl }: Pair): string =>
  JSON.stringify([organization, plainUrl(officerndUrl), portalId, plainUrl(hubspotUrl)]);

/** The name under which a tenant's data of another pair are set aside. No tenant's name holds an `@`. */
export const asideName = (tenant: string, pair: Pair): string => `${tenant}@${pairKey(pair)}`;

/** For people: `organisation acme and portal 123`. */
export const pairText = ({ organization, portalId }: Pair): string => `organisation ${organization} and portal ${portalId}`;

/** Everything but the organisation's short name is the same (B1, `--renamed`). */
export const isRenamed = (before: Pair, after: Pair): boolean =>
  before.organization !== after.organization && pairKey({ ...before, organization: after.organization }) === pairKey(after);

const plainUrl = (url: string): string => withoutTrailingSlashes(url).toLowerCase();
