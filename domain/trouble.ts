/** Why a run waits for a person or has ended badly: free of personal data (A6). */
export interface Trouble {
  readonly kind: string;
  /** One sentence that says what to do. */
  readonly message: string;
  /** The setting it concerns, where there is one. */
  readonly setting: string | null;
}

/** Type of the failures that only a person can mend: activities throw it, workflows wait for `resume` when they meet it. */
export const BLOCKED_FAILURE = 'Blocked';
