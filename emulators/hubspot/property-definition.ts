import { z } from 'zod';

export const propertyTypes = ['bool', 'date', 'datetime', 'enumeration', 'number', 'phone_number', 'string'] as const;
type PropertyType = (typeof propertyTypes)[number];

export const propertyFieldTypes = [
  ...(['booleancheckbox', 'calculation_equation', 'checkbox', 'date', 'file', 'html', 'number', 'phonenumber'] as const),
  ...(['radio', 'select', 'text', 'textarea'] as const),
] as const;

export interface PropertyOption {
  readonly label: string;
  readonly value: string;
  readonly displayOrder: number;
  readonly hidden: boolean;
  readonly description: string;
}

/** A property as the Properties API shows it, but with times in milliseconds. */
export interface PropertyDefinition {
  readonly name: string;
  readonly label: string;
  readonly type: PropertyType;
  readonly fieldType: string;
  readonly groupName: string;
  readonly description: string;
  readonly options: readonly PropertyOption[];
  readonly displayOrder: number;
  readonly hasUniqueValue: boolean;
  readonly hidden: boolean;
  readonly formField: boolean;
  readonly calculated: boolean;
  readonly externalOptions: boolean;
  readonly hubspotDefined: boolean;
  readonly archived: boolean;
  readonly archivedAtMs?: number | undefined;
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
  readonly showCurrencySymbol?: boolean | undefined;
  readonly currencyPropertyName?: string | undefined;
  readonly referencedObjectType?: string | undefined;
  readonly modificationMetadata: PropertyModification;
}

interface PropertyModification {
  readonly archivable: boolean;
  readonly readOnlyDefinition: boolean;
  readonly readOnlyValue: boolean;
  readonly readOnlyOptions?: boolean | undefined;
}

const optionSchema = z.object({
  label: z.string().optional(),
  value: z.string(),
  displayOrder: z.int().optional(),
  hidden: z.boolean().optional(),
  description: z.string().nullish(),
});

/** A definition in a world or a test. Only the name is required. Other keys that the API shows are accepted, too. */
export const partialDefinitionSchema = z.object({
  name: z.string().regex(/^[a-z][a-z0-9_]{0,99}$/, 'a property name has lower-case letters, digits and underscores'),
  label: z.string().optional(),
  type: z.enum(propertyTypes).optional(),
  fieldType: z.string().optional(),
  groupName: z.string().optional(),
  description: z.string().nullish(),
  /** A text stands for an option with that value and label. */
  options: z
    .array(z.union([optionSchema, z.string().transform((value): z.infer<typeof optionSchema> => ({ value, label: value }))]))
    .readonly()
    .optional(),
  displayOrder: z.int().optional(),
  hasUniqueValue: z.boolean().optional(),
  hidden: z.boolean().optional(),
  formField: z.boolean().optional(),
  calculated: z.boolean().optional(),
  externalOptions: z.boolean().optional(),
  hubspotDefined: z.boolean().optional(),
  archived: z.boolean().optional(),
  showCurrencySymbol: z.boolean().optional(),
  currencyPropertyName: z.string().optional(),
  referencedObjectType: z.string().optional(),
  modificationMetadata: z
    .object({
      archivable: z.boolean().optional(),
      readOnlyDefinition: z.boolean().optional(),
      readOnlyValue: z.boolean().optional(),
      readOnlyOptions: z.boolean().optional(),
    })
    .optional(),
});

export type PartialDefinition = z.infer<typeof partialDefinitionSchema>;

/** The keys that a PATCH of a definition may have. */
export const definitionPatchSchema = partialDefinitionSchema.partial();
export type DefinitionPatch = z.infer<typeof definitionPatchSchema>;

const defaultFieldTypes: Readonly<Record<PropertyType, string>> = {
  bool: 'booleancheckbox',
  date: 'date',
  datetime: 'date',
  enumeration: 'select',
  number: 'number',
  phone_number: 'phonenumber',
  string: 'text',
};

const yesNo = [
  { label: 'Yes', value: 'true' },
  { label: 'No', value: 'false' },
];

/** Fills in missing keys. A definition with options is an enumeration, any other a text. The field type depends on the type. */
export function completeDefinition(partial: PartialDefinition, groupName: string, nowMs: number): PropertyDefinition {
  const type = partial.type ?? ((partial.options ?? []).length > 0 ? 'enumeration' : 'string');
  const options = partial.options ?? (type === 'bool' ? yesNo : []);
  const metadata = partial.modificationMetadata;
  const calculated = partial.calculated ?? false;
  return {
    name: partial.name,
    label: partial.label ?? partial.name,
    type,
    fieldType: partial.fieldType ?? defaultFieldTypes[type],
    groupName: partial.groupName ?? groupName,
    description: partial.description ?? '',
    options: options.map((option, index) => completeOption(option, index)),
    displayOrder: partial.displayOrder ?? -1,
    hasUniqueValue: partial.hasUniqueValue ?? false,
    hidden: partial.hidden ?? false,
    formField: partial.formField ?? false,
    calculated,
    externalOptions: partial.externalOptions ?? false,
    hubspotDefined: partial.hubspotDefined ?? false,
    archived: partial.archived ?? false,
    archivedAtMs: partial.archived === true ? nowMs : undefined,
    createdAtMs: nowMs,
    updatedAtMs: nowMs,
    showCurrencySymbol: partial.showCurrencySymbol,
    currencyPropertyName: partial.currencyPropertyName,
    referencedObjectType: partial.referencedObjectType,
    modificationMetadata: {
      archivable: metadata?.archivable ?? partial.hubspotDefined !== true,
      readOnlyDefinition: metadata?.readOnlyDefinition ?? partial.hubspotDefined === true,
      readOnlyValue: metadata?.readOnlyValue ?? calculated,
      readOnlyOptions: metadata?.readOnlyOptions ?? (partial.hubspotDefined === true && type === 'enumeration' ? true : undefined),
    },
  };
}

/** One option with its label and order filled in. `index` is its place in the list. */
const completeOption = (option: z.infer<typeof optionSchema>, index: number): PropertyOption => ({
  label: option.label ?? option.value,
  value: option.value,
  displayOrder: option.displayOrder ?? index,
  hidden: option.hidden ?? false,
  description: option.description ?? '',
});
