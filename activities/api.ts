import type { Counters } from '../domain/counters';
import type { Entity } from '../domain/entity';
import type { RunState, SyncMode } from '../domain/report';
import type { Trouble } from '../domain/trouble';
import type { Undoing } from '../domain/undoing';

/** References by which every activity finds its data. They never hold the data themselves (A6). */
export interface RunRef {
  readonly tenant: string;
  readonly runId: string;
  readonly mode: SyncMode;
}

export interface PrepareInput extends RunRef {
  readonly entities: readonly Entity[] | null;
  readonly workflowId: string;
  /** The run id of the preview that the run carries out. */
  readonly applies?: string;
  /** X3: what the run takes back. Absent in a sync. */
  readonly undoes?: Undoing;
  /** T3: the run is for hints. */
  readonly hints?: boolean;
}

export interface Prepared {
  readonly entities: readonly Entity[];
  readonly mappingHash: string;
  /** Heartbeat time-out of the run's further activities. Results of older versions lack it. */
  readonly heartbeatTimeoutMs?: number;
  /** X3: the parts of a run that takes back, newest first as the undone run did them. Absent in a sync. */
  readonly takesBack?: readonly ('values' | 'links')[];
}

/** One bounded piece of work: it starts at `cursor` and stops after about 45 s. */
export interface SliceInput extends RunRef {
  readonly entity: Entity;
  readonly cursor: string | null;
}

export interface SliceResult {
  /** The place where the next slice goes on. */
  readonly cursor: string | null;
  /** The counts that this slice adds to those of the slices before it. */
  readonly counters: Counters;
  readonly done: boolean;
  /**
   * Only of a step that is done: everything that this run has applied so far in its phase for its entity, under the report's names. It
   * comes from the journal, so it is complete even after a crash. `counters`, in contrast, are added up slice by slice.
   */
  readonly applied?: Counters;
  /** Only of a step that is done: the number of operations left for the following steps, where it is known. With 0, those are skipped. */
  readonly planned?: number;
}

export interface NoteStateInput extends RunRef {
  readonly state: RunState;
  readonly trouble: Trouble | null;
  /** A person has resumed the run, and so has seen why it was blocked (S1). */
  readonly resumedByPerson?: true;
}

export interface FinishInput extends RunRef {
  readonly state: RunState;
  readonly workflowId: string;
  readonly trouble: Trouble | null;
  /** The run has reported what it holds, and waits for a person. Only runs that an older version has begun do. */
  readonly isWaiting?: boolean;
  /** Counters of the children, by phase and entity. */
  readonly counts: Readonly<Record<string, Readonly<Record<string, Counters>>>>;
}

/** Sums for search attributes and the run's summary. */
export interface Finished {
  readonly changed: number;
  readonly conflicts: number;
  readonly failed: number;
  /** The ids of the proposals that the run ends with (P1). */
  readonly proposals?: readonly string[];
}

export type SliceActivity = (input: SliceInput) => Promise<SliceResult>;

/** Activities on the task queue `sync-hubspot`. */
export interface HubSpotActivities {
  readonly prepareRun: (input: PrepareInput) => Promise<Prepared>;
  readonly observeHubSpot: SliceActivity;
  readonly updateLinks: SliceActivity;
  readonly finishRun: (input: FinishInput) => Promise<Finished>;
  readonly noteState: (input: NoteStateInput) => Promise<void>;
}

/** Local activities of the worker that has the workflow, on the task queue `sync-workflows`. */
export interface WorkflowActivities {
  /** Names of those of our search attributes that the namespace has with the right type. */
  readonly knownSearchAttributes: () => Promise<readonly string[]>;
}

/** Local activities of the worker that has the workflow `keepInStep`. */
export interface KeeperActivities {
  /** T2, T3: asks for a run where hints have settled, and for a full one where hints were lost (T5). May be repeated with the same id. */
  readonly tendInbox: (input: { readonly tenant: string; readonly requestId: string }) => Promise<Tended>;
}

export interface Tended {
  /** When the next hint settles, in milliseconds since 1970; null while none waits that no run was asked for. */
  readonly nextAtMs: number | null;
  /** With worker versioning, a workflow stays on its version until it ends. So a keeper may not sleep on for ever. */
  readonly endsWhenIdle?: boolean;
}

/** Activities on the task queue `sync-officernd`. */
export interface OfficerndActivities {
  readonly observeOfficernd: SliceActivity;
  readonly planUnlinks: SliceActivity;
  readonly applyUnlinks: SliceActivity;
  readonly matchRecords: SliceActivity;
  readonly planCreates: SliceActivity;
  readonly applyCreates: SliceActivity;
  readonly releaseHeld: (input: RunRef) => Promise<number>;
}
