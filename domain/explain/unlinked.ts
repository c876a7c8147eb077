import { parseLinkId } from '../ids';
import type { Observation } from '../observation';
import type { Review } from '../review';
import { createMatching } from './candidates';
import type { ConsideredPair } from './candidates';
import { explainCreation } from './creation';
import type { CreationFacts } from './creation';
import { takenBackOf } from './match-stages';
import type { MatchingFacts } from './match-stages';
import { because, whyEntityLeftOut } from './words';
import type { Reason } from './words';

/** Why a record has no link: the candidates that were considered, and what the next run does about it. */
export interface ExplainedUnlinked {
  readonly candidates: readonly ConsideredPair[];
  /** The reason why the record itself is, or is not, created or linked. */
  readonly verdict: Reason & { readonly isNext: boolean; readonly said: string | null };
}

export interface UnlinkedFacts extends MatchingFacts {
  /** The record itself. Null when no reading knows it, though something else does. */
  readonly record: Observation | null;
  /** The cases that name the record and are not over. */
  readonly reviews: readonly Review[];
  readonly creation: Omit<CreationFacts, 'tenant' | 'entity' | 'mapping' | 'hubspot' | 'outcome' | 'rulings' | 'takenBack'>;
}

/** Explains a record that no active link covers (L1). Matching and creating are decided by the planners that runs use. */
export function explainUnlinked(facts: UnlinkedFacts): ExplainedUnlinked {
  const { record, mapping, tenant, entity } = facts;
  const nothing = (reason: Reason): ExplainedUnlinked => ({ candidates: [], verdict: { ...reason, isNext: false, said: null } });
  if (record === null)
    return nothing(because('U2', 'It is not among the records that were read last: it is gone, or no run has read it yet.'));
  const leftOut = whyEntityLeftOut(mapping, entity);
  if (leftOut !== null) return nothing(leftOut);
  const matching = createMatching(facts);
  const candidates =
    record.side === 'hubspot'
      ? facts.officernd.flatMap(({ id }) => matching.consider(record.id, id))
      : facts.hubspot.flatMap(({ id }) => matching.consider(id, record.id));
  if (record.side === 'hubspot') {
    const outcome = matching.outcomeOf(record.id);
    const takenBack = takenBackOf(facts, record);
    const ruled = { ...(facts.rulings !== undefined && { rulings: facts.rulings }), ...(takenBack !== undefined && { takenBack }) };
    return { candidates, verdict: explainCreation({ ...facts.creation, ...ruled, tenant, entity, mapping, hubspot: record, outcome }) };
  }
  return { candidates, verdict: verdictOnOfficernd(facts, record, candidates) };
}

function verdictOnOfficernd(
  facts: UnlinkedFacts,
  record: Observation,
  candidates: readonly ConsideredPair[],
): ExplainedUnlinked['verdict'] {
  const { mapping, tenant, entity, heldOfficernd, hubspot, reviews, rulings } = facts;
  const next = candidates.find(({ isNext }) => isNext);
  if (next !== undefined)
    return { ...because(next.rule, `The next run links it to HubSpot record ${next.hubspotId}.`), isNext: true, said: null };
  const settled = (reason: Reason) => ({ ...reason, isNext: false, said: null });
  if (rulings?.isSetAside('officernd', record.id) === true)
    return settled(because('D1', 'A person has decided about it, so no key is tried.', `orsync decisions ${tenant}`));
  if (heldOfficernd.has(record.id))
    return settled(because('U4', 'A brake holds the end of its link until a person decides.', `orsync status ${tenant}`));
  const takenBack = takenBackOf(facts, record);
  if (takenBack !== undefined)
    return settled(
      because(
        'X2',
        'The run that had linked it was undone, so it is left alone: no key links it.',
        `orsync link ${tenant} ${entity} ${takenBack.officerndId} ${takenBack.hubspotId}`,
      ),
    );
  const review = reviews.find(({ officerndIds }) => officerndIds.includes(record.id));
  // The case of another portal's id has a sentence of its own.
  if (review !== undefined && review.kind !== 'other-portal')
    return settled(because(review.rule.split(' ')[0] ?? review.rule, 'It waits for a person.', `orsync review ${tenant} ${review.id}`));
  const { linkId } = record;
  if (linkId !== null) {
    const parsed = parseLinkId(linkId, mapping.portalId);
    if (parsed.kind !== 'ours')
      return settled(
        because(
          'U7',
          `Its hubspot_link_id is ${parsed.kind === 'unreadable' ? 'unreadable' : 'that of another portal'} and is left alone.`,
          'clear it in OfficeRnD if it is not wanted',
        ),
      );
    if (!hubspot.some(({ id, mergedIds }) => id === parsed.hubspotId || mergedIds.includes(parsed.hubspotId)))
      return settled(because('U7', `No HubSpot record ${parsed.hubspotId} is known, so a run that has proven that clears the id.`));
  }
  return settled(
    because(
      'L7',
      'No HubSpot record is linked to it, and an OfficeRnD record without a match is left as it is: nothing is created in HubSpot.',
      candidates.length === 0 ? `create it in HubSpot, or orsync link ${tenant} ${entity} ${record.id} HUBSPOT` : null,
    ),
  );
}
