/**
 * How long a slice has moved nothing. The pause after a failed attempt grows with the attempts in vain, not with all attempts. A vendor that
 * answers between its failures is not down.
 */

/** The part of an activity's info that tells it. */
interface AttemptInfo {
  readonly attempt: number;
  /** As the last attempt has sent them. */
  readonly heartbeatDetails: unknown;
}

/** Marks the error of an attempt that had moved on before. */
const MOVED = Symbol('moved');

/** Notes on an error that its attempt had finished a step before. */
export function noteMoved(error: unknown): void {
  if (error instanceof Error) Object.defineProperty(error, MOVED, { value: true });
}

/** The attempt in which a slice has moved on last: 1 before its first step. */
export function movedAtIn(details: unknown): number {
  return typeof details === 'object' && details !== null && 'movedAt' in details && typeof details.movedAt === 'number'
    ? details.movedAt
    : 1;
}

/** The number of attempts since the last step, this one among them. Without an error: as it is before this attempt has done anything. */
export const attemptsInVain = ({ attempt, heartbeatDetails }: AttemptInfo, error?: unknown): number =>
  error instanceof Error && MOVED in error ? 1 : Math.max(1, attempt - movedAtIn(heartbeatDetails) + 1);
