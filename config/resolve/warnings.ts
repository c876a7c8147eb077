import type { Entity } from '../../domain/entity';
import type { FieldMapping } from '../../domain/field-mapping';
import { LINK_PROPERTY } from '../../domain/ids';
import { asList } from '../../domain/printable';
import type { ConfigurationProblem } from '../configuration-error';
import type { TenantConfig } from '../tenant-config';
import type { HubSpotProperty } from './definitions';

/**
 * Names the options that the other side does not offer: it would refuse such values (M10). Options are compared by HubSpot's internal
 * value, so an option whose label differs from its value is named, too.
 */
export function optionWarnings(
  setting: string,
  { direction, type }: FieldMapping,
  { values, property }: { readonly values: readonly string[]; readonly property: HubSpotProperty },
): readonly ConfigurationProblem[] {
  const options = property.options.map(({ value }) => value);
  if (type === 'boolean' || options.length === 0 || values.length === 0) return [];
  const lacking = (wanted: readonly string[], offered: readonly string[], side: string): readonly ConfigurationProblem[] => {
    const missing = wanted.filter((value) => !offered.includes(value));
    return missing.length === 0
      ? []
      : [{ setting, message: `${side} does not offer ${asList(missing)}, and may refuse ${missing.length === 1 ? 'it' : 'them'}` }];
  };
  return [
    ...(direction === '←' ? [] : lacking(values, options, 'HubSpot')),
    ...(direction === '→' ? [] : lacking(options, values, 'OfficeRnD')),
  ];
}

/**
 * Warns where OfficeRnD has no definition of the link property. It may take the property all the same, since its own integration writes it.
 * But if it refuses it, no record is created: without the link id that would not be exactly once (L6, L12).
 */
export function linkPropertyWarnings(entities: readonly Entity[], defined: readonly Entity[]): readonly ConfigurationProblem[] {
  const missing = entities.filter((entity) => !defined.includes(entity));
  if (missing.length === 0) return [];
  const message =
    `OfficeRnD lists no custom property ${LINK_PROPERTY} for ${missing.join(', ')}; if it refuses the property, nothing is created there ` +
    'and links do not show, so define it as a text property in OfficeRnD';
  return [{ setting: 'officernd.organization', message }];
}

/** More calls than any step of a run sends. The largest reads 500 records by id, and the records around them. */
const ENOUGH_FOR_A_STEP = 1_000;

/** Warns of a daily budget that a single step may use up. The step would be repeated the next day, and be cut off every day. */
export const budgetWarnings = ({ limits }: Pick<TenantConfig, 'limits'>): readonly ConfigurationProblem[] =>
  (['hubspot', 'officernd'] as const).flatMap((vendor) => {
    const { perDay } = limits[vendor];
    if (perDay === null || perDay >= ENOUGH_FOR_A_STEP) return [];
    const message = `with fewer than ${ENOUGH_FOR_A_STEP} calls a day, a run over many records may never finish; raise the number`;
    return [{ setting: `limits.${vendor}.perDay`, message }];
  });
