import type { Entity } from '../../domain/entity';
import { LINK_PROPERTY } from '../../domain/ids';
import { asLabel, asList } from '../../domain/printable';
import type { CustomProperty } from './definitions';
import type { FieldKind } from './field-kinds';
import { officerndKindOf, officerndKinds } from './field-kinds';
import { nearest, sameLabel, SEE_CHECK } from './labels';
import type { WhenGone } from './when-gone';

const CUSTOM = 'properties.';
/** These custom properties belong to the link and to OfficeRnD's own HubSpot integration. */
const RESERVED = 'properties.hubspot_';

interface KnownPath {
  readonly kind: FieldKind;
  /** Why the path can't be written; absent for a path that can. */
  readonly readOnly?: string;
}

const { text, email, number, boolean, day, date, option, options } = officerndKinds;

const stamps: Readonly<Record<string, KnownPath>> = {
  createdAt: { kind: date, readOnly: 'OfficeRnD sets it' },
  modifiedAt: { kind: date, readOnly: 'OfficeRnD sets it' },
};

const billing: Readonly<Record<string, KnownPath>> = {
  'billingDetails.billingName': { kind: text },
  'billingDetails.vatNumber': { kind: text },
  'billingDetails.registrationNumber': { kind: text },
  'billingDetails.paymentMethod': { kind: text },
};

/** OfficeRnD's fields beside the standard ones. */
const known: Readonly<Record<Entity, Readonly<Record<string, KnownPath>>>> = {
  company: {
    email: { kind: email },
    image: { kind: text },
    startDate: { kind: day },
    hasActiveMembersAllowance: { kind: boolean },
    activeMembersAllowanceLimit: { kind: number },
    ...billing,
    status: { kind: option, readOnly: 'a company’s status is computed by OfficeRnD' },
    tags: { kind: options, readOnly: 'OfficeRnD’s API does not write it' },
    ...stamps,
  },
  member: {
    description: { kind: text },
    image: { kind: text },
    startDate: { kind: day },
    isBillingPerson: { kind: boolean },
    isContactPerson: { kind: boolean },
    ...billing,
    'socialProfiles.linkedin': { kind: text },
    'socialProfiles.twitter': { kind: text },
    'socialProfiles.instagram': { kind: text },
    'socialProfiles.facebook': { kind: text },
    status: { kind: option, readOnly: 'writing a member’s status can take away their access' },
    tags: { kind: options, readOnly: 'OfficeRnD’s API does not write it' },
    ...stamps,
  },
  opportunity: { membersCount: { kind: number }, ...stamps },
};

/** OfficeRnD's names for the entity that a custom property belongs to. */
const targetsOf: Readonly<Record<Entity, readonly string[]>> = {
  company: ['team', 'company'],
  member: ['member'],
  opportunity: ['lead', 'opportunity'],
};

/** The entities for which OfficeRnD defines the link property. A definition without targets counts for all. */
export const linkDefinitions = (entities: readonly Entity[], customProperties: readonly CustomProperty[]): readonly Entity[] =>
  entities.filter((entity) => customProperties.some(({ key, targets }) => key === LINK_PROPERTY && belongsTo(entity, targets)));

/** The fields that an entity's additional properties may name, beside custom properties. */
export const officerndPaths = (entity: Entity): readonly string[] => Object.keys(known[entity]);

export type FoundPath =
  | { readonly kind: 'found'; readonly fieldKind: FieldKind; readonly readOnly: string | null; readonly values: readonly string[] }
  | { readonly kind: 'refused'; readonly message: string };

/** Looks up the OfficeRnD path of an additional property: a custom property of the entity, or one of its known fields. */
export function findOfficerndPath(
  entity: Entity,
  path: string,
  customProperties: readonly CustomProperty[],
  whenGone: WhenGone,
): FoundPath {
  if (path.startsWith(RESERVED))
    return refused(`${RESERVED}* belongs to the link between the records and can't be mapped; choose another property`);
  if (path.startsWith(CUSTOM)) return customProperty(entity, path.slice(CUSTOM.length), customProperties, whenGone);
  const field = Object.hasOwn(known[entity], path) ? known[entity][path] : undefined;
  if (field !== undefined) return { kind: 'found', fieldKind: field.kind, readOnly: field.readOnly ?? null, values: [] };
  const others = officerndPaths(entity).join(', ');
  return refused(`OfficeRnD has no field ${asLabel(path)}; give ${CUSTOM}<key> for a custom property, or one of ${others}`);
}

function customProperty(entity: Entity, key: string, all: readonly CustomProperty[], whenGone: WhenGone): FoundPath {
  const name = asLabel(key);
  const ofEntity = all.filter(({ targets }) => belongsTo(entity, targets));
  const property = ofEntity.find((candidate) => candidate.key === key);
  if (property !== undefined) {
    const fieldKind = officerndKindOf(property.type);
    if (fieldKind === null)
      return refused(`OfficeRnD’s custom property ${name} is of ${typeOf(property, whenGone)}, which can't be kept in step`);
    return { kind: 'found', fieldKind, readOnly: null, values: property.values };
  }
  if (all.some((candidate) => candidate.key === key))
    return refused(`the custom property ${name} does not belong to OfficeRnD’s ${plural[entity]}`);
  return refused(
    `OfficeRnD’s ${plural[entity]} have no custom property ${name}; ${whenGone === 'pause' ? SEE_CHECK : insteadOf(key, ofEntity)}`,
  );
}

/** A run does not repeat the vendor's word for it. */
const typeOf = ({ type }: CustomProperty, whenGone: WhenGone): string => (whenGone === 'pause' ? 'a type' : `the type ${asLabel(type)}`);

function insteadOf(key: string, properties: readonly CustomProperty[]): string {
  const alike = properties.find((candidate) => sameLabel(candidate.key, key) || sameLabel(candidate.title, key))?.key;
  const meant =
    alike ??
    nearest(
      key,
      properties.map((candidate) => candidate.key),
    );
  if (meant !== undefined) return `did you mean ${CUSTOM}${asLabel(meant)}?`;
  return properties.length === 0 ? 'they have none at all' : `they have ${asList(properties.map((one) => CUSTOM + one.key))}`;
}

const plural: Readonly<Record<Entity, string>> = { company: 'companies', member: 'members', opportunity: 'opportunities' };

const belongsTo = (entity: Entity, targets: readonly string[]): boolean =>
  targets.length === 0 || targets.some((target) => targetsOf[entity].includes(target.toLowerCase()));

const refused = (message: string): FoundPath => ({ kind: 'refused', message });
