import type { Entity, Side } from './entity';
import type { HubSpotId, OfficerndId } from './ids';

/** D1: what a person may say about records. */
export type Verdict =
  /** The two belong together. `prefers`: whose values win where both differ; null is M2 as at any first link. */
  | {
      readonly kind: 'link';
      readonly officerndId: OfficerndId;
      readonly hubspotId: HubSpotId;
      readonly prefers: 'hubspot' | null;
    }
  /** The two are never one. A link that they have ends: so a link is ended by hand. */
  | { readonly kind: 'keep-apart'; readonly officerndId: OfficerndId; readonly hubspotId: HubSpotId }
  /** A record of its own in OfficeRnD, whatever candidates there are. It is made once. */
  | { readonly kind: 'create'; readonly hubspotId: HubSpotId }
  /** Neither linked nor created. */
  | { readonly kind: 'ignore'; readonly side: Side; readonly id: string };

export type DecisionKind = Verdict['kind'];

export const decisionKinds = ['link', 'keep-apart', 'create', 'ignore'] as const satisfies readonly DecisionKind[];

/** The person who decided or withdrew a decision, and the time. */
export interface Said {
  readonly by: string;
  readonly at: Date;
  readonly note: string | null;
}

/** A person's word about records. It stays until it is withdrawn. */
export interface Decision extends Said {
  /** Unique within the tenant, and short enough to be typed. */
  readonly id: string;
  readonly entity: Entity;
  readonly verdict: Verdict;
  /** The review that it answers. */
  readonly review: string | null;
  readonly withdrawn: Said | null;
  /** The newest run's result; null until a run has come to its end. */
  readonly outcome: DecisionOutcome | null;
}

/** Why a decision is not carried out. */
export const obstacles = [
  'officernd-gone',
  'hubspot-gone',
  'linked-elsewhere',
  'still-linked',
  'overruled',
  'already-there',
  'held',
  'pending',
  'refused',
  'not-done',
] as const;
export type Obstacle = (typeof obstacles)[number];

/** The fate of a decision. */
export type Result =
  | { readonly state: 'done' }
  /** `about`: the records, the decision or the reason that stand in the way. Ids and codes, no values. */
  | { readonly state: 'blocked'; readonly obstacle: Obstacle; readonly about: readonly string[] };

/** The fate of a decision by the end of a run. */
export interface DecisionOutcome {
  readonly run: string;
  readonly at: Date;
  readonly result: Result;
}

/** Whether a run has carried a decision out. */
export const isDone = ({ outcome }: Pick<Decision, 'outcome'>): boolean => outcome?.result.state === 'done';

/**
 * Names of what a decision lays claim to. Two decisions that have a name in common contradict each other, or say the same. A record has one
 * partner, is created or ignored; a pair belongs together or not.
 */
export function claimsOf(entity: Entity, verdict: Verdict): readonly string[] {
  const of = (side: Side, id: string): string => `${side}/${entity}/${id}`;
  const pair = (officerndId: OfficerndId, hubspotId: HubSpotId): string => `pair/${entity}/${officerndId}/${hubspotId}`;
  switch (verdict.kind) {
    case 'link': {
      const { officerndId, hubspotId } = verdict;
      return [of('officernd', officerndId), of('hubspot', hubspotId), pair(officerndId, hubspotId)];
    }
    case 'keep-apart':
      return [pair(verdict.officerndId, verdict.hubspotId)];
    case 'create':
      return [of('hubspot', verdict.hubspotId)];
    case 'ignore':
      return [of(verdict.side, verdict.id)];
  }
}

/** Whether two decisions say the same about the same records. */
export function sameVerdict(one: Verdict, other: Verdict): boolean {
  switch (one.kind) {
    case 'link':
      return other.kind === 'link' && samePair(one, other) && one.prefers === other.prefers;
    case 'keep-apart':
      return other.kind === 'keep-apart' && samePair(one, other);
    case 'create':
      return other.kind === 'create' && one.hubspotId === other.hubspotId;
    case 'ignore':
      return other.kind === 'ignore' && one.side === other.side && one.id === other.id;
  }
}

const samePair = (
  one: { readonly officerndId: OfficerndId; readonly hubspotId: HubSpotId },
  other: { readonly officerndId: OfficerndId; readonly hubspotId: HubSpotId },
): boolean => one.officerndId === other.officerndId && one.hubspotId === other.hubspotId;

/** The records that a verdict names. */
export function recordsOf(verdict: Verdict): { readonly officerndId: OfficerndId | null; readonly hubspotId: HubSpotId | null } {
  switch (verdict.kind) {
    case 'link':
    case 'keep-apart':
      return { officerndId: verdict.officerndId, hubspotId: verdict.hubspotId };
    case 'create':
      return { officerndId: null, hubspotId: verdict.hubspotId };
    case 'ignore':
      return verdict.side === 'officernd' ? { officerndId: verdict.id, hubspotId: null } : { officerndId: null, hubspotId: verdict.id };
  }
}
