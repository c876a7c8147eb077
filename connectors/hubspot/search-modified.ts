import { FilterOperatorEnum } from '@hubspot/api-client/lib/codegen/crm/objects';
import type { HubSpotObject } from '../../domain/entity';
import type { Call } from './client';
import type { HubSpotConnector } from './connector';
import { searchSchema } from './schemas';

/** The largest page of a search. */
const SEARCH_PAGE = 200;

/** The property that holds the last change. Contacts name it differently, and a search by the wrong name finds nothing without an error. */
const MODIFIED: Readonly<Record<HubSpotObject, string>> = {
  companies: 'hs_lastmodifieddate',
  contacts: 'lastmodifieddate',
  deals: 'hs_lastmodifieddate',
};

/**
 * Pages by record id; each page is a search of its own. So neither HubSpot's limit of 10,000 results nor many records with the same time
 * matter. Only ids are used, because the search index may hold old values. A page is the last when it shows nothing new, or when HubSpot
 * says that there is no more.
 */
export const createSearchModified =
  (call: Call): HubSpotConnector['searchModified'] =>
  async (object, { since, afterId }, options) => {
    const modified = { propertyName: MODIFIED[object], operator: FilterOperatorEnum.Gte, value: String(Date.parse(since)) };
    const behind = afterId === undefined ? [] : [{ propertyName: 'hs_object_id', operator: FilterOperatorEnum.Gt, value: afterId }];
    const request = {
      filterGroups: [{ filters: [modified, ...behind] }],
      sorts: ['hs_object_id'],
      properties: ['hs_object_id'],
      limit: SEARCH_PAGE,
      after: '0',
    };
    const { results, total, paging } = await call(searchSchema, ({ search }) => search.doSearch(object, request), options);
    const ids = results.map(({ id }) => id).filter((id) => afterId === undefined || BigInt(id) > BigInt(afterId));
    const last = ids.reduce<string | null>((highest, id) => (highest === null || BigInt(id) > BigInt(highest) ? id : highest), null);
    // A page that is not full can still not be the last one, because the index lags behind.
    const isLast = paging?.next === undefined && total <= results.length;
    return { ids, next: isLast ? null : last };
  };
