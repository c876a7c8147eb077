import { hubSpotObjectOf } from '../../domain/entity';
import { asLabel } from '../../domain/printable';
import type { CreationPolicy, FilterCondition } from '../../domain/tenant-mapping';
import type { TenantConfig } from '../tenant-config';
import { resolveLocations } from './locations';
import { findRuleProperty, multiple, optionValue, unknownOptions } from './rule-properties';
import type { RuleContext, RuleFindings } from './rule-properties';

export interface ResolvedCreation extends RuleFindings {
  readonly creation: CreationPolicy;
  /** The configuration, with the entities in which its rules' properties were found. */
  readonly expecting: TenantConfig;
}

/** Resolves the filter of creations (L10) and the locations of created records (L8) to ids and HubSpot's internal values. */
export function resolveCreation(context: RuleContext): ResolvedCreation {
  const { create } = context.config;
  const filter = create.filter.map((condition, index) => resolveCondition(condition, `create.filter[${index}]`, context));
  const locations = resolveLocations(context);
  const parts = [...filter, locations];
  return {
    creation: {
      filter: filter.map(({ condition }) => condition),
      locations: locations.policy,
      memberNeedsEmail: create.memberNeedsEmail,
    },
    expecting: {
      ...context.config,
      create: {
        ...create,
        filter: create.filter.map((condition, index) => ({
          ...condition,
          entities: condition.entities ?? filter[index]?.condition.entities ?? [],
        })),
      },
      locations: locations.expecting,
    },
    paused: parts.flatMap(({ paused }) => paused),
    problems: parts.flatMap(({ problems }) => problems),
    warnings: parts.flatMap(({ warnings }) => warnings),
  };
}

function resolveCondition(
  { property, entities: expected, in: values }: TenantConfig['create']['filter'][number],
  setting: string,
  context: RuleContext,
): RuleFindings & { readonly condition: FilterCondition } {
  const configured = context.config.entities;
  const found = findRuleProperty({ name: property, setting: `${setting}.property`, expected }, configured, context);
  // Where the file names the entities, the others are left out on purpose.
  const open = expected === undefined ? configured.filter((entity) => !found.entities.includes(entity)) : [];
  return {
    condition: {
      property,
      in: [...new Set(values.map((value) => optionValue(value, found.properties)))],
      entities: found.entities,
      ...multiple(found.properties),
    },
    paused: found.paused,
    problems: found.problems,
    warnings:
      found.entities.length === 0
        ? []
        : [
            ...open.map((entity) => ({
              setting,
              message: `HubSpot’s ${hubSpotObjectOf[entity]} have no property ${asLabel(property)}, so this condition does not hold them back`,
            })),
            ...unknownOptions(`${setting}.in`, values, found.properties),
          ],
  };
}
