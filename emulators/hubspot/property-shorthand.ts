import type { PartialDefinition } from './property-definition';

type Extra = Partial<Omit<PartialDefinition, 'name' | 'label'>>;

/** A writable text property. */
export const textProperty = (name: string, label: string, extra: Extra = {}): PartialDefinition => ({
  name,
  label,
  type: 'string',
  fieldType: 'text',
  ...extra,
});

/** A property that HubSpot sets and nobody can write. */
export const readOnlyProperty = (name: string, label: string, type: PartialDefinition['type'], extra: Extra = {}): PartialDefinition => ({
  name,
  label,
  type,
  ...extra,
  modificationMetadata: {
    archivable: false,
    readOnlyDefinition: true,
    readOnlyValue: true,
    ...(type === 'enumeration' ? { readOnlyOptions: true } : {}),
  },
});

/** A property that HubSpot computes. HubSpot refuses writes with its message for calculated properties. */
export const calculatedProperty = (name: string, label: string, type: PartialDefinition['type'], extra: Extra = {}): PartialDefinition =>
  readOnlyProperty(name, label, type, { calculated: true, ...extra });

/** A writable enumeration. Options are `value` or `[value, label]`. The account may change them. */
export const choiceProperty = (
  name: string,
  label: string,
  options: readonly (string | readonly [string, string])[],
  extra: Extra = {},
): PartialDefinition => ({
  name,
  label,
  type: 'enumeration',
  fieldType: 'select',
  options: options.map((option) =>
    typeof option === 'string' ? { value: option, label: titled(option) } : { value: option[0], label: option[1] },
  ),
  modificationMetadata: { archivable: false, readOnlyDefinition: true, readOnlyValue: false, readOnlyOptions: false },
  ...extra,
});

const titled = (value: string): string =>
  value
    .toLowerCase()
    .split('_')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join(' ');

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
