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
