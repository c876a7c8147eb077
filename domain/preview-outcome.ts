import type { ListedEffect } from './listed-effect';
import type { OperationState } from './operation';

/** Reasons why a run that applies a preview has not done an effect that it lists. */
export const undoneReasons = [
  'changed',
  'already',
  'linked-otherwise',
  'not-linked',
  'hubspot-gone',
  'officernd-gone',
  'back',
  'review',
  'refused',
  'pending',
  'no-longer',
  'run-ended',
  'stale',
] as const;
export type UndoneReason = (typeof undoneReasons)[number];

/** An operation of the run that applies a preview, as far as an effect is compared with it. */
export interface DoneOperation {
  readonly kind: ListedEffect['kind'];
  readonly state: OperationState;
  readonly fields: readonly { readonly field: string }[];
}

/** The facts about the records of an effect when the run is over. */
export interface EffectFacts {
  /** The state of the very same effect in the run's journal; null where the run did not plan it. */
  readonly same: OperationState | null;
  /** The run's other operations that name one of the records. */
  readonly others: readonly DoneOperation[];
  /** Whether the two records are linked with each other, or one of them with another. */
  readonly link: 'this-pair' | 'another' | 'none';
  readonly isHubSpotThere: boolean;
  readonly isOfficerndThere: boolean;
  /** Whether a review of the run names one of the records. */
  readonly isInReview: boolean;
  /** Whether a failure is noted for the record, or for the field. */
  readonly hasFailed: boolean;
  /** Whether the run came to its end. */
  readonly isRunOver: boolean;
  /** Whether the preview belongs to another pair or configuration than the run. */
  readonly isStale: boolean;
}

/** Whether a listed effect was done; else the reason why not. Null means that it was done. */
export function undoneReasonOf(effect: ListedEffect, facts: EffectFacts): UndoneReason | null {
  const { same, isRunOver } = facts;
  if (same === 'applied') return null;
  if (facts.isStale) return 'stale';
  if (same === 'calling') return 'pending';
  if (same === 'failed') return refusalOf(effect, facts);
  if (!isRunOver) return 'run-ended';
  if (facts.others.some((other) => isOtherwise(effect, other))) return 'changed';
  switch (effect.kind) {
    case 'unlink':
      if (facts.link !== 'this-pair' && !(effect.reason === 'U7' && isBack(effect, facts))) return 'already';
      return isBack(effect, facts) ? 'back' : unexplained(facts);
    case 'relink':
    case 'link':
    case 'create':
      return linkReason(effect, facts);
    case 'updateOfficernd':
    case 'updateHubspot':
      return updateReason(facts);
  }
}

/** A run notes a failed operation for what became untrue at the last moment, too. */
const refusalOf = (effect: ListedEffect, facts: EffectFacts): UndoneReason =>
  facts.hasFailed ? 'refused' : effect.kind === 'unlink' && isBack(effect, facts) ? 'back' : 'changed';

/** Whether the record is there again whose absence would end a link (U1, U5, U7). */
const isBack = ({ reason }: ListedEffect, facts: EffectFacts): boolean =>
  reason === 'U5' ? facts.isOfficerndThere : reason !== 'U3' && facts.isHubSpotThere;

/** Whether the run planned something else in the place of an effect: another value of the field, or another partner of the record. */
function isOtherwise(effect: ListedEffect, { kind, fields }: DoneOperation): boolean {
  if (effect.phase !== 'update') return effect.phase === 'link' ? kind === 'link' || kind === 'create' : kind === effect.kind;
  const [changed] = effect.fields;
  return kind === effect.kind && fields.some(({ field }) => field === changed?.field);
}

function linkReason({ kind }: ListedEffect, facts: EffectFacts): UndoneReason {
  if (facts.link === 'this-pair') return 'already';
  if (facts.link === 'another') return kind === 'create' ? 'already' : 'linked-otherwise';
  if (!facts.isHubSpotThere) return 'hubspot-gone';
  if (kind !== 'create' && !facts.isOfficerndThere) return 'officernd-gone';
  return unexplained(facts);
}

function updateReason(facts: EffectFacts): UndoneReason {
  if (facts.link === 'this-pair') return unexplained(facts);
  if (!facts.isHubSpotThere) return 'hubspot-gone';
  return facts.isOfficerndThere ? 'not-linked' : 'officernd-gone';
}

const unexplained = ({ isInReview, hasFailed }: EffectFacts): UndoneReason => (hasFailed ? 'refused' : isInReview ? 'review' : 'no-longer');
