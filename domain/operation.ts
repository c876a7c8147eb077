import type { Entity, Side } from './entity';
import type { HubSpotId, OfficerndId } from './ids';
import type { JsonValue } from './json';

export const phases = ['unlink', 'link', 'update'] as const;
/** The article's three phases. */
export type Phase = (typeof phases)[number];

export type OperationKind = 'unlink' | 'relink' | 'link' | 'create' | 'updateOfficernd' | 'updateHubspot';

/** One effect, planned or applied, with its reason. */
export interface Operation {
  /** Stable within the run: the same effect planned again has the same id. */
  readonly id: string;
  readonly phase: Phase;
  readonly entity: Entity;
  readonly kind: OperationKind;
  readonly officerndId: OfficerndId | null;
  readonly hubspotId: HubSpotId | null;
  readonly fields: readonly FieldChange[];
  /** Rule id, and a few words where it helps: `U1`, `L3 e-mail`. */
  readonly reason: string;
  /** Only of a creation in a preview, and in the run that applies it: location and parents of the new record (L8, L9). */
  readonly place?: string;
  /** The link id on the OfficeRnD record before the operation wrote another one (X2). Absent where it writes none. */
  readonly linkIdBefore?: string | null;
}

/** The write or the drift of one field, with its rule. Values are raw ones. */
export interface FieldChange {
  readonly field: string;
  readonly base: JsonValue;
  readonly officernd: JsonValue;
  readonly hubspot: JsonValue;
  readonly rule: string;
  readonly action: 'writeOfficernd' | 'writeHubspot' | 'drift';
  /** The value on the written side afterwards. Absent where it is the other side's. */
  readonly after?: JsonValue;
}

/** The write of one field, with the side that is written. */
export interface SideChange {
  readonly side: Side;
  readonly change: FieldChange;
}
/** The value that a change brings to the side that it writes. */
export const writtenBy = ({ action, officernd, hubspot, after }: FieldChange): JsonValue =>
  after !== undefined ? after : action === 'writeOfficernd' ? hubspot : officernd;

/**
 * The states of an operation:
 *
 * | state     | meaning                                                                      | next                           |
 * | --------- | ---------------------------------------------------------------------------- | ------------------------------ |
 * | `planned` | to be carried out                                                            | any other                      |
 * | `held`    | not carried out in this run: a brake holds it, and it is on a proposal (P1)  | `planned`, in old waiting runs |
 * | `calling` | may have been sent, and cannot be repeated blindly: after a crash, ask (L12) | `applied`, `failed`, `planned` |
 * | `applied` | carried out                                                                  |                                |
 * | `failed`  | not carried out                                                              |                                |
 */
export type OperationState = 'planned' | 'held' | 'calling' | 'applied' | 'failed';

/** The cursor at which the second pass over a run's creations begins (activities/link/create.ts). */
export const CREATE_AGAIN = 'taken:';
