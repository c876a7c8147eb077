import { FilterOperatorEnum } from '@hubspot/api-client/lib/codegen/crm/objects';
import type { z } from 'zod';
import type { HubSpotObject } from '../../domain/entity';
import type { HubSpotId } from '../../domain/ids';
import type { CallOptions } from '../call-options';
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

/** The property that holds a record's id. */
export const ID_PROPERTY = 'hs_object_id';

interface Filter {
  readonly propertyName: string;
  readonly operator: FilterOperatorEnum;
  readonly value: string;
}

interface IdPage {
  readonly ids: readonly HubSpotId[];
  /** The last id of the page; null when no page follows. */
  readonly next: HubSpotId | null;
  /** How many records there are behind `afterId`, by HubSpot's count. */
  readonly total: number;
}

/**
 * Pages by record id; each page is a search of its own. So neither HubSpot's limit of 10,000 results nor many records with the same time
 * matter. Only ids are used, because the search index may hold old values. A page is the last when it shows nothing new, or when HubSpot
 * says that there is no more.
 */
export const createSearchIds =
  (call: Call) =>
  async (
    object: HubSpotObject,
    { filters, afterId }: { readonly filters: readonly Filter[]; readonly afterId?: HubSpotId },
    options?: CallOptions,
  ): Promise<IdPage> => {
    const behind = afterId === undefined ? [] : [{ propertyName: ID_PROPERTY, operator: FilterOperatorEnum.Gt, value: afterId }];
    const request = {
      filterGroups: [{ filters: [...filters, ...behind] }],
      sorts: [ID_PROPERTY],
      properties: [ID_PROPERTY],
      limit: SEARCH_PAGE,
      after: '0',
    };
    const { results, total, paging } = await firstFilled((after) =>
      call(searchSchema, ({ search }) => search.doSearch(object, { ...request, after }), options),
    );
    const ids = results.map(({ id }) => id).filter((id) => afterId === undefined || BigInt(id) > BigInt(afterId));
    const last = ids.reduce<string | null>((highest, id) => (highest === null || BigInt(id) > BigInt(highest) ? id : highest), null);
    // A page that is not full can still not be the last one, because the index lags behind.
    const isLast = paging?.next === undefined && total <= results.length;
    return { ids, next: isLast ? null : last, total };
  };

export const createSearchModified = (call: Call): HubSpotConnector['searchModified'] => {
  const searchIds = createSearchIds(call);
  return async (object, { since, ...behind }, options) => {
    const modified = { propertyName: MODIFIED[object], operator: FilterOperatorEnum.Gte, value: String(Date.parse(since)) };
    return searchIds(object, { filters: [modified], ...behind }, options);
  };
};

/** A search shows at most 10,000 results. */
const MOST_PAGES = 10_000 / SEARCH_PAGE;

type SearchPage = z.infer<typeof searchSchema>;

/** V5: an empty page that has a next one is not the end. Returns the first page that shows something, else the last one. */
async function firstFilled(search: (after: string) => Promise<SearchPage>): Promise<SearchPage> {
  let page = await search('0');
  const asked = new Set(['0']);
  for (let next = page.paging?.next?.after; page.results.length === 0 && next !== undefined; next = page.paging?.next?.after) {
    if (asked.has(next) || asked.size > MOST_PAGES) return page;
    asked.add(next);
    page = await search(next);
  }
  return page;
}
