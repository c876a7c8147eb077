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
