import { elapsedMs } from '../../connectors/clocks';
import type { Clocks, Moment } from '../../connectors/clocks';
import { LookTooOld } from '../../connectors/look-too-old';

/**
 * M8: a record is read again right before it is written, and the write leaves at most this long after that reading was sent. An older look
 * is repeated.
 */
export const LOOK_VALID_MS = 2_000;
/** After so many looks the write leaves with the last one. A vendor whose every answer takes longer would never be written to. */
const MOST_LOOKS = 4;

/** The reading of records for one write. */
export interface Look {
  /** The `beforeSend` of the call that reads. The look's age counts from its first call. */
  readonly begin: () => Promise<void>;
  /** Another reading begins: its age counts anew. */
  readonly again: () => void;
  /** Call it last before the write leaves. Throws `LookTooOld` when the record must be read again. */
  readonly assertFresh: () => void;
}

/** The looks of a slice. */
export interface Looks {
  readonly next: () => Look;
  /** The largest age, in milliseconds, of a look whose write has left. Null if it has not grown since it was last taken. */
  readonly takeMaxAgeMs: () => number | null;
}

export interface LooksDeps {
  /** A look is young only by both: one of them may have stood still. */
  readonly clocks: Clocks;
}

export function createLooks({ clocks }: LooksDeps): Looks {
  let maxAgeMs = 0;
  let takenMs = 0;
  return {
    takeMaxAgeMs: () => {
      if (maxAgeMs === takenMs) return null;
      takenMs = maxAgeMs;
      return maxAgeMs;
    },
    next: () => {
      let begunAt: Moment | null = null;
      let looks = 1;
      return {
        begin: async () => {
          begunAt ??= clocks();
        },
        again: () => {
          begunAt = null;
          looks += 1;
        },
        assertFresh: () => {
          const now = clocks();
          const from = begunAt ?? now;
          const ageMs = elapsedMs(from, now);
          if (ageMs > LOOK_VALID_MS && looks < MOST_LOOKS) throw new LookTooOld('The record was read too long ago to be written.');
          // After the wall clock was set back, only the other one tells an age.
          maxAgeMs = Math.max(maxAgeMs, Math.ceil(Number.isFinite(ageMs) ? ageMs : now.steadyMs - from.steadyMs));
        },
      };
    },
  };
}
