import type { Entity, Side } from './entity';

/** How a run works: `full` reads everything, `incremental` what has changed; `preview` writes nothing. */
export const syncModes = ['full', 'incremental', 'preview'] as const;
export type SyncMode = (typeof syncModes)[number];

export type RunState = 'running' | 'completed' | 'needs-approval' | 'blocked' | 'failed' | 'cancelled';

export interface UnlinkCounts {
  readonly checked: number;
  /** U1 and U7. */
  readonly unlinked: number;
  /** U3 and U5: retired for other reasons. */
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
  readonly phase: 'unlink' | 'link';
  readonly entity: Entity;
  /** U4 for unlinks, L11 for creations. */
  readonly rule: 'U4' | 'L11';
  readonly operations: number;
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
  /** Only of a run that has read everything it set out to read. */
  readonly completeness?: Readonly<Partial<Record<Entity, Readonly<Record<Side, ContentProof>>>>>;
  readonly calls: { readonly hubspot: VendorCalls; readonly officernd: VendorCalls };
  /** Only of a preview: what it has read, and the writes with the reads around them (M7, M8) that its plan needs. */
  readonly predictedCalls?: { readonly hubspot: PredictedCalls; readonly officernd: PredictedCalls };
  /** Only of a preview: the brakes at which a run would stop; empty when it would go through. */
  readonly wouldHold?: readonly WouldHold[];
}

/** Whether a run in this state goes on only when a person acts. */
export const waitsForPerson = (state: RunState): boolean => state === 'needs-approval' || state === 'blocked';
