import type { Entity, HubSpotObject } from '../../domain/entity';
import { hubSpotObjectOf } from '../../domain/entity';
import type { FieldMapping, FieldType } from '../../domain/field-mapping';
import { asLabel } from '../../domain/printable';
import { standardFields } from '../../domain/standard-fields';
import type { PausedField } from '../../domain/paused';
import type { ConfigurationProblem } from '../configuration-error';
import type { WhenGone } from './when-gone';
import type { Definitions, HubSpotProperty } from './definitions';
import { commonTypes, hubSpotKindOf, officerndKinds } from './field-kinds';
import type { FieldKind } from './field-kinds';
import { nearest, sameLabel, SEE_CHECK } from './labels';
import { findOfficerndPath } from './officernd-paths';
import { optionWarnings } from './warnings';
import { oneOf } from '../schema-messages';
import type { AdditionalField, TenantConfig } from '../tenant-config';

/** The fields that can be kept in step, the problems of the others, and warnings. */
export interface ResolvedFields {
  readonly fields: readonly FieldMapping[];
  /** V3: fields that are left out. */
  readonly paused: readonly PausedField[];
  readonly problems: readonly ConfigurationProblem[];
  readonly warnings: readonly ConfigurationProblem[];
}

/** Resolves an entity's pairs of properties: the standard ones with the tenant's overrides, then the additional ones. */
export function resolveFields(entity: Entity, config: TenantConfig, definitions: Definitions, whenGone: WhenGone): ResolvedFields {
  const standard = standardFields(entity).map((field) => ({
    ...resolveStandard(field, { config, definitions, whenGone }),
    pausesAs: field.key,
  }));
  const additional = config.additional[entity].map((field, index): Resolved => {
    const setting = `additional.${entity}[${index}]`;
    if (!isStandardPath(entity, field.officernd))
      return { ...resolveAdditional({ entity, field, setting, config, definitions, whenGone }), pausesAs: field.officernd };
    const message = `${field.officernd} is a standard property; change its direction in the section "standard" (${entity}.${field.officernd})`;
    return refused(`${setting}.officernd`, message);
  });
  const all = [...standard, ...additional];
  const isPaused = ({ field, pausesAs }: Resolved): boolean => whenGone === 'pause' && field === null && pausesAs !== undefined;
  return {
    fields: all.flatMap(({ field }) => field ?? []),
    paused: all
      .filter(isPaused)
      .flatMap(({ pausesAs: field = '', problems }) => ({ entity, field, message: pauseMessage(field, problems) })),
    problems: [...all.filter((one) => !isPaused(one)).flatMap(({ problems }) => problems), ...mappedTwice(entity, config, standard)],
    warnings: all.flatMap(({ warnings }) => warnings),
  };
}

interface Resolved {
  /** Null when the field has a problem. */
  readonly field: FieldMapping | null;
  /** V3: the field's key. Absent for what was wrong in the tenant file from the start. */
  readonly pausesAs?: string;
  readonly problems: readonly ConfigurationProblem[];
  readonly warnings: readonly ConfigurationProblem[];
}

/** The names that the messages of a problem leave out are those of the tenant file. */
const pauseMessage = (field: string, problems: readonly ConfigurationProblem[]): string =>
  `${asLabel(field)} is not kept in step: ${problems.map(({ message }) => message).join('; ')}`;

const refused = (setting: string, message: string): Resolved => ({ field: null, problems: [{ setting, message }], warnings: [] });

interface Context {
  readonly config: TenantConfig;
  readonly definitions: Definitions;
  readonly whenGone: WhenGone;
}

