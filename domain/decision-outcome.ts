import { isDone } from './decision';
import type { Decision, Obstacle, Result } from './decision';
import type { Side } from './entity';
import type { Link } from './link';

/** The state in which a run leaves the records that a decision is about. */
export interface DecisionFacts {
  /** The decision that goes before this one, since a merge. */
  readonly overruledBy: string | null;
  /** Active links of its records as they are now. */
  readonly linkOf: (side: Side, id: string) => Link | undefined;
  /** Whether the run knows a live record under this id. */
  readonly isThere: (side: Side, id: string) => boolean;
  /** HubSpot's id as it is now: the survivor's, where the record was merged away. */
  readonly present: (hubspotId: string) => string;
  /** Why a record that is to be created is not there yet. */
  readonly creation: (hubspotId: string) => { readonly obstacle: Obstacle; readonly about: readonly string[] } | null;
}

/** D1: what has become of a decision by the end of a run, and why it is not carried out where it is not. */
export function resultOf(decision: Decision, facts: DecisionFacts): Result {
  if (facts.overruledBy !== null) return blocked('overruled', facts.overruledBy);
  const { verdict } = decision;
  switch (verdict.kind) {
    case 'link': {
      const hubspotId = facts.present(verdict.hubspotId);
      const [ofOfficernd, ofHubSpot] = [facts.linkOf('officernd', verdict.officerndId), facts.linkOf('hubspot', hubspotId)];
      if (ofOfficernd !== undefined && ofOfficernd.id === ofHubSpot?.id) return DONE;
      const others = [ofOfficernd?.hubspotId ?? [], ofHubSpot?.officerndId ?? []].flat();
      if (others.length > 0) return blocked('linked-elsewhere', ...others);
      if (!facts.isThere('officernd', verdict.officerndId)) return blocked('officernd-gone', verdict.officerndId);
      return facts.isThere('hubspot', hubspotId) ? blocked('not-done') : blocked('hubspot-gone', verdict.hubspotId);
    }
    case 'keep-apart': {
      const link = facts.linkOf('officernd', verdict.officerndId);
      return link?.hubspotId === facts.present(verdict.hubspotId) ? blocked('still-linked') : DONE;
    }
    case 'create':
      return createResult(decision, facts.present(verdict.hubspotId), facts);
    case 'ignore': {
      const link = facts.linkOf(verdict.side, verdict.side === 'hubspot' ? facts.present(verdict.id) : verdict.id);
      return link === undefined ? DONE : blocked('linked-elsewhere', verdict.side === 'hubspot' ? link.officerndId : link.hubspotId);
    }
  }
}

/** A record is created once. Its later fate is no matter of the decision. */
function createResult(decision: Decision, hubspotId: string, facts: DecisionFacts): Result {
  if (isDone(decision) || facts.linkOf('hubspot', hubspotId) !== undefined) return DONE;
  if (!facts.isThere('hubspot', hubspotId)) return blocked('hubspot-gone', hubspotId);
  const why = facts.creation(hubspotId);
  return why === null ? blocked('not-done') : { state: 'blocked', ...why };
}

const DONE: Result = { state: 'done' };

const blocked = (obstacle: Obstacle, ...about: readonly string[]): Result => ({ state: 'blocked', obstacle, about });

/** Whether two results say the same, so that nothing has to be stored. */
export const sameResult = (one: Result, other: Result | undefined): boolean =>
  one.state === 'done'
    ? other?.state === 'done'
    : other?.state === 'blocked' && other.obstacle === one.obstacle && other.about.join(' ') === one.about.join(' ');
