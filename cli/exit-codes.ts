import type { RunState } from '../domain/report';

/** How the command line ends (contract, What can be relied on from outside). */
export const exitCodes = {
  ok: 0,
  failed: 1,
  /** Wrong usage or configuration. */
  wrong: 2,
  /** A person has to act: a brake, or a run that is blocked. */
  waiting: 3,
} as const;
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** What `orsync sync --wait` ends with. */
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
