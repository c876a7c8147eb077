import type { BrakeKind, Effect } from './proposal';

/**
 * A person's word about a single effect of a proposal (P2).
 *
 * | verdict    | a run                                                                        |
 * | ---------- | ---------------------------------------------------------------------------- |
 * | `rejected` | neither does the effect nor proposes it again                                |
 * | `waiting`  | holds it, however few there are: others of its list were decided, and it not |
 */
export const verdictKinds = ['rejected', 'waiting'] as const;
export type VerdictKind = (typeof verdictKinds)[number];

/** The error of an operation that was not carried out because a person has rejected it. */
export const REJECTED = 'rejected';

/** A verdict about one effect. It stands until the effect is planned no more: then something about it has changed. */
export interface Verdict {
  /** The effect's hash, as in proposals. */
  readonly hash: string;
  readonly verdict: VerdictKind;
  readonly brake: BrakeKind;
  /** The proposal that the person had before them. */
  readonly proposal: string;
  readonly effect: Pick<Effect, 'entity' | 'kind' | 'officerndId' | 'hubspotId' | 'reason'>;
  /** Names of the fields that the effect would write. */
  readonly fields: readonly string[];
  readonly by: string;
  readonly at: Date;
  readonly note: string | null;
}

/** The effects of one brake and entity that people have decided about, by their hashes. */
export interface Verdicts {
  readonly rejected: ReadonlySet<string>;
  readonly waiting: ReadonlySet<string>;
}

export const noVerdicts: Verdicts = { rejected: new Set(), waiting: new Set() };
