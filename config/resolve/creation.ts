import type { Entity } from '../../domain/entity';
import { hubSpotObjectOf } from '../../domain/entity';
import { asLabel, LISTED } from '../../domain/printable';
import type { CreationPolicy, FilterCondition, LocationPolicy } from '../../domain/tenant-mapping';
import type { ConfigurationProblem } from '../configuration-error';
import type { Definitions, HubSpotProperty } from './definitions';
import { findLabelled, listLabelled, offered, sameLabel } from './labels';
import type { WhenGone } from './when-gone';
import type { TenantConfig } from '../tenant-config';

export interface ResolvedCreation {
  readonly creation: CreationPolicy;
  readonly problems: readonly ConfigurationProblem[];
  readonly warnings: readonly ConfigurationProblem[];
}

/** Resolves the filter of creations (L10) and the locations of created records (L8) to ids and HubSpot's internal values. */
export function resolveCreation(config: TenantConfig, definitions: Definitions, whenGone: WhenGone): ResolvedCreation {
  const filter = config.create.filter.map((condition, index) =>
    resolveCondition(condition, `create.filter[${index}]`, { config, definitions, whenGone }),
  );
  const locations = resolveLocations({ config, definitions, whenGone });
  return {
    creation: {
      filter: filter.map(({ condition }) => condition),
      locations: locations.policy,
      memberNeedsEmail: config.create.memberNeedsEmail,
    },
    problems: [...filter.flatMap(({ problems }) => problems), ...locations.problems],
    warnings: [...filter.flatMap(({ warnings }) => warnings), ...locations.warnings],
  };
}

interface Context {
  readonly config: TenantConfig;
  readonly definitions: Definitions;
  readonly whenGone: WhenGone;
}

interface Findings {
  readonly problems: readonly ConfigurationProblem[];
  readonly warnings: readonly ConfigurationProblem[];
}

function resolveCondition(
  { property, in: values }: Pick<FilterCondition, 'property' | 'in'>,
  setting: string,
  context: Context,
): Findings & { readonly condition: FilterCondition } {
  const found = findEverywhere(property, context.config.entities, context);
  const lacking = context.config.entities.filter((entity) => !found.entities.includes(entity)).map((entity) => hubSpotObjectOf[entity]);
  return {
    condition: {
      property,
      in: [...new Set(values.map((value) => optionValue(value, found.properties)))],
      entities: found.entities,
      ...multiple(found.properties),
    },
    problems: missingEverywhere(`${setting}.property`, property, found),
    warnings:
      found.entities.length === 0
        ? []
        : [
            ...lacking.map((object) => ({
              setting,
              message: `HubSpot’s ${object} have no property ${asLabel(property)}, so this condition does not hold them back`,
            })),
            ...unknownOptions(`${setting}.in`, values, found.properties),
          ],
  };
}

function resolveLocations(context: Context): Findings & { readonly policy: LocationPolicy } {
  const { locations } = context.config;
  const all = context.definitions.officernd.locations.map(({ id, name }) => ({ id, label: name }));
  const problems: ConfigurationProblem[] = [];
  const idOf = (wanted: string, setting: string): string => {
    const found = findLabelled(all, wanted);
    if (found.kind === 'found') return found.id;
    const name = asLabel(wanted);
    const what =
      found.kind === 'unknown' ? `OfficeRnD has no location ${name}` : `OfficeRnD has several locations named ${name}, so give the id`;
    problems.push({ setting, message: `${what}; ${offered(all, context.whenGone)}` });
    return '';
  };
  // Opportunities have no location of their own.
  const placed = context.config.entities.filter((entity) => entity !== 'opportunity');
  const found = locations.property === null || placed.length === 0 ? null : findEverywhere(locations.property, placed, context);
  const values = Object.keys(locations.map);
  const policy: LocationPolicy = {
    available: all.map(({ id }) => id).sort(),
    property: locations.property,
    ...multiple(found?.properties ?? []),
    byValue: Object.fromEntries(
      values.map((value) => [
        optionValue(value, found?.properties ?? []),
        idOf(locations.map[value] ?? '', `locations.map.${asLabel(value)}`),
      ]),
    ),
    defaultId: locations.default === null ? null : idOf(locations.default, 'locations.default'),
  };
  return {
    policy,
    problems: [...(found === null ? [] : missingEverywhere('locations.property', locations.property ?? '', found)), ...problems],
    warnings: [
      ...unknownOptions('locations.map', values, found?.properties ?? []),
      ...withoutLocation(policy, found?.properties ?? []),
      ...unplaced(policy, placed),
    ],
  };
}

/** L8: options of the property that the table says nothing of. */
function withoutLocation(
  { available, byValue, defaultId }: LocationPolicy,
  properties: readonly HubSpotProperty[],
): readonly ConfigurationProblem[] {
  if (available.length === 1) return [];
  const options = new Map(properties.flatMap((property) => property.options).map(({ value, label }) => [value, label]));
  const left = [...options].filter(([value]) => !Object.hasOwn(byValue, value)).map(([id, label]) => ({ id, label }));
  if (left.length === 0) return [];
  const what = defaultId === null ? 'won’t be created unless their company has a location (L8)' : 'get the default location';
  return [{ setting: 'locations.map', message: `no location is chosen for ${listLabelled(left)}; records with such a value ${what}` }];
}

/** L8: with several locations and no rule, no company and no member without one can be created. That is allowed, but seldom intended. */
function unplaced({ available, property, defaultId }: LocationPolicy, placed: readonly Entity[]): readonly ConfigurationProblem[] {
  if (available.length === 1 || property !== null || defaultId !== null || placed.length === 0) return [];
  const what = available.length === 0 ? 'OfficeRnD has no location' : 'OfficeRnD has several locations and none is chosen here';
  return [{ setting: 'locations', message: `${what}, so companies and members outside of companies won’t be created (L8)` }];
}

/** A multiple choice in any of the objects: a single choice never holds a semicolon. */
const multiple = (properties: readonly HubSpotProperty[]): { readonly isMultiple?: true } =>
  properties.some(({ type, fieldType }) => type === 'enumeration' && fieldType === 'checkbox') ? { isMultiple: true } : {};

interface FoundProperties {
  /** The entities whose HubSpot object has the property. */
  readonly entities: readonly Entity[];
  readonly properties: readonly HubSpotProperty[];
  readonly objects: readonly string[];
}

function findEverywhere(name: string, entities: readonly Entity[], { definitions }: Context): FoundProperties {
  const found = entities.flatMap((entity) => {
    const property = definitions.hubspot.properties[hubSpotObjectOf[entity]].find(
      (candidate) => candidate.name === name && !candidate.archived,
    );
    return property === undefined ? [] : [{ entity, property }];
  });
  return {
    entities: found.map(({ entity }) => entity),
    properties: found.map(({ property }) => property),
    objects: entities.map((entity) => hubSpotObjectOf[entity]),
  };
}

const missingEverywhere = (setting: string, name: string, { entities, objects }: FoundProperties): readonly ConfigurationProblem[] =>
  entities.length > 0
    ? []
    : [{ setting, message: `HubSpot has no property ${asLabel(name)} of ${objects.join(' or ')}; give its internal name` }];

/** Returns an option's value. The file may name its label, which people see, or its value, which records hold. */
function optionValue(wanted: string, properties: readonly HubSpotProperty[]): string {
  const options = properties.flatMap((property) => property.options);
  if (options.some(({ value }) => value === wanted)) return wanted;
  return options.find(({ label }) => sameLabel(label, wanted))?.value ?? wanted;
}

function unknownOptions(
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
