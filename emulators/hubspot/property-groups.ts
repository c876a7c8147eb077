import { HubSpotApiError, invalid } from './api-error';
import type { ObjectType } from './object-type';
import { defaultGroupOf } from './standard-properties';

export interface PropertyGroup {
  readonly name: string;
  readonly label: string;
  readonly displayOrder: number;
}

export interface PropertyGroups {
  readonly list: () => readonly PropertyGroup[];
  readonly get: (name: string) => PropertyGroup;
  readonly mustExist: (name: string) => void;
  readonly create: (group: { readonly name: string; readonly label: string; readonly displayOrder?: number | undefined }) => PropertyGroup;
  readonly update: (
    name: string,
    patch: { readonly label?: string | undefined; readonly displayOrder?: number | undefined },
  ) => PropertyGroup;
  readonly remove: (name: string) => void;
}

const labels: Readonly<Record<ObjectType, string>> = {
  contacts: 'Contact information',
  companies: 'Company information',
  deals: 'Deal information',
};

/** The property groups of one object type. `inUse` returns whether a group has properties. Its functions throw HubSpotApiError. */
export function createPropertyGroups(type: ObjectType, inUse: (name: string) => boolean): PropertyGroups {
  const groups = new Map<string, PropertyGroup>([
    [defaultGroupOf[type], { name: defaultGroupOf[type], label: labels[type], displayOrder: 0 }],
  ]);
  const get = (name: string): PropertyGroup => {
    const group = groups.get(name);
    if (group === undefined) throw new HubSpotApiError(404, `Property group ${name} does not exist`, { category: 'OBJECT_NOT_FOUND' });
    return group;
  };
  return {
    list: () => [...groups.values()],
    get,
    mustExist: (name) => {
      if (!groups.has(name))
        throw invalid(`Property group "${name}" does not exist`, { subCategory: 'PropertyValidationError.GROUP_DOES_NOT_EXIST' });
    },
    create: ({ name, label, displayOrder }) => {
      if (groups.has(name))
        throw new HubSpotApiError(409, `A property group named '${name}' already exists.`, { category: 'OBJECT_ALREADY_EXISTS' });
      const group = { name, label, displayOrder: displayOrder ?? -1 };
      groups.set(name, group);
      return group;
    },
    update: (name, patch) => {
      const before = get(name);
      const group = { name, label: patch.label ?? before.label, displayOrder: patch.displayOrder ?? before.displayOrder };
      groups.set(name, group);
      return group;
    },
    remove: (name) => {
      get(name);
      if (inUse(name))
        throw invalid(`Property group ${name} still has active properties.`, {
          subCategory: 'PropertyGroupError.GROUP_WITH_ACTIVE_PROPERTIES',
        });
      groups.delete(name);
    },
  };
}
