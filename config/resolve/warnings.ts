import type { FieldMapping } from '../../domain/field-mapping';
import type { ConfigurationProblem } from '../configuration-error';
import type { HubSpotProperty } from './definitions';

/**
 * Names the choices that the other side does not offer: their values would be refused there (M10). Choices travel as HubSpot's internal
 * values, so that a label which differs from its value shows up here.
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
      : [{ setting, message: `${side} does not offer ${missing.join(', ')}, and may refuse ${missing.length === 1 ? 'it' : 'them'}` }];
  };
  return [
    ...(direction === '←' ? [] : lacking(values, options, 'HubSpot')),
    ...(direction === '→' ? [] : lacking(options, values, 'OfficeRnD')),
  ];
}
