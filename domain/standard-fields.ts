import type { Entity } from './entity';
import type { FieldMapping, FieldType } from './field-mapping';

interface StandardField {
  readonly officernd: string;
  readonly hubspot: readonly string[];
  readonly type: FieldType;
  readonly readOnlyInHubSpot?: true;
}

const address: readonly StandardField[] = [
  { officernd: 'address.street', hubspot: ['address'], type: 'text' },
  { officernd: 'address.country', hubspot: ['country'], type: 'text' },
  { officernd: 'address.state', hubspot: ['state'], type: 'text' },
  { officernd: 'address.city', hubspot: ['city'], type: 'text' },
  { officernd: 'address.zip', hubspot: ['zip'], type: 'text' },
];

const table: Readonly<Record<Entity, readonly StandardField[]>> = {
  company: [
    { officernd: 'name', hubspot: ['name'], type: 'text' },
    { officernd: 'url', hubspot: ['website'], type: 'url' },
    ...address,
    { officernd: 'description', hubspot: ['description'], type: 'text' },
  ],
  member: [
    { officernd: 'name', hubspot: ['firstname', 'lastname'], type: 'name' },
    { officernd: 'email', hubspot: ['email'], type: 'email' },
    { officernd: 'phone', hubspot: ['phone'], type: 'phone' },
    ...address,
  ],
  opportunity: [
    { officernd: 'name', hubspot: ['dealname'], type: 'text' },
    { officernd: 'dealSize', hubspot: ['amount'], type: 'number' },
    // HubSpot computes it from the stage.
    { officernd: 'probability', hubspot: ['hs_deal_stage_probability'], type: 'percent', readOnlyInHubSpot: true },
    { officernd: 'startDate', hubspot: ['closedate'], type: 'date' },
    { officernd: 'status', hubspot: ['dealstage'], type: 'status' },
  ],
};

/**
 * The properties of an entity that are always kept in step, before the tenant's `standard` section is applied (docs/how-a-sync-decides.md,
 * Fields).
 */
export const standardFields = (entity: Entity): readonly FieldMapping[] =>
  table[entity].map(({ officernd, hubspot, type, readOnlyInHubSpot = false }) => ({
    entity,
    key: officernd,
    officernd,
    hubspot,
    type,
    direction: '↔',
    standard: true,
    readOnly: { officernd: false, hubspot: readOnlyInHubSpot },
    drift: 'report',
    neverErase: false,
  }));
