import type { ConfigurationProblem } from '../../config/configuration-error';
import { describeProblem } from '../../config/configuration-error';
import type { FieldWithoutBase, LostBaseReason } from '../../domain/base-owner';
import type { Entity } from '../../domain/entity';
import { asLabel, asSentence } from '../../domain/printable';
import type { FieldMapping } from '../../domain/field-mapping';
import type { TenantMapping } from '../../domain/tenant-mapping';
import { table } from './tables';

/** The output of `orsync tenant check --json`. */
export interface CheckedTenant {
  readonly tenant: string;
  readonly ok: true;
  readonly fields: readonly ShownField[];
  /** For each entity, whether OfficeRnD lists a definition of `hubspot_link_id` (L6). */
  readonly linkProperty: Readonly<Partial<Record<Entity, boolean>>>;
  readonly warnings: readonly ConfigurationProblem[];
}

/** For each entity of a mapping, whether the link property is defined. */
export const shownLinkProperty = ({ entities, linkDefinitions = [] }: TenantMapping): CheckedTenant['linkProperty'] =>
  Object.fromEntries(entities.map((entity) => [entity, linkDefinitions.includes(entity)]));

export type ShownField = Pick<FieldMapping, 'entity' | 'officernd' | 'direction' | 'hubspot' | 'type' | 'standard' | 'readOnly'>;

export const shownFields = ({ fields }: TenantMapping): readonly ShownField[] =>
  fields.map(({ entity, officernd, direction, hubspot, type, standard, readOnly }) => ({
    entity,
    officernd,
    direction,
    hubspot,
    type,
    standard,
    readOnly,
  }));

/** A checked tenant for people: its properties and their directions. */
export function checkedText({ tenant, fields, linkProperty, warnings }: CheckedTenant): string {
  const defined = Object.entries(linkProperty).flatMap(([entity, isDefined]) => (isDefined ? [entity] : []));
  const rows = fields.map((field) => [
    field.entity,
    asLabel(field.officernd),
    field.direction,
    field.hubspot.map((name) => asLabel(name)).join(' + '),
    field.type,
    noteOn(field),
  ]);
  return [
    `${tenant}: the configuration fits both sides; these properties are kept in step:`,
    table(['Entity', 'OfficeRnD', '', 'HubSpot', 'Type', ''], rows),
    ...(defined.length === 0 ? [] : [`OfficeRnD has the custom property hubspot_link_id for ${defined.join(', ')}.`]),
    ...warnings.map((warning) => `Note: ${asSentence(describeProblem(warning))}.`),
  ].join('\n');
}

const whyLost: Readonly<Record<LostBaseReason, string>> = {
  property: 'it is mapped to another property now',
  type: 'its type has changed',
  'time-zone': 'the time zone has changed',
  statuses: 'the table of stages and statuses has changed',
  'was-not-mapped': 'the last run did not map it',
};

/** B3: what the next run does about a field without base, for people. */
export const withoutBaseText = ({ entity, field, why }: FieldWithoutBase): string =>
  `Note: ${entity}.${asLabel(field)} meets as at a first link, because ${whyLost[why]}: where values differ, OfficeRnD's or the arrow's source wins, and the other is kept as a conflict.`;

function noteOn({ standard, readOnly }: ShownField): string {
  const readOnlySides = [...(readOnly.officernd ? ['OfficeRnD'] : []), ...(readOnly.hubspot ? ['HubSpot'] : [])];
  return [...(standard ? [] : ['additional']), ...(readOnlySides.length === 0 ? [] : [`read-only in ${readOnlySides.join(' and ')}`])].join(
    ', ',
  );
}
