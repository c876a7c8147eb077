/** A moment by two clocks, in milliseconds. */
export interface Moment {
  /** Since 1970. It may be set, forwards and back. */
  readonly wallMs: number;
  /** Nobody can set it, but it may stand still while the host is suspended. */
  readonly steadyMs: number;
}

export type Clocks = () => Moment;

/** The clocks of this process. */
export const realClocks: Clocks = () => ({ wallMs: Date.now(), steadyMs: performance.now() });

/** The same, with a wall clock of the caller's. */
export const clocksWith =
  (wallMs: () => number): Clocks =>
  () => ({ ...realClocks(), wallMs: wallMs() });

/**
 * The time between two moments, by the clock that shows more: what is fresh must be so by both. Infinite when the wall clock was set back in
 * between, because then it says nothing.
 */
export function elapsedMs(from: Moment, to: Moment): number {
  const wallMs = to.wallMs - from.wallMs;
  return wallMs < 0 ? Number.POSITIVE_INFINITY : Math.max(wallMs, to.steadyMs - from.steadyMs);
}
