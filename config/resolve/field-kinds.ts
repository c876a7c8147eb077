import type { Direction, FieldType } from '../../domain/field-mapping';
import type { HubSpotProperty } from './definitions';

/** The field types of one side's property: those it accepts and those it can be read as, the best first. */
export interface FieldKind {
  /** For messages: `a number`. */
  readonly description: string;
  readonly takes: readonly FieldType[];
  readonly gives: readonly FieldType[];
}

const everyText = ['text', 'url', 'email', 'phone'] as const satisfies readonly FieldType[];

const kind = (description: string, takes: readonly FieldType[], gives: readonly FieldType[] = takes): FieldKind => ({
  description,
  takes,
  gives,
});

/** OfficeRnD stores JSON values with their types, so a text is never read as a number. */
export const officerndKinds = {
  text: kind('a text', everyText),
  email: kind('an e-mail', ['email', 'text']),
  number: kind('a number', ['number', 'percent']),
  boolean: kind('a yes/no', ['boolean']),
  /** A start date: stored as a date-time, but only its day counts. */
  day: kind('a date', ['date', 'datetime']),
  date: kind('a date', ['datetime', 'date']),
  option: kind('a choice', ['enumeration'], ['enumeration', 'text']),
  options: kind('a list', ['multi-enumeration']),
} as const satisfies Record<string, FieldKind>;

/**
 * HubSpot stores texts: a text property accepts every type, and every property can be read as a text. HubSpot refuses a text that is not an
 * option of a choice, value by value (M10).
 */
const hubSpotKinds = {
  text: kind(
    'a text',
    [...everyText, 'number', 'percent', 'boolean', 'date', 'datetime', 'enumeration', 'multi-enumeration'],
    [...everyText, 'enumeration'],
  ),
  number: kind('a number', ['number', 'percent'], ['number', 'percent', 'text']),
  boolean: kind('a yes/no', ['boolean'], ['boolean', 'text']),
  date: kind('a date', ['date'], ['date', 'text']),
  datetime: kind('a date and time', ['datetime', 'date'], ['datetime', 'date', 'text']),
  option: kind('a choice', ['enumeration', 'text']),
  options: kind('a multiple choice', ['multi-enumeration'], ['multi-enumeration', 'text']),
} as const satisfies Record<string, FieldKind>;

/** The kind of a custom property, by its type, which OfficeRnD writes in several ways; null for an unknown type. */
export function officerndKindOf(type: string): FieldKind | null {
  switch (type.toLowerCase().replace(/[^a-z]/g, '')) {
    case 'string':
    case 'text':
    case 'textarea':
    case 'url':
    case 'link':
    case 'phone':
      return officerndKinds.text;
    case 'email':
      return officerndKinds.email;
    case 'number':
    case 'integer':
    case 'currency':
      return officerndKinds.number;
    case 'boolean':
    case 'bool':
    case 'checkbox':
      return officerndKinds.boolean;
    case 'date':
    case 'datetime':
      return officerndKinds.date;
    case 'select':
    case 'enum':
    case 'dropdown':
      return officerndKinds.option;
    case 'multiselect':
    case 'array':
      return officerndKinds.options;
    default:
      return null;
  }
}

/** The kind of a HubSpot property; null for one whose values can't be kept in step (files, addresses as JSON …). */
export function hubSpotKindOf({ type, fieldType }: HubSpotProperty): FieldKind | null {
  if (fieldType === 'file') return null;
  switch (type) {
    case 'string':
    case 'phone_number':
      return hubSpotKinds.text;
    case 'number':
      return hubSpotKinds.number;
    case 'bool':
      return hubSpotKinds.boolean;
    case 'date':
      return hubSpotKinds.date;
    case 'datetime':
      return hubSpotKinds.datetime;
    case 'enumeration':
      if (fieldType === 'booleancheckbox') return hubSpotKinds.boolean;
      return fieldType === 'checkbox' ? hubSpotKinds.options : hubSpotKinds.option;
    default:
      return null;
  }
}

/** The types as which a pair can be kept in step in this direction, the best first; empty when values can't be converted. */
export function commonTypes(officernd: FieldKind, hubspot: FieldKind, direction: Direction): readonly FieldType[] {
  const toHubSpot = officernd.gives.filter((type) => hubspot.takes.includes(type));
  const toOfficernd = officernd.takes.filter((type) => hubspot.gives.includes(type));
  switch (direction) {
    case '→':
      return toHubSpot;
    case '←':
      return toOfficernd;
    case '↔':
      return toHubSpot.filter((type) => toOfficernd.includes(type));
  }
}
