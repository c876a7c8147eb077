import type { FailureGroup } from '../../domain/failure-groups';
import type { OutOfStepGroup, RecordIds } from '../../domain/out-of-step';
import type { PausedField } from '../../domain/paused';
import type { RunState, SyncMode } from '../../domain/report';
import type { Trouble } from '../../domain/trouble';
import type { StoredFailure } from '../../store/failures';
import type { Progress } from '../../workflows/api';
import type { HeldProposal } from '../runs/held';
import type { PlannedOperation } from '../runs/run-report';
import type { Wait } from '../runs/waits';
import type { ShownDecision } from '../decisions/shown-decision';
import type { LocationValue } from './failures';
import type { NamedReview, RecordNames } from './named-records';
import type { NextRun } from './schedules';
import type { WorkerStanding } from './worker-standing';

/** Everything that a person needs to know about a tenant's sync, and to act on it. The output of `orsync status --json`. */
export interface TenantStatus {
  readonly tenant: string;
  /** Whether a run is under way; a run that waits is. */
  readonly running: boolean;
  /** The run under way, else the last one; null when there has been none. */
  readonly runId: string | null;
  readonly mode: SyncMode | null;
  readonly state: RunState | null;
  readonly paused: boolean;
  readonly phase: Progress['phase'];
  readonly counts: Progress['counts'];
  readonly trouble: Trouble | null;
  readonly startedAt: string | null;
  readonly finishedAt: string | null;
  /** Steps that are tried again later by themselves. */
  readonly waits: readonly Wait[];
  /** V3: fields that the newest run has left out. `paused` says whether the run itself is paused. */
  readonly pausedFields: readonly PausedField[];
  /** How many reviews are open, and how many failures are parked. */
  readonly reviews: number;
  readonly parked: number;
  /** P1: what the newest runs hold until a person approves it, with the first hundred operations of each list. */
  readonly proposals: readonly NamedProposal[];
  /** D1: how many decisions are in force, and the first hundred that the last run could not carry out. */
  readonly decisions: { readonly inForce: number; readonly blocked: readonly ShownDecision[] };
  /** The first hundred of each. */
  readonly openReviews: readonly NamedReview[];
  readonly failing: readonly NamedFailure[];
  /** Whether workers serve this installation; null where this program may not ask. */
  readonly worker: WorkerStanding | null;
  /** The sources that workers ask for changes (T1); absent where there is none. */
  readonly feeds?: readonly ShownFeed[];
  /** The next run that a Temporal Schedule starts; absent where none does. */
  readonly nextRun?: NextRun;
  /** A schedule that starts none because somebody has paused it; absent where there is none, or another one starts a run. */
  readonly pausedSchedule?: string;
  /** Why records are not in step, newest first, with the step that helps. */
  readonly outOfStep: readonly ShownGroup[];
  /** Different records in all of these groups. */
  readonly outOfStepRecords: number;
  /** Whether the newest runs have read everything to its end. If not, more may be out of step than is known. */
  readonly isAllKnown: boolean;
  /** The steps for a person, each with its exact command, the most urgent first. */
  readonly todo: readonly TodoItem[];
  /** T1, T3: the number of records that hints have told of and that wait. The newest run for hints; null when there was none lately. */
  readonly hints: { readonly waiting: number; readonly lastRun: TrendRun | null };
  /** The last ten runs, newest first, without those for hints. */
  readonly trend: readonly TrendRun[];
}

/** A source of hints that is asked again and again, such as HubSpot's journal. */
export interface ShownFeed {
  readonly name: string;
  /** When it was last asked with success. */
  readonly lastAt: string | null;
  /** Why it does not get on, in one sentence; null while all is well. */
  readonly lastError: string | null;
}

/** Records that are out of step for one reason. Those without a location come with the values that lead to none (L8). */
export interface ShownGroup extends OutOfStepGroup {
  readonly values?: readonly LocationValue[];
}

/** An operation of a held list, with the names of its record. */
export type NamedOperation = PlannedOperation & Partial<RecordNames>;

/** A list that a brake holds, with the names of its records. */
export interface NamedProposal extends Omit<HeldProposal, 'held'> {
  readonly held: readonly NamedOperation[];
}

/** A failure with the names of its record, and the group that `orsync failures` shows it in. */
export interface NamedFailure
  extends
    Omit<StoredFailure, 'dataHash' | 'lastRun' | 'side' | 'against' | 'heldElsewhere' | 'search'>,
    Partial<RecordNames>,
    Partial<RecordIds> {
  readonly vendor?: FailureGroup['vendor'];
}

/** A step for a person. */
export interface TodoItem {
  /** One sentence, without a name or a value of a record. */
  readonly what: string;
  /** The exact command, without options that only a person knows. */
  readonly command: string;
}

/** A run in the list of the last ten. */
export interface TrendRun {
  readonly runId: string;
  readonly mode: SyncMode;
  readonly state: RunState;
  readonly startedAt: string;
  /** Null of a run that has not ended. */
  readonly tookMs: number | null;
  /** The rest is null of a run that has written no report. */
  readonly linked: number | null;
  readonly created: number | null;
  readonly written: number | null;
  readonly failures: number | null;
  readonly outOfStep: number | null;
}
