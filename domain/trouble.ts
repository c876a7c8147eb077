/** Why a run waits for a person or has ended badly: free of personal data (A6). */
export interface Trouble {
  readonly kind: string;
  /** One sentence that says what to do. */
  readonly message: string;
  /** The setting it concerns, where there is one. */
  readonly setting: string | null;
}

/** Reads the trouble from a failure's sentence and details: kind and setting, as activities/slice/failures.ts puts them. */
export const troubleFrom = (message: string, [kind, setting]: readonly unknown[]): Trouble => ({
  kind: typeof kind === 'string' ? kind : 'failed',
  message,
  setting: typeof setting === 'string' ? setting : null,
});

/** A step of a run that waits and goes on by itself. */
export interface WaitingStep {
  /** The activity's type; in the parent, phase and entity come before it: `observe/member/observeOfficernd`. */
  readonly step: string;
  readonly trouble: Trouble;
}

/** A notice about a step: what it waits for, or null when it waits no longer. */
export interface WaitNotice extends Pick<WaitingStep, 'step'> {
  readonly trouble: Trouble | null;
}

/** Signal: an activity tells the workflow that scheduled it, and a child its parent, that it waits (`WaitNotice`). */
export const NOTE_WAIT = 'noteWait';

/** Type of the failures that only a person can mend: activities throw it, workflows wait for `resume` when they meet it. */
export const BLOCKED_FAILURE = 'Blocked';
