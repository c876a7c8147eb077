import { FilterOperatorEnum } from '@hubspot/api-client/lib/codegen/crm/objects';
import type { IdRange } from '../../domain/count-tree';
import type { HubSpotId } from '../../domain/ids';
import type { Call } from './client';
import type { HubSpotConnector } from './connector';
import { searchSchema } from './schemas';
import { createSearchIds, ID_PROPERTY } from './search-modified';

const within = ({ from, to }: IdRange) => [
  { propertyName: ID_PROPERTY, operator: FilterOperatorEnum.Gte, value: String(from) },
  ...(to === null ? [] : [{ propertyName: ID_PROPERTY, operator: FilterOperatorEnum.Lte, value: String(to) }]),
];

/** Asks for one record only: the number is told with any page. */
export const createCountIds =
  (call: Call): HubSpotConnector['countIds'] =>
  async (object, range, options) => {
    const request = { filterGroups: [{ filters: within(range) }], sorts: [ID_PROPERTY], properties: [ID_PROPERTY], limit: 1, after: '0' };
    const { total } = await call(searchSchema, ({ search }) => search.doSearch(object, request), options);
    return total;
  };

export const createListIds = (call: Call): HubSpotConnector['listIds'] => {
  const searchIds = createSearchIds(call);
  return async (object, range, options) => {
    const ids: HubSpotId[] = [];
    let afterId: HubSpotId | undefined;
    do {
      const page: { readonly ids: readonly HubSpotId[]; readonly next: HubSpotId | null } = await searchIds(
        object,
        { filters: within(range), ...(afterId !== undefined && { afterId }) },
        options,
      );
      ids.push(...page.ids);
      afterId = page.next ?? undefined;
    } while (afterId !== undefined);
    return ids;
  };
};
