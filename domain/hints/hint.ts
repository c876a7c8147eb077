import type { Entity, Side } from '../entity';

/** The feed that told of a change. */
export const hintSources = ['journal', 'hubspot-push', 'officernd-push', 'poll', 'person'] as const;
export type HintSource = (typeof hintSources)[number];

/** A record that may have changed (T1). Values are never part of it: the record is read again. */
export interface Hint {
  readonly side: Side;
  readonly entity: Entity;
  /** The vendor's own id. */
  readonly recordId: string;
  /** The feed says that the record is gone: deleted, merged away or erased. That is proven by reading it twice (T3). */
  readonly isGone: boolean;
}

/** Whether a record may have this id. HubSpot's are digits, and OfficeRnD's are hexadecimal. */
export const isRecordId = (id: string): boolean => /^[0-9A-Za-z_-]{1,64}$/.test(id);

/** A hint of a HubSpot record; none where it is not known which one is meant. */
export const hubSpotHint = (entity: Entity | undefined, recordId: string | undefined, isGone: boolean): readonly Hint[] =>
  entity === undefined || recordId === undefined ? [] : [{ side: 'hubspot', entity, recordId, isGone }];

/**
 * One hint for each record, in the order of their first ones. Hints may be out of order, so a record that one of them says is gone is looked at
 * closely, whatever the others say.
 */
export function onePerRecord(hints: readonly Hint[]): readonly Hint[] {
  const byRecord = new Map<string, Hint>();
  for (const hint of hints) {
    const name = `${hint.side}/${hint.entity}/${hint.recordId}`;
    byRecord.set(name, { ...hint, isGone: hint.isGone || byRecord.get(name)?.isGone === true });
  }
  return [...byRecord.values()];
}
