import type { HubSpotObject } from '../../domain/entity';
import type { HubSpotId } from '../../domain/ids';
import { readAllAssociations } from './associations';
import { withProperties } from './batch-read';
import type { Call } from './client';
import type { CallOptions } from '../call-options';
import type { HubSpotConnector } from './connector';
import { fitUrl, isLive, PAGE_SIZE, toRecord, wantedProperties } from './records';
import { pageSchema, type WireRecord } from './schemas';

type Associated = 'companies' | 'contacts';

/** The association's name for the primary company. Other labels of the same pair of records have other names. */
const PRIMARY_TYPE: Readonly<Record<HubSpotObject, string | undefined>> = {
  companies: undefined,
  contacts: 'contact_to_company',
  deals: 'deal_to_company',
};

/** Reads one page. It takes a second call if the property names don't fit into one address, and more for very many associations. */
export const createListPage =
  (call: Call): HubSpotConnector['listPage'] =>
  async (object, { properties, associations, after }, options) => {
    const { inUrl, beyond } = fitUrl(wantedProperties(properties));
    const inline = associations.length === 0 ? undefined : [...associations];
    const page = await call(pageSchema, ({ records }) => records.getPage(object, PAGE_SIZE, after, [...inUrl], undefined, inline), options);
    const records = await withProperties(call, object, page.results.filter(isLive), beyond, options);
    const companies = await associatedIds(call, object, 'companies', records, options);
    const contacts = await associatedIds(call, object, 'contacts', records, options);
    return {
      records: records.map((record) =>
        toRecord(record, { companyIds: companies.get(record.id) ?? [], contactIds: contacts.get(record.id) ?? [] }),
      ),
      after: page.paging?.next?.after ?? null,
    };
  };

/** Associated ids by record: from the page itself, or by extra calls for records whose list the page cuts off. */
async function associatedIds(
  call: Call,
  object: HubSpotObject,
  to: Associated,
  records: readonly WireRecord[],
  options: CallOptions | undefined,
): Promise<ReadonlyMap<HubSpotId, readonly HubSpotId[]>> {
  const inline = new Map(records.map((record) => [record.id, inlineIds(object, to, record)]));
  const cutOff = records.filter(({ associations }) => associations?.[to]?.paging?.next !== undefined).map(({ id }) => id);
  if (cutOff.length === 0) return inline;
  return new Map([...inline, ...(await readAllAssociations(call, object, to, cutOff, options))]);
}

/** A page has one entry for each label, so an id can come several times. The primary company can stand anywhere. */
function inlineIds(object: HubSpotObject, to: Associated, { associations }: WireRecord): readonly HubSpotId[] {
  const results = associations?.[to]?.results ?? [];
  const primary = to === 'companies' ? results.filter(({ type }) => type === PRIMARY_TYPE[object]) : [];
  return [...new Set([...primary, ...results].map(({ id }) => id))];
}
