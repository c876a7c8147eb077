import { entities } from '../../domain/entity';
import type { Entity } from '../../domain/entity';
import type { FieldMapping, ValueContext } from '../../domain/field-mapping';
import type { JsonValue } from '../../domain/json';
import { standardFields } from '../../domain/standard-fields';
import type { Wishes } from './schedule';

/** The contents of the worlds. A field has few values, so that copies often agree and records often share names and e-mails. */

export const PORTAL = '12345678';

/** The values of one field by side. Values with the same index mean the same. */
export interface ValuePool {
  readonly officernd: readonly JsonValue[];
  readonly hubspot: readonly Readonly<Record<string, string>>[];
}

const text = (name: string, values: readonly string[]): ValuePool => ({
  officernd: values.map((value) => (value === '' ? null : value)),
  hubspot: values.map((value) => ({ [name]: value })),
});

const STATUS_IDS = { new: statusId(1), talks: statusId(2), won: statusId(3), lost: statusId(4), paused: statusId(5) } as const;

function statusId(number: number): string {
  return `65f05${String(number).padStart(19, '0')}`;
}

export const opportunityStatuses = [
  { _id: STATUS_IDS.new, description: 'New', probability: 10 },
  { _id: STATUS_IDS.talks, description: 'Talks', probability: 50 },
  { _id: STATUS_IDS.won, description: 'Won', probability: 100 },
  { _id: STATUS_IDS.lost, description: 'Lost', probability: 0 },
  // No stage means this status (M12).
  { _id: STATUS_IDS.paused, description: 'Paused', probability: 5 },
] as const;

/** Two stages mean one status. In the usual table, `contractsent` means none. */
export const stages: Readonly<Record<Wishes['statuses'], Readonly<Record<string, string>>>> = {
  usual: {
    appointmentscheduled: 'New',
    qualifiedtobuy: 'Talks',
    presentationscheduled: 'Talks',
    closedwon: 'Won',
    closedlost: 'Lost',
  },
  corrected: {
    appointmentscheduled: 'New',
    qualifiedtobuy: 'New',
    presentationscheduled: 'Talks',
    contractsent: 'Paused',
    closedwon: 'Won',
    closedlost: 'Lost',
  },
};

export const pools: Readonly<Record<Entity, Readonly<Record<string, ValuePool>>>> = {
  company: {
    name: text('name', ['Acme', 'Beta', 'Gamma Ltd', 'Delta', 'Epsilon']),
    url: {
      ...text('website', ['', 'https://acme.org/', 'b.org', 'https://d.org/X']),
      officernd: [null, 'acme.org', 'http://B.org', 'd.org/X'],
    },
    description: text('description', ['', 'one\ntwo', 'three', 'four', ' five ']),
    'address.city': text('city', ['', 'Sofia', 'Rome', 'Oslo', 'Bern']),
    'properties.VAT no.': text('vat_no', ['', 'DE1', 'DE2', 'DE3']),
  },
  member: {
    name: {
      officernd: ['Ann Lee', 'Bob', 'Mary Ann Poe', 'Cid Roe', 'ann lee'],
      hubspot: [
        { firstname: 'Ann', lastname: 'Lee' },
        { firstname: 'Bob', lastname: '' },
        { firstname: 'Mary Ann', lastname: 'Poe' },
        { firstname: 'Cid', lastname: 'Roe' },
        { firstname: 'ann', lastname: 'lee' },
      ],
    },
    email: text('email', ['', 'ann@x.org', 'bob@x.org', 'Poe@X.org', 'cid@x.org', 'dee@x.org', 'eve@x.org', 'fay@x.org']),
    phone: text('phone', ['', '+1 (234) 5', '678', '+44 20 7']),
    'address.city': text('city', ['', 'Sofia', 'Rome', 'Oslo']),
    'properties.newsletter': {
      officernd: [null, true, false],
      hubspot: [{ newsletter: '' }, { newsletter: 'true' }, { newsletter: 'false' }],
    },
  },
  opportunity: {
    name: text('dealname', ['Desk', 'Room', 'Floor', 'Hall']),
    dealSize: {
      officernd: [null, 15000, 200, 99.5],
      hubspot: [{ amount: '' }, { amount: '15000.00' }, { amount: '200' }, { amount: '99.50' }],
    },
    startDate: {
      officernd: [null, '2026-05-01T00:00:00.000Z', '2026-06-02T00:00:00.000Z', '2027-01-03T00:00:00.000Z'],
      hubspot: [
        { closedate: '' },
        { closedate: '2026-05-01T00:00:00.000Z' },
        { closedate: '2026-06-02T07:30:00.000Z' },
        { closedate: '2027-01-03T00:00:00Z' },
      ],
    },
    status: {
      officernd: [STATUS_IDS.new, STATUS_IDS.won, STATUS_IDS.lost, STATUS_IDS.talks, STATUS_IDS.paused],
      hubspot: ['appointmentscheduled', 'closedwon', 'closedlost', 'presentationscheduled', 'contractsent'].map((dealstage) => ({
        dealstage,
      })),
    },
  },
};

export const fieldKeys = (entity: Entity): readonly string[] => Object.keys(pools[entity]);

/** Additional properties. A tenant may map each of them to either HubSpot property. People change the first one only. */
export const additional = [
  { entity: 'company', officernd: 'properties.VAT no.', hubspot: 'vat_no', other: 'tax_no', type: 'text' },
  { entity: 'member', officernd: 'properties.newsletter', hubspot: 'newsletter', other: 'news', type: 'boolean' },
] as const;

/** All fields that may be mapped, for reading and comparing their values. Their directions here have no meaning. */
export const fieldsBy = ({ remapped }: Pick<Wishes, 'remapped'>): readonly FieldMapping[] => [
  ...entities.flatMap(standardFields),
  ...additional.map(({ entity, officernd, hubspot, other, type }): FieldMapping => ({
    entity,
    key: officernd,
    officernd,
    hubspot: [remapped ? other : hubspot],
    type,
    direction: '↔',
    standard: false,
    readOnly: { officernd: false, hubspot: false },
    drift: 'report',
    neverErase: false,
  })),
];

const statusOfLabel = (label: string): string => opportunityStatuses.find(({ description }) => description === label)?._id ?? '';

/** The meaning of values under a configuration. */
export function contextBy({ timeZone, statuses }: Pick<Wishes, 'timeZone' | 'statuses'>): ValueContext {
  const statusByStage = Object.fromEntries(Object.entries(stages[statuses]).map(([stage, label]) => [stage, statusOfLabel(label)]));
  const first = Object.entries(statusByStage).toReversed();
  return { timeZone, statuses: { statusByStage, stageByStatus: Object.fromEntries(first.map(([stage, status]) => [status, stage])) } };
}

/** Properties that no configuration maps. The sync must leave them alone. */
export const UNMAPPED = { officernd: 'Access Card Nr.', hubspot: 'door_note' } as const;
export const LIFECYCLE = 'lifecyclestage';
