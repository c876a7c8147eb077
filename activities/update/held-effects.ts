import type { Link } from '../../domain/link';
import type { Operation } from '../../domain/operation';
import type { Counters } from '../../domain/counters';
import { FIRST_LINK } from '../../domain/update-brake';
import type { BrakeCounts, BrakedEffect } from '../../domain/update-brake';
import type { Verdicts } from '../../domain/verdict';
import { approvedEffects, holdAsProposal, verdictsOf } from '../brakes';
import type { SliceWork } from '../slice/run-slice';

/** The operation that a held effect is stored as. Each field is one of its own, so that each is approved with its values (P1). */
export const heldOperation = (link: Link, { kind, side, change }: BrakedEffect): Operation => ({
  id: `held-${kind}/${link.id}/${side}/${change.field}`,
  phase: 'update',
  entity: link.entity,
  kind: side === 'officernd' ? 'updateOfficernd' : 'updateHubspot',
  officerndId: link.officerndId,
  hubspotId: link.hubspotId,
  fields: [change],
  reason: kind === 'erase' ? 'M6' : 'M2',
});

/** The brakes of this phase. */
const brakes = ['erase', 'first-link'] as const;

/**
 * The hashes of the effects of these lists that a person has approved (P2).
 * @param isAnyWaiting whether effects wait for a verdict of their own, of whatever list
 */
export async function approvedEffectsOf(
  work: SliceWork,
  lists: readonly string[],
  { isAnyWaiting }: { readonly isAnyWaiting: boolean },
): Promise<ReadonlySet<string>> {
  const kinds = isAnyWaiting ? brakes : new Set(lists.map((list) => (list === FIRST_LINK ? 'first-link' : 'erase')));
  const approved = await Promise.all([...kinds].map((kind) => approvedEffects(work, kind)));
  return new Set(approved.flatMap((hashes) => [...hashes]));
}

/** The verdicts about effects of this phase that stood when the run began (P2). */
export async function verdictsOfPhase(work: SliceWork): Promise<Verdicts> {
  const [erase, firstLink] = await Promise.all([verdictsOf(work, 'erase'), verdictsOf(work, 'first-link')]);
  return {
    rejected: new Set([...erase.rejected, ...firstLink.rejected]),
    waiting: new Set([...erase.waiting, ...firstLink.waiting]),
  };
}

/** The effects of these lists, under the names of a preview's counters. */
export function effectsOf({ effects }: BrakeCounts, lists: readonly string[]): Counters {
  const sumOf = (wanted: readonly string[]): number => wanted.reduce((sum, list) => sum + (effects[list] ?? 0), 0);
  return {
    wouldHoldErase: sumOf(lists.filter((list) => list !== FIRST_LINK)),
    wouldHoldFirstLink: sumOf(lists.filter((list) => list === FIRST_LINK)),
  };
}

/** P1: makes proposals of what the run holds in this phase for an entity, and counts it. */
export async function proposeHeld(work: SliceWork): Promise<Counters> {
  const { store, run, input } = work;
  const held = await store.operations.count(run.id, { phase: 'update', entity: input.entity, state: 'held' });
  if (run.applies !== undefined) return { unlisted: held };
  if (held > 0) for (const kind of ['erase', 'first-link'] as const) await holdAsProposal(work, kind);
  return { held };
}
