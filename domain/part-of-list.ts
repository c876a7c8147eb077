import type { Entity } from './entity';
import { recordIdIn } from './ids';
import type { Effect } from './proposal';

/** The part of a list that a person names: by entity, by records, or by both. */
export interface Part {
  /** Null means all. */
  readonly entities: readonly Entity[] | null;
  /** Ids of records on either side, or values of the link property. Null means all. */
  readonly ids: readonly string[] | null;
}

type Named = Pick<Effect, 'entity' | 'officerndId' | 'hubspotId'>;

/** Whether a part names an effect. */
export function partNames(part: Part): (effect: Named) => boolean {
  const ids = part.ids === null ? null : new Set(part.ids.flatMap((id) => [id, recordIdIn(id)]));
  return ({ entity, officerndId, hubspotId }) =>
    (part.entities === null || part.entities.includes(entity)) &&
    (ids === null || (officerndId !== null && ids.has(officerndId)) || (hubspotId !== null && ids.has(hubspotId)));
}

/** The ids of a part that name none of these effects. */
export function unknownIn({ ids }: Part, effects: readonly Named[]): readonly string[] {
  const known = new Set(effects.flatMap(({ officerndId, hubspotId }) => [officerndId ?? [], hubspotId ?? []].flat()));
  return (ids ?? []).filter((id) => !known.has(id) && !known.has(recordIdIn(id)));
}
