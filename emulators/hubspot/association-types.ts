import { objectTypeFacts, type ObjectType } from './object-type';

export interface AssociationType {
  readonly from: ObjectType;
  readonly to: ObjectType;
  readonly typeId: number;
  /** The type of the same association in the other direction. */
  readonly inverseId: number;
  readonly label: string | null;
  readonly primary: boolean;
  /** The name inside records and in the v3 association calls. */
  readonly name: string;
}

const pair = (
  from: ObjectType,
  to: ObjectType,
  ids: readonly [number, number],
  primary: boolean,
  labelled: boolean,
): readonly AssociationType[] => {
  const name = (a: ObjectType, b: ObjectType): string =>
    `${objectTypeFacts[a].singular}_to_${objectTypeFacts[b].singular}${labelled && !primary ? '_unlabeled' : ''}`;
  const label = primary ? 'Primary' : null;
  return [
    { from, to, typeId: ids[0], inverseId: ids[1], label, primary, name: name(from, to) },
    { from: to, to: from, typeId: ids[1], inverseId: ids[0], label, primary, name: name(to, from) },
  ];
};

/** HubSpot's standard association types between the three object types. */
export const associationTypes: readonly AssociationType[] = [
  ...pair('contacts', 'companies', [1, 2], true, true),
  ...pair('contacts', 'companies', [279, 280], false, true),
  ...pair('deals', 'companies', [5, 6], true, true),
  ...pair('deals', 'companies', [341, 342], false, true),
  ...pair('deals', 'contacts', [3, 4], false, false),
];

export const typesBetween = (from: ObjectType, to: ObjectType): readonly AssociationType[] =>
  associationTypes.filter((type) => type.from === from && type.to === to);

export const associationTypeOf = (typeId: number): AssociationType | undefined => associationTypes.find((type) => type.typeId === typeId);

/** The unlabelled type between two object types. Undefined when the emulator has none. */
export const defaultTypeOf = (from: ObjectType, to: ObjectType): AssociationType | undefined =>
  typesBetween(from, to).find(({ primary }) => !primary);

export const primaryTypeOf = (from: ObjectType, to: ObjectType): AssociationType | undefined =>
  typesBetween(from, to).find(({ primary }) => primary);
