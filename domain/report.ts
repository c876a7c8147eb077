import type { Entity, Side } from './entity';
import type { Phase } from './operation';
import type { OutOfStepGroup } from './out-of-step';
import type { PausedField } from './paused';
import type { UndoneReason } from './preview-outcome';
import type { BrakeKind } from './proposal';
import type { Undoing } from './undoing';

/** How a run works: `full` reads everything, `incremental` what has changed; `preview` writes nothing. */
export const syncModes = ['full', 'incremental', 'preview'] as const;
export type SyncMode = (typeof syncModes)[number];

export type RunState = 'running' | 'completed' | 'needs-approval' | 'blocked' | 'failed' | 'cancelled';

/** States of runs that have read both sides to their end, and done all that no brake holds. */
export const endedWell: readonly RunState[] = ['completed', 'needs-approval'];
/** Whether a state is one of those. */
export const hasEndedWell = (state: string): boolean => endedWell.some((one) => one === state);

export interface UnlinkCounts {
  readonly checked: number;
  /** U1 and U7. */
  readonly unlinked: number;
  /** U3, U5, D1 and X2: retired for other reasons. */
  readonly retired: number;
  readonly relinked: number;
  readonly restored: number;
}

export interface LinkCounts {
  readonly candidates: number;
  readonly linked: number;
  readonly adopted: number;
  readonly created: number;
  readonly skipped: number;
}

export interface UpdateCounts {
  readonly compared: number;
  readonly updatedOfficernd: number;
  readonly updatedHubspot: number;
  readonly unchanged: number;
}

export interface PhaseCounts {
  readonly unlink: UnlinkCounts;
  readonly link: LinkCounts;
  readonly update: UpdateCounts;
}

export interface VendorCalls {
  readonly total: number;
  readonly rateLimited: number;
  readonly byRoute: Readonly<Record<string, number>>;
  /** The fewest calls that could have done this run's work. */
  readonly floor: number;
}

/** The calls that a full run would send now, as far as a preview can tell. */
export interface PredictedCalls {
  readonly total: number;
  readonly byRoute: Readonly<Record<string, number>>;
}

/** The operations that a brake would hold if a run did what the preview shows. */
export interface WouldHold {
  readonly phase: Phase;
  readonly entity: Entity;
  /**
   * U4 for unlinks, U5 for those whose OfficeRnD record is gone, L11 for creations. M6 for values that would be cleared, M2 for values that
   * would give way at first links.
   */
  readonly rule: 'U4' | 'U5' | 'L11' | 'M6' | 'M2';
  readonly operations: number;
}

/** P1: a list that a brake holds, as a report names it. */
export interface HeldList {
  /** The proposal's id, for `orsync approve`. */
  readonly id: string;
  readonly phase: Phase;
  readonly entity: Entity;
  readonly kind: BrakeKind;
  readonly operations: number;
  readonly digest: string;
}

/** Fingerprint of what a run knew of one side's records of an entity when it ended. */
export interface ContentProof {
  readonly records: number;
  /**
   * 32 hex digits, from everything that was read of them but the vendor's modification stamp. The same content has the same hash, whatever
   * the order. Two runs with nobody's edit in between have the same, also a full and an incremental one, if neither has missed a record.
   */
  readonly hash: string;
}

/** A field of which one side said nothing (V1, V2). */
export interface UnreadField {
  readonly side: Side;
  readonly entity: Entity;
  readonly field: string;
}

/** A field that was not as it should be after writes, in this number of OfficeRnD records (S1). */
export interface Surprises {
  readonly entity: Entity;
  readonly field: string;
  readonly records: number;
}

/** The report of a run. */
export interface Report {
  readonly tenant: string;
  readonly runId: string;
  readonly workflowId: string;
  readonly mode: SyncMode;
  readonly state: RunState;
  readonly startedAt: string;
  readonly finishedAt: string | null;
  readonly phases: { readonly [P in keyof PhaseCounts]: Readonly<Partial<Record<Entity, PhaseCounts[P]>>> };
  readonly conflicts: number;
  readonly firstLink: number;
  readonly reviews: number;
  readonly failures: number;
  readonly parked: number;
  readonly drift: number;
  /** L12: creations whose outcome is not known yet, so that they wait. A later run settles them. */
  readonly pending: number;
  /** V3: fields of which a vendor said nothing. They were neither compared nor written. */
  readonly unread: readonly UnreadField[];
  /** V3: fields that are left out, because their property, stage or status is gone at one side. */
  readonly paused: readonly PausedField[];
  /** P1: what brakes hold until a person approves it. */
  readonly proposals: readonly HeldList[];
  /** Why records are not in step after the run, newest first, with the step that helps. Reports of earlier releases have none. */
  readonly outOfStep?: readonly OutOfStepGroup[];
  /** Different records in all of these groups. */
  readonly outOfStepRecords?: number;
  /** S1: fields of OfficeRnD records that were not as they should be after a write. */
  readonly surprises: readonly Surprises[];
  /** M8: the largest age of a look at a record when the write that it was made for left. 0 if nothing was written. */
  readonly lookAgeMs: { readonly max: number };
  /** X3: only of a run that takes back: what it takes back, and how much of it is left as it is. */
  readonly undoes?: Undoing & { readonly left: number };
  /** T3: only of a run for hints: the number of records that it was told of. It reads no others but their partners. */
  readonly hints?: number;
  /** Only of a run that has read everything it set out to read. */
  readonly completeness?: Readonly<Partial<Record<Entity, Readonly<Record<Side, ContentProof>>>>>;
  /**
   * Records that had changed so long before that no incremental run would have shown it any more. Only of a full run that followed another
   * one with the same configuration.
   */
  readonly missedByShortcut?: Readonly<Record<Side, number>>;
  readonly calls: { readonly hubspot: VendorCalls; readonly officernd: VendorCalls };
  /** Only of a preview: what it has read, and the writes with the reads around them (M7, M8) that its plan needs. */
  readonly predictedCalls?: { readonly hubspot: PredictedCalls; readonly officernd: PredictedCalls };
  /** Only of a preview: the brakes at which a run would stop; empty when it would go through. */
  readonly wouldHold?: readonly WouldHold[];
  /** Only of a preview that has come to its end: what `orsync apply` would carry out. */
  readonly binds?: PreviewIdentity;
  /** Only of a run that applies a preview. */
  readonly applied?: AppliedCounts;
}

/** The list that a preview binds itself to. */
export interface PreviewIdentity {
  /** Covers tenant, pair, configuration and every effect. */
  readonly digest: string;
  /** The number of effects. Each field of an update is one. */
  readonly effects: number;
  /** ISO 8601: 14 days later. It can't be applied after that. */
  readonly validUntil: string;
}

/** The end of a run that applies a preview. */
export interface AppliedCounts {
  /** The run id of the preview. */
  readonly preview: string;
  readonly by: string;
  /** ISO 8601: when the person asked for it. */
  readonly at: string;
  readonly note: string | null;
  /** The number of effects that the preview lists. */
  readonly effects: number;
  readonly done: number;
  /** The listed effects that were not done, by reason. */
  readonly notDone: Readonly<Partial<Record<UndoneReason, number>>>;
  /** Operations that the run would have done beside, though the preview does not list them: not done either. */
  readonly unlisted: number;
}

/** Whether a run in this state goes on only when a person acts. */
export const waitsForPerson = (state: RunState): boolean => state === 'needs-approval' || state === 'blocked';