function resolveStandard(field: FieldMapping, { config, definitions, whenGone }: Context): Resolved {
  const name = `${field.entity}.${field.key}`;
  const setting = `standard.${name}`;
  const override = Object.hasOwn(config.standard, name) ? config.standard[name] : undefined;
  const hubspot = override?.hubspot === undefined ? field.hubspot : [override.hubspot];
  const found = hubspot.map((property) => findProperty(definitions, hubSpotObjectOf[field.entity], property, whenGone));
  const problems = found.flatMap((one) => (one.kind === 'refused' ? [{ setting, message: one.message }] : []));
  if (problems.length > 0) return { field: null, problems, warnings: [] };
  const properties = found.flatMap((one) => (one.kind === 'found' ? [one.property] : []));
  if (override?.hubspot !== undefined && !properties.every(holdsNumber))
    return refused(`${setting}.hubspot`, `HubSpot’s property ${asLabel(override.hubspot)} is not a number`);
  const readOnlyInHubSpot = properties.some(({ readOnly }) => readOnly) || (field.readOnly.hubspot && override?.hubspot === undefined);
  const direction = override?.direction ?? field.direction;
  // ↔ is the default and does no harm: a value that HubSpot can't store is drift (M12). With → the field would never be written.
  if (direction === '→' && readOnlyInHubSpot) return refused(setting, `${readOnlyMessage(hubspot)}, so only ← and ↔ are possible`);
  return {
    field: {
      ...field,
      hubspot,
      ...typeOf(properties),
      direction,
      readOnly: { officernd: field.readOnly.officernd, hubspot: readOnlyInHubSpot },
      drift: override?.drift ?? config.policies.drift,
      neverErase: override?.neverErase ?? config.policies.neverErase,
    },
    problems: [],
    warnings: [],
  };
}

interface AdditionalInput extends Context {
  readonly entity: Entity;
  readonly field: AdditionalField;
  /** Where it stands in the tenant file. */
  readonly setting: string;
}

function resolveAdditional({ entity, field, setting, config, definitions, whenGone }: AdditionalInput): Resolved {
  const path = findOfficerndPath(entity, field.officernd, definitions.officernd.customProperties, whenGone);
  const found = findProperty(definitions, hubSpotObjectOf[entity], field.hubspot, whenGone);
  if (path.kind === 'refused' || found.kind === 'refused') {
    return {
      field: null,
      problems: [
        ...(path.kind === 'refused' ? [{ setting: `${setting}.officernd`, message: path.message }] : []),
        ...(found.kind === 'refused' ? [{ setting: `${setting}.hubspot`, message: found.message }] : []),
      ],
      warnings: [],
    };
  }
  const { property } = found;
  const unwritable = unwritableMessage(field, { officernd: path.readOnly, hubspot: hubSpotReadOnly(entity, property) });
  if (unwritable !== null) return refused(`${setting}.direction`, unwritable);
  const type = chooseType(field, path.fieldKind, hubSpotKindOf(property));
  if (type.kind === 'refused') return refused(`${setting}.${field.type === undefined ? 'direction' : 'type'}`, type.message);
  const mapping: FieldMapping = {
    entity,
    key: field.officernd,
    officernd: field.officernd,
    hubspot: [property.name],
    type: type.type,
    hubspotType: property.type,
    ...optionsOf(property, path.values),
    direction: field.direction,
    standard: false,
    readOnly: { officernd: path.readOnly !== null, hubspot: hubSpotReadOnly(entity, property) !== null },
    drift: field.drift ?? config.policies.drift,
    neverErase: field.neverErase ?? config.policies.neverErase,
  };
  return { field: mapping, problems: [], warnings: optionWarnings(setting, mapping, { values: path.values, property }) };
}

/** Both sides' options, each side's in an order of its own. */
function optionsOf({ options }: HubSpotProperty, values: readonly string[]): Pick<FieldMapping, 'options'> {
  const all = [...options.map(({ value }) => `hubspot ${value}`), ...values.map((value) => `officernd ${value}`)].sort();
  return all.length === 0 ? {} : { options: all };
}

/** A name's two properties have one type. */
const typeOf = ([property]: readonly HubSpotProperty[]): Pick<FieldMapping, 'hubspotType'> =>
  property === undefined ? {} : { hubspotType: property.type };

const isStandardPath = (entity: Entity, path: string): boolean => standardFields(entity).some(({ officernd }) => officernd === path);

type FoundProperty =
  | { readonly kind: 'found'; readonly property: HubSpotProperty }
  | { readonly kind: 'refused'; readonly message: string };

function findProperty({ hubspot }: Definitions, object: HubSpotObject, name: string, whenGone: WhenGone): FoundProperty {
  const properties = hubspot.properties[object];
  const property = properties.find((candidate) => candidate.name === name);
  if (property?.archived === true)
    return { kind: 'refused', message: `HubSpot’s property ${asLabel(name)} of ${object} is archived; restore it or map another one` };
  if (property !== undefined) return { kind: 'found', property };
  const hint =
    whenGone === 'pause'
      ? SEE_CHECK
      : insteadOf(
          name,
          properties.filter(({ archived }) => !archived),
        );
  return { kind: 'refused', message: `HubSpot’s ${object} have no property ${asLabel(name)}; ${hint}` };
}

