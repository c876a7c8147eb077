import { associationTypeOf, defaultTypeOf, primaryTypeOf, typesBetween, type AssociationType } from './association-types';
import type { AssociationChange } from './change';
import type { ObjectType } from './object-type';

export interface AssociatedRecord {
  readonly id: string;
  /** The primary type comes first, if there is one. */
  readonly types: readonly AssociationType[];
}

/** The links between records, kept for both directions. Callers check whether the records exist and are not archived. */
export interface AssociationStore {
  /** Adds types to a pair. A primary type also adds the unlabelled type, and the previous primary loses its primary type. */
  readonly link: (from: ObjectType, fromId: string, to: ObjectType, toId: string, typeIds: readonly number[]) => void;
  /** Removes the given types from a pair, or all types if none are given. */
  readonly unlink: (from: ObjectType, fromId: string, to: ObjectType, toId: string, typeIds?: readonly number[]) => void;
  /** The associated records, in order of their numeric ids. */
  readonly list: (from: ObjectType, fromId: string, to: ObjectType) => readonly AssociatedRecord[];
  /** The primary company of a contact or deal. */
  readonly primaryCompany: (from: ObjectType, fromId: string) => string | undefined;
  readonly count: (from: ObjectType, fromId: string, to: ObjectType) => number;
}

const none: ReadonlySet<number> = new Set();

/** @param onChange called when a pair is linked that was not, or is no longer linked; once, in the direction in which it was asked for */
export function createAssociationStore(onChange: (change: Omit<AssociationChange, 'kind' | 'atMs'>) => void): AssociationStore {
  const links = new Map<string, Map<string, ReadonlySet<number>>>();
  const key = (from: ObjectType, fromId: string, to: ObjectType): string => `${from}/${fromId}/${to}`;
  const typesOf = (from: ObjectType, fromId: string, to: ObjectType, toId: string): ReadonlySet<number> =>
    links.get(key(from, fromId, to))?.get(toId) ?? none;
  // There are few combinations of types, so pairs share their sets. This saves memory.
  const known = new Map<string, ReadonlySet<number>>();
  const shared = (types: Iterable<number>): ReadonlySet<number> => {
    const ordered = [...new Set(types)].toSorted((a, b) => a - b);
    const name = ordered.join();
    const found = known.get(name) ?? new Set(ordered);
    known.set(name, found);
    return found;
  };
  const setOne = (from: ObjectType, fromId: string, to: ObjectType, toId: string, types: ReadonlySet<number>): void => {
    const place = key(from, fromId, to);
    const targets = links.get(place) ?? new Map<string, ReadonlySet<number>>();
    if (types.size === 0) targets.delete(toId);
    else targets.set(toId, types);
    if (targets.size === 0) links.delete(place);
    else links.set(place, targets);
  };
  const set = (from: ObjectType, fromId: string, to: ObjectType, toId: string, types: ReadonlySet<number>): void => {
    const wasLinked = typesOf(from, fromId, to, toId).size > 0;
    setOne(from, fromId, to, toId, types);
    setOne(to, toId, from, fromId, shared([...types].map((typeId) => associationTypeOf(typeId)?.inverseId ?? typeId)));
    if (wasLinked !== types.size > 0)
      onChange({ action: wasLinked ? 'ASSOCIATION_REMOVED' : 'ASSOCIATION_ADDED', type: from, id: fromId, to, toId });
  };
  const withPrimary = (from: ObjectType, fromId: string, to: ObjectType): string | undefined => {
    const primary = primaryTypeOf(from, to)?.typeId;
    if (primary === undefined) return undefined;
    for (const [id, types] of links.get(key(from, fromId, to)) ?? []) if (types.has(primary)) return id;
    return undefined;
  };
  const unlink: AssociationStore['unlink'] = (from, fromId, to, toId, typeIds) => {
    const left = typeIds === undefined ? [] : [...typesOf(from, fromId, to, toId)].filter((typeId) => !typeIds.includes(typeId));
    set(from, fromId, to, toId, shared(left));
  };

  return {
    unlink,
    link: (from, fromId, to, toId, typeIds) => {
      const primary = primaryTypeOf(from, to)?.typeId;
      const fallback = defaultTypeOf(from, to)?.typeId;
      if (primary !== undefined && typeIds.includes(primary)) demotePrevious(from, fromId, to, toId, primary);
      set(from, fromId, to, toId, shared([...typesOf(from, fromId, to, toId), ...typeIds, ...(fallback === undefined ? [] : [fallback])]));
    },
    list: (from, fromId, to) =>
      [...(links.get(key(from, fromId, to)) ?? [])]
        .map(([id, types]) => ({ id, types: typesBetween(from, to).filter(({ typeId }) => types.has(typeId)) }))
        .toSorted((a, b) => Number(a.id) - Number(b.id)),
    primaryCompany: (from, fromId) => withPrimary(from, fromId, 'companies'),
    count: (from, fromId, to) => links.get(key(from, fromId, to))?.size ?? 0,
  };

  /** Only a contact or a deal has a single primary company. A company can be the primary of many. */
  function demotePrevious(from: ObjectType, fromId: string, to: ObjectType, toId: string, primary: number): void {
    if (to === 'companies') {
      const previous = withPrimary(from, fromId, to);
      if (previous !== undefined && previous !== toId) unlink(from, fromId, to, previous, [primary]);
    } else {
      const inverse = associationTypeOf(primary)?.inverseId;
      const previous = withPrimary(to, toId, from);
      if (inverse !== undefined && previous !== undefined && previous !== fromId) unlink(to, toId, from, previous, [inverse]);
    }
  }
}
