import { hubSpotObjectOf } from '../domain/entity';
import type { Entity, Side } from '../domain/entity';
import { changedRecords, companyAt, contactAt, dealAt, recordIds } from './records';

/** The records that OfficeRnD has at the start. */
export type OfficerndSide =
  /**
   * The same records as HubSpot, without link ids. Nine members in ten match by e-mail, one by name. Companies and opportunities match by
   * name.
   */
  | 'unlinked'
  /** The same records with `hubspot_link_id`, equal in every field. Adopting them writes nothing. */
  | 'linked'
  /** No records. The sync creates all of them. */
  | 'empty';

interface WorldOptions {
  readonly contacts: number;
  /** Deals for each hundred contacts. */
  readonly dealsPercent: number;
  readonly officernd: OfficerndSide;
}

export const BENCH_PORTAL_ID = '12345678';
const LOCATION_ID = '65f0c0ffee00000000000aaa';

/** The number of records of each kind in a world. Companies are 20 % of the contacts. */
export type WorldSize = Readonly<Record<Entity, number>>;

export const sizeOf = ({ contacts, dealsPercent }: Pick<WorldOptions, 'contacts' | 'dealsPercent'>): WorldSize => ({
  company: Math.max(1, Math.round(contacts / 5)),
  member: contacts,
  opportunity: Math.max(1, Math.round((contacts * dealsPercent) / 100)),
});

/** The number of pairs of records in a world. */
export const pairsIn = ({ company, member, opportunity }: WorldSize): number => company + member + opportunity;

/** OfficeRnD's statuses and their HubSpot stages, with the same probabilities. */
const benchStatuses = [
  { id: '65f0c0ffee00000000000b01', label: 'New', stage: 'appointmentscheduled', probability: 20 },
  { id: '65f0c0ffee00000000000b02', label: 'In Progress', stage: 'presentationscheduled', probability: 60 },
  { id: '65f0c0ffee00000000000b03', label: 'Won', stage: 'closedwon', probability: 100 },
  { id: '65f0c0ffee00000000000b04', label: 'Lost', stage: 'closedlost', probability: 0 },
] as const;

/** The settings that a tenant file needs for these worlds. */
export const tenantSettings = {
  timeZone: 'Europe/London',
  opportunities: { statuses: Object.fromEntries(benchStatuses.map(({ stage, label }) => [stage, label])) },
};

type WorldHalf = Readonly<Record<string, unknown>>;

const listOf = <Item>(count: number, itemAt: (index: number) => Item): readonly Item[] =>
  Array.from({ length: count }, (_, index) => itemAt(index));

/** HubSpot's half of a world. It always has all records. The same options give the same world. */
export function hubspotWorld(options: WorldOptions): WorldHalf {
  const size = sizeOf(options);
  return {
    portalId: BENCH_PORTAL_ID,
    companies: listOf(size.company, (index) => ({ id: recordIds.hubspot('company', index), properties: companyAt(index).hubspot })),
    contacts: listOf(size.member, (index) => ({
      id: recordIds.hubspot('member', index),
      properties: contactAt(index).hubspot,
      associations: { companies: [recordIds.hubspot('company', index % size.company)] },
    })),
    deals: listOf(size.opportunity, (index) => ({
      id: recordIds.hubspot('opportunity', index),
      properties: dealAt(index, statusAt(index)).hubspot,
      associations: {
        companies: [recordIds.hubspot('company', index % size.company)],
        contacts: [recordIds.hubspot('member', index % size.member)],
      },
    })),
  };
}

/** OfficeRnD's half of a world, with the records that `options.officernd` chooses. */
export function officerndWorld(options: WorldOptions): WorldHalf {
  const definitions = {
    locations: [{ _id: LOCATION_ID, name: 'Downtown' }],
    opportunityStatuses: benchStatuses.map(({ id, label, probability }) => ({ _id: id, description: label, probability })),
  };
  if (options.officernd === 'empty') return definitions;
  const size = sizeOf(options);
  const linked = options.officernd === 'linked';
  const headOf = (entity: Entity, index: number) => ({
    _id: recordIds.officernd(entity, index),
    location: LOCATION_ID,
    ...(linked && { properties: { hubspot_link_id: `${BENCH_PORTAL_ID}-${recordIds.hubspot(entity, index)}` } }),
  });
  return {
    ...definitions,
    companies: listOf(size.company, (index) => ({ ...headOf('company', index), ...companyAt(index).officernd })),
    members: listOf(size.member, (index) => {
      const { email, ...others } = contactAt(index).officernd;
      const matchesByName = !linked && index % 10 === 9;
      return {
        ...headOf('member', index),
        ...others,
        ...(!matchesByName && { email }),
        company: recordIds.officernd('company', index % size.company),
      };
    }),
    opportunities: listOf(size.opportunity, (index) => {
      const { location: _location, ...head } = headOf('opportunity', index);
      const parents = {
        company: recordIds.officernd('company', index % size.company),
        member: recordIds.officernd('member', index % size.member),
      };
      return { ...head, ...dealAt(index, statusAt(index)).officernd, ...parents };
    }),
  };
}

const statusAt = (index: number): (typeof benchStatuses)[number] => benchStatuses[index % 3] ?? benchStatuses[0];

/** Edits by people on one side. They change one record in a hundred of each kind, at least one. The sides change different records. */
export function onePercentEdits(side: Side, size: WorldSize): readonly object[] {
  return changedRecords(side, size).map(({ entity, id, values }) => ({
    op: 'update',
    type: side === 'hubspot' ? hubSpotObjectOf[entity] : entity,
    id,
    ...(side === 'hubspot' ? { properties: values } : { fields: values }),
  }));
}
