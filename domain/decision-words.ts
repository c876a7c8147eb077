import type { Decision, Obstacle, Verdict } from './decision';
import { isDone } from './decision';

/** A decision in words: `link 65f0… and 101`. */
export function verdictWords(verdict: Verdict): string {
  switch (verdict.kind) {
    case 'link':
      return `link ${verdict.officerndId} and ${verdict.hubspotId}${verdict.prefers === null ? '' : ', HubSpot preferred'}`;
    case 'keep-apart':
      return `keep ${verdict.officerndId} and ${verdict.hubspotId} apart`;
    case 'create':
      return `create ${verdict.hubspotId}`;
    case 'ignore':
      return `ignore ${verdict.id}`;
  }
}

/** The fate of a decision in a sentence: why it is not carried out, and what to do. */
export function outcomeWords(decision: Pick<Decision, 'outcome' | 'verdict' | 'withdrawn'>): string {
  if (decision.withdrawn !== null) return 'Withdrawn.';
  if (decision.outcome === null) return 'The next run carries it out.';
  const { result } = decision.outcome;
  return isDone(decision) || result.state === 'done' ? 'In force.' : obstacleWords(result.obstacle, result.about, decision.verdict);
}

function obstacleWords(obstacle: Obstacle, about: readonly string[], { kind }: Verdict): string {
  const named = about.join(' and ');
  switch (obstacle) {
    case 'officernd-gone':
      return `OfficeRnD has no record ${named}. Withdraw the decision, or wait until the record is there.`;
    case 'hubspot-gone':
      return `HubSpot has no record ${named}. Withdraw the decision, or wait until the record is there.`;
    case 'linked-elsewhere':
      return kind === 'ignore'
        ? `It is linked with ${named}. "orsync unlink" ends that link.`
        : `One of the two is linked with ${named}. "orsync unlink" ends that link.`;
    case 'still-linked':
      return 'The two are still linked. The next run ends the link.';
    case 'overruled':
      return `A merge in HubSpot has made it contradict ${named}, which goes before it. Withdraw one of the two.`;
    case 'already-there':
      return `OfficeRnD has ${named} with its link id. Clear the id there, or link one of them.`;
    case 'held':
      return 'A brake holds the creation. Approve the proposal that "orsync status" names.';
    case 'pending':
      return 'It was sent, and OfficeRnD has not answered. A later run looks for it.';
    case 'refused':
      return `It can't be created: ${named}. The same words are explained under "orsync status".`;
    case 'not-done':
      return 'The last run could not do it. The next one tries again.';
  }
}
