import { hubSpotObjectOf } from '../../domain/entity';
import type { Entity } from '../../domain/entity';
import { CREATION_FIELD } from '../../domain/paused';
import type { PausedField } from '../../domain/paused';
import { asLabel, LISTED } from '../../domain/printable';
import type { TenantConfig } from '../tenant-config';
import type { ConfigurationProblem } from '../configuration-error';
import type { Definitions, HubSpotProperty } from './definitions';
import { sameLabel } from './labels';
import type { WhenGone } from './when-gone';

/** The input from which the rules of creations are resolved. */
export interface RuleContext {
  readonly config: TenantConfig;
  readonly definitions: Definitions;
  readonly whenGone: WhenGone;
}

/** The faults that were found in a rule. */
export interface RuleFindings {
  readonly paused: readonly PausedField[];
  readonly problems: readonly ConfigurationProblem[];
  readonly warnings: readonly ConfigurationProblem[];
}

/** A HubSpot property that a rule of creations reads (L8, L10). */
export interface RuleProperty {
  /** The entities whose HubSpot object has it, of those in which it is expected. */
  readonly entities: readonly Entity[];
  readonly properties: readonly HubSpotProperty[];
  /** The entities whose creations wait until it is back (V3). */
  readonly paused: readonly PausedField[];
  readonly problems: readonly ConfigurationProblem[];
}

/**
 * Looks for a rule's property in the HubSpot objects of these entities. A file that expects it where it is not is refused. When a run
 * begins, it was there before, so creations pause: without the rule they would not be what the tenant wants (V3).
 * @param expected the entities in which the tenant file expects it; undefined for any of them
 */
export function findRuleProperty(
  { name, setting, expected }: { readonly name: string; readonly setting: string; readonly expected: readonly Entity[] | undefined },
  among: readonly Entity[],
  { definitions, whenGone }: RuleContext,
): RuleProperty {
  const found = (expected ?? among).flatMap((entity) => {
    const property = definitions.hubspot.properties[hubSpotObjectOf[entity]].find((one) => one.name === name && !one.archived);
    return property === undefined || !among.includes(entity) ? [] : [{ entity, property }];
  });
  const entities = found.map(({ entity }) => entity);
  const wanted = expected ?? (entities.length > 0 ? entities : among);
  const lacking = wanted.filter((entity) => among.includes(entity) && !entities.includes(entity));
  const objects = lacking.map((entity) => hubSpotObjectOf[entity]).join(' or ');
  return {
    entities,
    properties: found.map(({ property }) => property),
    paused:
      whenGone === 'pause' ? pausedCreations(lacking, (object) => `HubSpot’s ${object} have no property ${asLabel(name)} any more`) : [],
    problems:
      whenGone === 'pause' || lacking.length === 0
        ? []
        : [{ setting, message: `HubSpot has no property ${asLabel(name)} of ${objects}; give its internal name` }],
  };
}

/** V3: creations that wait. `gone` says of a HubSpot object what is gone. */
export const pausedCreations = (entities: readonly Entity[], gone: (object: string) => string): readonly PausedField[] =>
  entities.map((entity) => ({
    entity,
    field: CREATION_FIELD,
    message: `${gone(hubSpotObjectOf[entity])}; no ${entity} is created until it is put back or the tenant file is changed`,
  }));

/** A multiple choice in any of the objects: a single choice never holds a semicolon. */
export const multiple = (properties: readonly HubSpotProperty[]): { readonly isMultiple?: true } =>
  properties.some(({ type, fieldType }) => type === 'enumeration' && fieldType === 'checkbox') ? { isMultiple: true } : {};

/** Returns an option's value. The file may name its label, which people see, or its value, which records hold. */
export function optionValue(wanted: string, properties: readonly HubSpotProperty[]): string {
  const options = properties.flatMap((property) => property.options);
  if (options.some(({ value }) => value === wanted)) return wanted;
  return options.find(({ label }) => sameLabel(label, wanted))?.value ?? wanted;
}

/** Warns of values that HubSpot's property does not offer. */
export function unknownOptions(
  setting: string,
  values: readonly string[],
  properties: readonly HubSpotProperty[],
): readonly ConfigurationProblem[] {
  const options = properties.flatMap((property) => property.options);
  if (options.length === 0) return [];
  const unknown = values.filter((wanted) => !options.some(({ value, label }) => value === wanted || sameLabel(label, wanted)));
  return unknown
    .slice(0, LISTED)
    .map((value) => ({ setting, message: `HubSpot offers no option ${asLabel(value)}, so no record will match it` }));
}
