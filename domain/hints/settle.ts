/** T2: when a record may be read after a hint. */

/** T2: a record is read at the latest this long after its first hint, however often it is hinted at. */
export const LONGEST_SETTLE_MS = 60_000;

/** The default of the tenant file's `settleSeconds`. */
export const SETTLE_SECONDS = 5;

/** T2: how long a tenant's records settle. `settleSeconds` is the tenant file's setting, where it has one. */
export const settleMsOf = ({ settleSeconds = SETTLE_SECONDS }: { readonly settleSeconds?: number | undefined }): number =>
  settleSeconds * 1_000;

/** The times of a record's hints. */
export interface WaitingHint {
  readonly firstAtMs: number;
  readonly lastAtMs: number;
}

/** T2: when a record has settled: a while after its last hint, at most a minute after its first. */
export const settledAtMs = ({ firstAtMs, lastAtMs }: WaitingHint, settleMs: number): number =>
  Math.min(lastAtMs + settleMs, firstAtMs + LONGEST_SETTLE_MS);

/** When the first of some records has settled; null without any. */
export const firstSettledAtMs = (hints: readonly WaitingHint[], settleMs: number): number | null =>
  hints.length === 0 ? null : Math.min(...hints.map((hint) => settledAtMs(hint, settleMs)));
