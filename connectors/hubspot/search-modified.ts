import { FilterOperatorEnum } from '@hubspot/api-client/lib/codegen/crm/objects';
import type { HubSpotObject } from '../../domain/entity';
import type { Call } from './client';
import type { HubSpotConnector } from './connector';
import { searchSchema } from './schemas';

/** The largest page that search gives. */
const SEARCH_PAGE = 200;

/** Contacts name it otherwise; asking by the wrong name finds nothing and says nothing (apis/hubspot.md §4). */
const MODIFIED: Readonly<Record<HubSpotObject, string>> = {
  companies: 'hs_lastmodifieddate',
  contacts: 'lastmodifieddate',
  deals: 'hs_lastmodifieddate',
};

/**
 * Pages by record id, each page a search of its own: that passes by the limit of 10,000 results, and any number of records with one and the
 * same time. Only ids are taken, since what the index knows of a record may be old. The last page is the one that shows nothing new, or that
 * HubSpot says is all.
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
    // An index that lags may give a page that is not full and yet not the last.
    const isLast = paging?.next === undefined && total <= results.length;
    return { ids, next: isLast ? null : last };
  };
