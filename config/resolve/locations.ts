import type { Entity } from '../../domain/entity';
import { asLabel } from '../../domain/printable';
import type { LocationPolicy } from '../../domain/tenant-mapping';
import type { ConfigurationProblem } from '../configuration-error';
import type { TenantConfig } from '../tenant-config';
import type { HubSpotProperty } from './definitions';
import { findLabelled, listLabelled, offered } from './labels';
import { findRuleProperty, multiple, optionValue, pausedCreations, unknownOptions } from './rule-properties';
import type { RuleContext, RuleFindings, RuleProperty } from './rule-properties';

export interface ResolvedLocations extends RuleFindings {
  readonly policy: LocationPolicy;
  /** The section of the tenant file, with the entities in which its property was found. */
  readonly expecting: TenantConfig['locations'];
}

/** Resolves the rule for the locations of created records (L8) to ids. A property or location that is gone when a run begins pauses the creations (V3). */
export function resolveLocations(context: RuleContext): ResolvedLocations {
  const { config, definitions, whenGone } = context;
  const { locations } = config;
  const all = definitions.officernd.locations.map(({ id, name }) => ({ id, label: name }));
  const missing: ConfigurationProblem[] = [];
  const idOf = (wanted: string, setting: string): string => {
    const found = findLabelled(all, wanted);
    if (found.kind === 'found') return found.id;
    const name = asLabel(wanted);
    const what =
      found.kind === 'unknown' ? `OfficeRnD has no location ${name}` : `OfficeRnD has several locations named ${name}, so give the id`;
    missing.push({ setting, message: `${what}; ${offered(all, whenGone)}` });
    return '';
  };
  // Opportunities have no location of their own.
  const placed = config.entities.filter((entity) => entity !== 'opportunity');
  const found = findLocationProperty(placed, context);
  const values = Object.keys(locations.map);
  const policy: LocationPolicy = {
    available: all.map(({ id }) => id).sort(),
    // A property that is gone is not asked for.
    property: found !== null && found.entities.length === 0 ? null : locations.property,
    ...multiple(found?.properties ?? []),
    byValue: Object.fromEntries(
      values.map((value) => [
        optionValue(value, found?.properties ?? []),
        idOf(locations.map[value] ?? '', `locations.map.${asLabel(value)}`),
      ]),
    ),
    defaultId: locations.default === null ? null : idOf(locations.default, 'locations.default'),
  };
  // The only location needs no rule.
  const isChosen = all.length !== 1;
  const gone = missing.map(({ setting, message }) => `${setting}: ${message}`).join('; ');
  return {
    policy,
    expecting: found === null ? locations : { ...locations, entities: locations.entities ?? found.entities },
    paused:
      isChosen && whenGone === 'pause'
        ? [...(found?.paused ?? []), ...(missing.length > 0 ? pausedCreations(placed, () => gone) : [])]
        : [],
    problems: [...(found?.problems ?? []), ...(whenGone === 'pause' ? [] : missing)],
    warnings: [
      ...unknownOptions('locations.map', values, found?.properties ?? []),
      ...withoutLocation(policy, found?.properties ?? []),
      ...unplaced(policy, placed),
    ],
  };
}

function findLocationProperty(placed: readonly Entity[], context: RuleContext): RuleProperty | null {
  const { property: name, entities: expected } = context.config.locations;
  if (name === null || placed.length === 0) return null;
  return findRuleProperty({ name, setting: 'locations.property', expected }, placed, context);
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
