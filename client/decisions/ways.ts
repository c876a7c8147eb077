import type { Review } from '../../domain/review';
import { verdictsOf } from './wish';
import type { Partners, Word } from './wish';

/** A decision that a case can take as it is now. */
export interface Way {
  readonly say: Word;
  /** The records that it names, in the order of the command. Empty where it needs none, or where a person has to choose. */
  readonly records: readonly string[];
}

/** D1: the decisions that a case can take now: an answer that would be refused is none. */
export function waysOf(review: Review, partners: Partners): readonly Way[] {
  const { officerndIds, hubspotIds } = review;
  const isPossible = (say: Word, records: readonly string[] = []): boolean =>
    'value' in verdictsOf({ about: review.id, say, records }, { kind: 'review', review }, partners);
  const [officerndId, ...others] = officerndIds;
  const [hubspotId, ...otherHubSpot] = hubspotIds;
  const link = (): readonly Way[] => {
    if (officerndId === undefined || hubspotId === undefined) return [];
    if (others.length + otherHubSpot.length > 0) return [{ say: 'link', records: [] }];
    return partners.officernd.get(officerndId) === hubspotId ? [] : [{ say: 'link', records: [officerndId, hubspotId] }];
  };
  const ofCase = (['keep-apart', 'create', 'ignore'] as const).filter((say) => isPossible(say)).map((say): Way => ({ say, records: [] }));
  const linked = [
    ...officerndIds.filter((id) => partners.officernd.has(id)),
    // A partner of the case ends the same link.
    ...hubspotIds.filter((id) => partners.hubspot.has(id) && !officerndIds.includes(partners.hubspot.get(id) ?? '')),
  ];
  return [...link(), ...ofCase, ...linked.map((id): Way => ({ say: 'unlink', records: [id] }))];
}