function insteadOf(name: string, properties: readonly HubSpotProperty[]): string {
  const alike = properties.find((candidate) => sameLabel(candidate.label, name) || sameLabel(candidate.name, name))?.name;
  const meant =
    alike ??
    nearest(
      name,
      properties.map((candidate) => candidate.name),
    );
  return meant === undefined ? 'give its internal name, as HubSpot’s settings show it' : `did you mean ${asLabel(meant)}?`;
}

const holdsNumber = (property: HubSpotProperty): boolean => {
  const found = hubSpotKindOf(property);
  return found !== null && commonTypes(officerndKinds.number, found, '↔').length > 0;
};

const readOnlyMessage = (properties: readonly string[]): string =>
  `HubSpot’s property ${properties.map((name) => asLabel(name)).join(' and ')} is read-only`;

/** The pipeline decides which deals are opportunities, so a value must not move a deal to another pipeline. */
function hubSpotReadOnly(entity: Entity, { name, readOnly }: HubSpotProperty): string | null {
  if (entity === 'opportunity' && name === 'pipeline') return 'the pipeline is chosen by opportunities.pipeline';
  return readOnly ? readOnlyMessage([name]) : null;
}

function unwritableMessage(
  { officernd, direction }: AdditionalField,
  why: { readonly officernd: string | null; readonly hubspot: string | null },
): string | null {
  const reasons = [
    ...(direction !== '→' && why.officernd !== null
      ? [`OfficeRnD’s ${asLabel(officernd)} can’t be written (${why.officernd}), so only → is possible`]
      : []),
    ...(direction !== '←' && why.hubspot !== null ? [`${why.hubspot}, so only ← is possible`] : []),
  ];
  return reasons.length === 0 ? null : reasons.join('; ');
}

type ChosenType = { readonly kind: 'chosen'; readonly type: FieldType } | { readonly kind: 'refused'; readonly message: string };

function chooseType(field: AdditionalField, officernd: FieldKind, hubspot: FieldKind | null): ChosenType {
  const { type, direction } = field;
  const [ours, theirs] = [asLabel(field.officernd), asLabel(field.hubspot)];
  if (hubspot === null) return { kind: 'refused', message: `values of HubSpot’s property ${theirs} can’t be kept in step` };
  const types = commonTypes(officernd, hubspot, direction);
  const [best] = types;
  if (best === undefined) {
    const sides = `OfficeRnD’s ${ours} holds ${officernd.description}, HubSpot’s ${theirs} ${hubspot.description}`;
    return { kind: 'refused', message: `${sides}: they can’t be converted in the direction ${direction}` };
  }
  if (type === undefined || types.includes(type)) return { kind: 'chosen', type: type ?? best };
  return { kind: 'refused', message: `${ours} and ${theirs} can be compared as ${oneOf(types)}` };
}

/** A property may be in one pair only: two pairs would overwrite each other in every run. */
function mappedTwice(entity: Entity, config: TenantConfig, standard: readonly Resolved[]): readonly ConfigurationProblem[] {
  const officernd = new Set<string>();
  const hubspot = new Set(standard.flatMap(({ field }) => field?.hubspot ?? []));
  for (const field of standardFields(entity)) field.hubspot.forEach((name) => isReplaced(field, config) || hubspot.add(name));
  const problems: ConfigurationProblem[] = [];
  const claim = (claimed: Set<string>, name: string, setting: string): void => {
    if (claimed.has(name)) problems.push({ setting, message: `${asLabel(name)} is mapped twice; keep one of the two` });
    claimed.add(name);
  };
  config.additional[entity].forEach((field, index) => {
    claim(officernd, field.officernd, `additional.${entity}[${index}].officernd`);
    claim(hubspot, field.hubspot, `additional.${entity}[${index}].hubspot`);
  });
  return problems;
}

const isReplaced = ({ entity, key }: FieldMapping, { standard }: TenantConfig): boolean =>
  standard[`${entity}.${key}`]?.hubspot !== undefined;
