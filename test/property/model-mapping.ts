import { entities } from '../../domain/entity';
import type { Entity } from '../../domain/entity';
import type { FieldMapping, StatusTable } from '../../domain/field-mapping';
import type { JsonValue } from '../../domain/json';
import { standardFields } from '../../domain/standard-fields';
import type { TenantMapping } from '../../domain/tenant-mapping';
import type { Policy } from './scenario';

/** The possible values of a field in the model, by side. Below `shared`, values with the same index mean the same. */
export interface ValuePool {
  readonly shared: number;
  readonly officernd: readonly JsonValue[];
  readonly hubspot: readonly Readonly<Record<string, string>>[];
}

const text = (name: string, values: readonly string[]): ValuePool => ({
  shared: values.length,
  officernd: values.map((value) => (value === '' ? null : value)),
  hubspot: values.map((value) => ({ [name]: value })),
});

/** Each field has few values, so copies often agree, and records often share names and e-mails. */
export const pools: Readonly<Record<Entity, Readonly<Record<string, ValuePool>>>> = {
  company: {
    name: text('name', ['Acme', 'Beta', 'Gamma Ltd']),
    url: { ...text('website', ['', 'https://acme.org/', 'b.org']), officernd: [null, 'acme.org', 'http://B.org'] },
    description: { ...text('description', ['', 'one\ntwo', 'three', ' padded ']), shared: 3 },
    'properties.VAT no.': text('vat', ['', 'DE1', 'DE2']),
  },
  member: {
    name: {
      shared: 4,
      officernd: ['Ann Lee', 'Bob', 'Mary Ann Poe', 'ann lee', null],
      hubspot: [
        { firstname: 'Ann', lastname: 'Lee' },
        { firstname: 'Bob', lastname: '' },
        { firstname: 'Mary', lastname: 'Ann Poe' },
        { firstname: 'ann', lastname: 'lee' },
        { firstname: '', lastname: '' },
      ],
    },
    email: { ...text('email', ['', 'ann@x.org', 'bob@x.org', 'Poe@X.org']) },
    phone: { ...text('phone', ['', '+1 (234) 5', '678', 'bad']), shared: 3 },
    'address.city': text('city', ['', 'Sofia', 'Rome']),
    'properties.newsletter': {
      shared: 3,
      officernd: [null, true, false],
      hubspot: [{ newsletter: '' }, { newsletter: 'true' }, { newsletter: 'false' }],
    },
  },
  opportunity: {
    name: text('dealname', ['Desk', 'Room', 'Floor']),
    dealSize: { ...text('amount', ['', '15000.00', '200']), officernd: [null, 15000, 200] },
    // HubSpot computes its value.
    probability: { shared: 0, officernd: [10, 55, null], hubspot: [] },
    startDate: {
      ...text('closedate', ['', '2026-05-01T00:00:00.000Z', '2026-06-02T07:30:00.000Z']),
      officernd: [null, '2026-05-01T00:00:00.000Z', '2026-06-02T00:00:00.000Z'],
    },
    status: {
      shared: 3,
      officernd: ['open', 'won', 'lost', 'paused'],
      hubspot: [
        { dealstage: 'new' },
        { dealstage: 'closedwon' },
        { dealstage: 'closedlost' },
        { dealstage: 'mystery' },
        { dealstage: 'talk' },
      ],
    },
  },
};

export const fieldKeys = (entity: Entity): readonly string[] => Object.keys(pools[entity]);

export const statuses: StatusTable = {
  statusByStage: { new: 'open', talk: 'open', closedwon: 'won', closedlost: 'lost' },
  stageByStatus: { open: 'new', won: 'closedwon', lost: 'closedlost' },
};

export const PORTAL = '42';
export const PIPELINE = 'sales';
export const LIFECYCLE = 'lifecycle';

const custom = (entity: Entity, officernd: string, hubspot: string, type: FieldMapping['type']): FieldMapping => ({
  entity,
  key: officernd,
  officernd,
  hubspot: [hubspot],
  type,
  direction: '↔',
  standard: false,
  readOnly: { officernd: false, hubspot: false },
  drift: 'report',
  neverErase: false,
});

const allFields: readonly FieldMapping[] = [
  ...entities.flatMap((entity) => standardFields(entity).filter(({ key }) => Object.hasOwn(pools[entity], key))),
  custom('company', 'properties.VAT no.', 'vat', 'text'),
  custom('member', 'properties.newsletter', 'newsletter', 'boolean'),
];

/** The tenant's wishes in the form that a run reads. */
export function mappingOf(policy: Policy): TenantMapping {
  const fields = allFields.map((field): FieldMapping => {
    const keys = fieldKeys(field.entity);
    const wish = policy.fields.find(({ entity, field: index }) => entity === field.entity && keys[index % keys.length] === field.key);
    if (wish === undefined) return field;
    // The configuration refuses an arrow to a side that takes nothing.
    const direction = wish.direction === '→' && field.readOnly.hubspot ? '↔' : wish.direction;
    return { ...field, direction, drift: wish.enforce ? 'enforce' : 'report', neverErase: wish.neverErase };
  });
  return {
    tenant: 'model',
    portalId: PORTAL,
    timeZone: 'UTC',
    reading: { fullEveryHours: 24 },
    historyDays: 90,
    entities,
    fields,
    statuses,
    pipelineId: PIPELINE,
    matching: policy,
    creation: {
      filter: policy.filter ? [{ property: LIFECYCLE, in: ['customer'], entities: [...entities] }] : [],
      locations: { available: ['here'], property: null, byValue: {}, defaultId: null },
      memberNeedsEmail: policy.memberNeedsEmail,
    },
    brakes:
      policy.brake === 'tight'
        ? { unlinkCount: 1, unlinkShare: 0, createsPerRun: 1 }
        : { unlinkCount: 1000, unlinkShare: 1, createsPerRun: 1000 },
  };
}
