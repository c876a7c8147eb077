/** Thrown when a decision can't be taken down. The message says why, and what to do. */
export class DecisionRefusedError extends Error {
  override readonly name = 'DecisionRefusedError';

  constructor(
    readonly kind: 'unknown-review' | 'unknown-decision' | 'not-linked' | 'contradiction' | 'unfit',
    message: string,
    /** Of several decisions at once: what is wrong with which. */
    readonly problems: readonly DecisionProblem[] = [],
  ) {
    super(message);
  }
}

/** A fault of one of several decisions. */
export interface DecisionProblem {
  /** The line of the file, else the place in the list, from 1. */
  readonly line: number;
  readonly message: string;
}

/** Several decisions of which some can't be used, so that none is taken down. */
export function unusable(problems: readonly DecisionProblem[]): DecisionRefusedError {
  const lines = [...new Set(problems.map(({ line }) => line))];
  return new DecisionRefusedError(
    'unfit',
    `Nothing is decided: ${lines.length === 1 ? 'line' : 'lines'} ${lines.join(', ')} can't be used.`,
    problems,
  );
}
