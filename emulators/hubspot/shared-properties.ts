import type { PartialDefinition } from './property-definition';
import { choiceProperty, readOnlyProperty, textProperty } from './property-shorthand';

/** Lifecycle stages in their order. A record moves only forward. */
export const lifecycleStages = [
  ['subscriber', 'Subscriber'],
  ['lead', 'Lead'],
  ['marketingqualifiedlead', 'Marketing Qualified Lead'],
  ['salesqualifiedlead', 'Sales Qualified Lead'],
  ['opportunity', 'Opportunity'],
  ['customer', 'Customer'],
  ['evangelist', 'Evangelist'],
  ['other', 'Other'],
] as const;

/** The properties that all object types have. */
export const sharedProperties = (modified: string): readonly PartialDefinition[] => [
  readOnlyProperty('hs_object_id', 'Record ID', 'number'),
  readOnlyProperty('createdate', 'Create Date', 'datetime'),
  readOnlyProperty(modified, 'Last Modified Date', 'datetime'),
  readOnlyProperty('hs_merged_object_ids', 'Merged Record IDs', 'enumeration', { fieldType: 'checkbox', hidden: false }),
  readOnlyProperty('hs_object_source', 'Record creation source', 'string', { hidden: true }),
  readOnlyProperty('hs_object_source_label', 'Record source', 'enumeration', {
    options: [{ value: 'INTEGRATION' }, { value: 'CRM_UI' }, { value: 'IMPORT' }],
  }),
  {
    name: 'hubspot_owner_id',
    label: 'Owner',
    type: 'enumeration',
    fieldType: 'select',
    externalOptions: true,
    referencedObjectType: 'OWNER',
  },
  readOnlyProperty('hubspot_owner_assigneddate', 'Owner Assigned Date', 'datetime'),
];

/** The last lines of a postal address, as companies and contacts have them. */
export const localityProperties: readonly PartialDefinition[] = [
  textProperty('city', 'City', { formField: true }),
  textProperty('state', 'State/Region', { formField: true }),
  textProperty('zip', 'Postal Code', { formField: true }),
  textProperty('country', 'Country/Region', { formField: true }),
];

/** The lead status, as companies and contacts have it. */
export const leadStatusProperty: PartialDefinition = choiceProperty(
  'hs_lead_status',
  'Lead Status',
  ['NEW', 'OPEN', 'IN_PROGRESS', 'OPEN_DEAL', 'UNQUALIFIED', 'ATTEMPTED_TO_CONTACT', 'CONNECTED', 'BAD_TIMING'],
  { fieldType: 'radio' },
);
