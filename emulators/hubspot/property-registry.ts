import { HubSpotApiError, invalid } from './api-error';
import type { ObjectType } from './object-type';
import {
  completeDefinition,
  type DefinitionPatch,
  type PartialDefinition,
  type PropertyDefinition,
  type PropertyOption,
} from './property-definition';
import { createPropertyGroups, type PropertyGroups } from './property-groups';
import { defaultGroupOf, standardProperties } from './standard-properties';

/** The most unique properties of one object type. */
const UNIQUE_PROPERTY_LIMIT = 10;

interface RegistryDeps {
  readonly type: ObjectType;
  readonly now: () => number;
  /** The options of standard properties that depend on the account: pipelines, stages, currencies. */
  readonly liveOptions: (name: string) => readonly PropertyOption[] | undefined;
  /** Called when a property becomes unique, so that its values are indexed from then on. */
  readonly onUnique: (name: string) => void;
}

export interface PropertyRegistry {
  readonly groups: PropertyGroups;
  /** The current definition, archived or not. */
  readonly find: (name: string) => PropertyDefinition | undefined;
  /** The definition, or undefined if it does not exist or is archived. */
  readonly active: (name: string) => PropertyDefinition | undefined;
  /** True if `active` would return a definition. This is faster, because it builds none. */
  readonly isActive: (name: string) => boolean;
  readonly list: (archived: boolean) => readonly PropertyDefinition[];
  /** The definitions that are not standard, for the world document. */
  readonly additional: () => readonly PropertyDefinition[];
  /** Adds a property as the Properties API does. An archived one comes back with the new definition. Throws HubSpotApiError. */
  readonly create: (partial: PartialDefinition) => PropertyDefinition;
  /** Adds a property or changes the one of that name, without any check. It is for worlds and administrators. */
  readonly define: (partial: PartialDefinition) => void;
  /** Changes a property. Its name and its uniqueness never change. Throws HubSpotApiError. */
  readonly update: (name: string, patch: DefinitionPatch) => PropertyDefinition;
  readonly archive: (name: string) => void;
}

/** The property definitions of one object type. */
export function createPropertyRegistry({ type, now, liveOptions, onUnique }: RegistryDeps): PropertyRegistry {
  const definitions = new Map(standardProperties(type).map((definition) => [definition.name, definition]));
  const standard = new Map(definitions);
  const groups = createPropertyGroups(type, (name) =>
    [...definitions.values()].some(({ groupName, archived }) => groupName === name && !archived),
  );

  const find = (name: string): PropertyDefinition | undefined => {
    const definition = definitions.get(name);
    const options = definition?.hubspotDefined === true ? liveOptions(name) : undefined;
    return definition === undefined || options === undefined ? definition : { ...definition, options };
  };
  const active = (name: string): PropertyDefinition | undefined => {
    const definition = find(name);
    return definition?.archived === false ? definition : undefined;
  };
  const existing = (name: string): PropertyDefinition => {
    const definition = find(name);
    if (definition === undefined) throw unknownProperty(name);
    return definition;
  };
  const put = (definition: PropertyDefinition): PropertyDefinition => {
    definitions.set(definition.name, definition);
    if (definition.hasUniqueValue) onUnique(definition.name);
    return definition;
  };

  return {
    groups,
    find,
    active,
    isActive: (name) => definitions.get(name)?.archived === false,
    list: (archived) => [...definitions.keys()].map(existing).filter((definition) => definition.archived === archived),
    additional: () => [...definitions.values()].filter((definition) => standard.get(definition.name) !== definition),
    define: (partial) => {
      const before = definitions.get(partial.name);
      put(completeDefinition({ ...(before === undefined ? {} : { ...before }), ...partial }, defaultGroupOf[type], now()));
    },
    create: (partial) => {
      const before = definitions.get(partial.name);
      if (before !== undefined && !before.archived) throw nameTaken(partial.name);
      checkEnumeration(partial);
      if (partial.groupName !== undefined) groups.mustExist(partial.groupName);
      const uniques = [...definitions.values()].filter(({ hasUniqueValue, archived }) => hasUniqueValue && !archived).length;
      if (partial.hasUniqueValue === true && uniques >= UNIQUE_PROPERTY_LIMIT) throw tooManyUnique();
      const definition = completeDefinition(partial, defaultGroupOf[type], now());
      return put(before === undefined ? definition : { ...definition, createdAtMs: before.createdAtMs });
    },
    update: (name, patch) => {
      const before = existing(name);
      if (before.archived) throw unknownProperty(name);
      checkReadOnlyDefinition(before, patch);
      const { hasUniqueValue: _unique, name: _name, archived: _archived, ...changes } = patch;
      const merged = completeDefinition({ ...before, ...changes, name, hasUniqueValue: before.hasUniqueValue }, before.groupName, now());
      checkEnumeration(merged);
      return put({ ...merged, createdAtMs: before.createdAtMs });
    },
    archive: (name) => {
      const before = existing(name);
      if (!before.modificationMetadata.archivable) {
        throw invalid(`Property ${name} is a HubSpot-defined property and can't be archived.`, {
          subCategory: 'PropertyValidationError.CANNOT_DELETE_PROPERTY_IN_USE',
        });
      }
      if (!before.archived) put({ ...before, archived: true, archivedAtMs: now(), hasUniqueValue: before.hasUniqueValue });
    },
  };
}

/** 404 for a name without a definition. */
export const unknownProperty = (name: string): HubSpotApiError =>
  new HubSpotApiError(404, `Property ${name} does not exist`, {
    category: 'OBJECT_NOT_FOUND',
    subCategory: 'Properties.PROPERTY_NOT_FOUND',
    context: { propertyName: [name] },
  });

const nameTaken = (name: string): HubSpotApiError =>
  new HubSpotApiError(409, `A property named '${name}' already exists.`, {
    category: 'OBJECT_ALREADY_EXISTS',
    subCategory: 'Properties.PROPERTY_WITH_NAME_EXISTS',
    context: { propertyName: [name] },
  });

const tooManyUnique = (): HubSpotApiError =>
  invalid(`The maximum number of unique properties for this object is ${UNIQUE_PROPERTY_LIMIT}.`, {
    subCategory: 'PropertyValidationError.TOO_MANY_UNIQUE_PROPERTIES',
  });

function checkEnumeration({
  type,
  options,
  externalOptions,
}: Pick<DefinitionPatch, 'type' | 'externalOptions'> & { readonly options?: readonly unknown[] | undefined }): void {
  if (type === 'enumeration' && externalOptions !== true && (options ?? []).length === 0) {
    throw invalid('Enumeration properties must have at least one option.', { subCategory: 'PropertyValidationError.MISSING_OPTIONS' });
  }
}

function checkReadOnlyDefinition(before: PropertyDefinition, patch: DefinitionPatch): void {
  const { readOnlyDefinition, readOnlyOptions } = before.modificationMetadata;
  const changesOptionsOnly = Object.keys(patch).every((key) => key === 'options');
  if (!readOnlyDefinition || (changesOptionsOnly && readOnlyOptions === false)) return;
  throw invalid(`Property ${before.name} is a HubSpot-defined property and its definition can't be changed.`, {
    subCategory: 'PropertyValidationError.READ_ONLY_DEFINITION',
  });
}
