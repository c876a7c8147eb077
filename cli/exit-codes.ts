import type { RunState } from '../domain/report';

/** The exit codes of the command line. They are public (docs/commands.md). */
export const exitCodes = {
  ok: 0,
  failed: 1,
  /** Wrong usage or configuration. */
  wrong: 2,
  /** A person must act: a brake holds changes, or a run is blocked. */
  waiting: 3,
} as const;
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** The exit code of `orsync sync --wait`. */
export function exitCodeOf(state: RunState): ExitCode {
  switch (state) {
    case 'running':
    case 'completed':
      return exitCodes.ok;
    case 'needs-approval':
    case 'blocked':
      return exitCodes.waiting;
    case 'failed':
    case 'cancelled':
      return exitCodes.failed;
  }
}
