import { BENCH_PORTAL_ID } from '../world';

/** A record in the lists of the current API. */
export interface CurrentRecord {
  readonly id: string;
  readonly properties: Readonly<Record<string, string | null>>;
  readonly updatedAt: string;
  readonly associations?: Readonly<Record<string, { readonly results: readonly { readonly id: string }[] }>> | undefined;
}

type Types = readonly { readonly name: string; readonly type: string }[];

/** A company in the form of `/companies/v2`. @param types definitions of the date properties; without them dates stay as they are */
export const legacyCompany = (record: CurrentRecord, types: Types) => ({
  portalId: Number(BENCH_PORTAL_ID),
  companyId: Number(record.id),
  isDeleted: false,
  properties: legacyProperties(record, types),
});

/** A deal in the form of `/deals/v1`. */
export const legacyDeal = (record: CurrentRecord, types: Types) => ({
  portalId: Number(BENCH_PORTAL_ID),
  dealId: Number(record.id),
  isDeleted: false,
  associations: {
    associatedVids: idsOf(record, 'contacts'),
    associatedCompanyIds: idsOf(record, 'companies'),
    associatedDealIds: [],
  },
  properties: legacyProperties(record, types),
});

const idsOf = ({ associations }: CurrentRecord, object: string): readonly number[] => [
  ...new Set((associations?.[object]?.results ?? []).map(({ id }) => Number(id))),
];

/** Each value is in an object of its own, with the time of its last change. Dates are in milliseconds. Empty properties are left out. */
function legacyProperties({ properties, updatedAt }: CurrentRecord, types: Types): Readonly<Record<string, object>> {
  const dates = new Set(types.flatMap(({ name, type }) => (type === 'date' || type === 'datetime' ? [name] : [])));
  const timestamp = Date.parse(updatedAt);
  return Object.fromEntries(
    Object.entries(properties).flatMap(([name, value]) => {
      if (value === null || value === '') return [];
      return [[name, { value: dates.has(name) ? String(Date.parse(value)) : value, timestamp, source: 'API', sourceId: null }] as const];
    }),
  );
}
