import type { Entity } from './entity';
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
}

/** What happens to one field, and why. Values are raw ones. */
export interface FieldChange {
  readonly field: string;
  readonly base: JsonValue;
  readonly officernd: JsonValue;
  readonly hubspot: JsonValue;
  readonly rule: string;
  readonly action: 'writeOfficernd' | 'writeHubspot' | 'drift';
}

/**
 * `planned` → `calling` → `applied` | `failed`. `calling` is written before a call that cannot be repeated blindly, so that after a crash
 * the program knows to ask first (L12). `held` waits for approval (U4, L11).
 */
export type OperationState = 'planned' | 'held' | 'calling' | 'applied' | 'failed';
