import type { HubSpotId, OfficerndId } from '../ids';
import { shareKey, usesKey } from '../match';
import type { MatchKey } from '../match';
import type { Observation } from '../observation';
import type { Review } from '../review';
import { lacksEssentials } from '../unread';
import { carriersOf, matchStages, takenBackOf } from './match-stages';
import type { MatchingFacts, MatchStage } from './match-stages';
import { because } from './words';
import type { Reason } from './words';

/** A pair of records that have a key in common, and why they are not linked. */
export interface ConsideredPair extends Reason {
  readonly officerndId: OfficerndId;
  readonly hubspotId: HubSpotId;
  readonly key: MatchStage['key'];
  /** Whether the next run links the two. */
  readonly isNext: boolean;
}

/** The outcome of matching for the next run, decided by the planner that runs use (L2–L5). */
export interface Matching {
  /** Why a HubSpot record and an OfficeRnD record with a common key are not linked: an answer for each such key. */
  readonly consider: (hubspotId: HubSpotId, officerndId: OfficerndId) => readonly ConsideredPair[];
  /** The OfficeRnD record that the next run links a HubSpot record to, or the case that it leaves to a person. Null for neither. */
  readonly outcomeOf: (hubspotId: HubSpotId) => { readonly officerndId: OfficerndId } | { readonly review: Review } | null;
}

export function createMatching(facts: MatchingFacts): Matching {
  const stages = matchStages(facts);
  const hubspot = new Map(facts.hubspot.map((one) => [one.id, one]));
  const officernd = new Map(facts.officernd.map((one) => [one.id, one]));
  const outcomeOf: Matching['outcomeOf'] = (id) => {
    for (const { decisions } of stages) {
      const decision = decisions.get(id);
      if (decision?.kind === 'link') return { officerndId: decision.officerndId };
      if (decision?.kind === 'review') return { review: decision.review };
    }
    return null;
  };
  return {
    outcomeOf,
    consider: (hubspotId, officerndId) => {
      const [one, other] = [hubspot.get(hubspotId), officernd.get(officerndId)];
      if (one === undefined || other === undefined) return [];
      const shared = stages.filter(({ key }) => {
        if (key === 'decision') return facts.rulings?.isLinked(other.id, one.id) === true;
        return key === 'link id' ? carriersOf(facts, one).includes(other) : shareKey(keyed(key, one), keyed(key, other));
      });
      return shared.map((stage): ConsideredPair => {
        const { key } = stage;
        const decision = stage.decisions.get(one.id);
        const isNext = decision?.kind === 'link' && decision.officerndId === other.id;
        const reason = isNext
          ? because(
              decision.rule,
              key === 'decision'
                ? 'A person has linked the two, and the next run carries it out.'
                : `The next run links the two by their ${wordOf[key]}.`,
            )
          : whyNot(facts, stages, { stage, one, other });
        return { officerndId, hubspotId, key, isNext, ...reason };
      });
    },
  };
}

const wordOf: Readonly<Record<ConsideredPair['key'], string>> = {
  decision: 'decision',
  'link id': 'link id',
  email: 'e-mail address',
  name: 'name',
};

const keyed = (key: MatchKey, { keys: { emails, name } }: Observation): Observation['keys'] =>
  key === 'email' ? { emails, name: null } : { emails: [], name };

interface Considered {
  readonly stage: MatchStage;
  /** The HubSpot record. */
  readonly one: Observation;
  /** The OfficeRnD record. */
  readonly other: Observation;
}

function whyNot(facts: MatchingFacts, stages: readonly MatchStage[], considered: Considered): Reason {
  const { tenant, entity, mapping } = facts;
  const { stage, one, other } = considered;
  const { key } = stage;
  const link = `orsync link ${tenant} ${entity} ${other.id} ${one.id}`;
  const taken = whyTaken(facts, considered) ?? whyDecided(facts, considered);
  if (taken !== null) return taken;
  if (key !== 'decision' && key !== 'link id' && !usesKey(entity, key, mapping.matching))
    return because('L3', `The two have the same ${wordOf[key]}, and matching.name: off makes names count for nothing.`, link);
  const stronger = stage.waitsFor(one) ?? stage.waitsFor(other);
  if (stronger !== null)
    return because(
      'L4',
      'One of the two waits for a person under a stronger key, so weaker ones are not tried.',
      decideCommand(tenant, stronger, considered),
    );
  const sooner = whyTakenSooner(stages, considered);
  if (sooner !== null) return sooner;
  if (key !== 'link id' && lacksEssentials(one))
    return because('V3', "HubSpot did not say what the record's name or e-mail is, so it is neither matched nor created.");
  const decision = stage.decisions.get(one.id);
  switch (decision?.kind) {
    case 'link':
      return because(
        'L4',
        `Several share the ${wordOf[key]}, and matching.ambiguous: oldest takes OfficeRnD record ${decision.officerndId}.`,
        link,
      );
    case 'review':
      return whyReviewed(tenant, decision.review, considered);
    case 'unmatched':
      return decision.rule === 'L5'
        ? because(
            'L5',
            'The names are the same and the e-mail addresses differ, and matching.emailsDiffer: create takes them for two.',
            link,
          )
        : because('L3', 'The names are the same, but the two belong to no common company or member.', link);
    case undefined:
      return because('L3', `The ${wordOf[key]} decides nothing here.`, link);
  }
}

/** One of the two is linked already, or is no candidate until a brake's list is decided on. */
function whyTaken(facts: MatchingFacts, { one, other, stage }: Considered): Reason | null {
  const { tenant, entity, links, heldOfficernd } = facts;
  const both = `orsync link ${tenant} ${entity} ${other.id} ${one.id}`;
  const ofOfficernd = links.find(({ link }) => link.officerndId === other.id)?.link;
  if (ofOfficernd !== undefined)
    return because(
      'L13',
      `OfficeRnD record ${other.id} is linked to HubSpot record ${ofOfficernd.hubspotId}, and a link is one to one.`,
      `orsync unlink ${tenant} ${entity} ${other.id}, then ${both}`,
    );
  const ofHubSpot = links.find(({ link }) => link.hubspotId === one.id)?.link;
  if (ofHubSpot !== undefined)
    return because(
      'L13',
      `HubSpot record ${one.id} is linked to OfficeRnD record ${ofHubSpot.officerndId}, and a link is one to one.`,
      `orsync unlink ${tenant} ${entity} ${one.id}, then ${both}`,
    );
  if (heldOfficernd.has(other.id))
    return because('U4', 'A brake holds the end of its link until a person decides, so it is no candidate yet.', `orsync status ${tenant}`);
  return stage.key !== 'decision' && (takenBackOf(facts, one) ?? takenBackOf(facts, other)) !== undefined
    ? because('X2', 'A run that had linked one of the two was undone, so both of its records are left alone.', both)
    : null;
}

/** D1: a person has said what becomes of one of the two. */
function whyDecided({ tenant, rulings }: MatchingFacts, { stage: { key }, one, other }: Considered): Reason | null {
  if (rulings === undefined || rulings.isEmpty || rulings.isLinked(other.id, one.id)) return null;
  const remedy = `orsync decisions ${tenant}`;
  if (rulings.isApart(other.id, one.id)) return because('D1', 'A person keeps the two apart, so nothing links them.', remedy);
  const isSetAside = rulings.isSetAside('hubspot', one.id) || rulings.isSetAside('officernd', other.id);
  return isSetAside && (key !== 'link id' || !rulings.mayPair(other.id, one.id))
    ? because('D1', 'A person has decided otherwise about one of the two, so no key links them.', remedy)
    : null;
}

/** The next run links one of the two to another record by a stronger key. */
function whyTakenSooner(stages: readonly MatchStage[], { stage, one, other }: Considered): Reason | null {
  for (const { key, decisions } of stages.slice(0, stages.indexOf(stage))) {
    const ofOne = decisions.get(one.id);
    if (ofOne?.kind === 'link')
      return ofOne.officerndId === other.id
        ? because('L3', `The next run links the two by their ${wordOf[key]}, which is stronger.`)
        : because(
            'L3',
            `The next run links HubSpot record ${one.id} to OfficeRnD record ${ofOne.officerndId} by their ${wordOf[key]}, which is stronger.`,
          );
    const rival = [...decisions].find(([, decision]) => decision.kind === 'link' && decision.officerndId === other.id);
    if (rival !== undefined)
      return because(
        'L3',
        `The next run links OfficeRnD record ${other.id} to HubSpot record ${rival[0]} by their ${wordOf[key]}, which is stronger.`,
      );
  }
  return null;
}

function whyReviewed(tenant: string, review: Review, considered: Considered): Reason {
  const remedy = decideCommand(tenant, review, considered);
  switch (review.kind) {
    case 'same-name':
      return because('L3', 'Only the name is the same, and matching.name: review leaves that to a person.', remedy);
    case 'emails-differ':
      return because('L5', 'The names are the same and the e-mail addresses differ, so a person decides.', remedy);
    case 'ambiguous':
    case 'link-taken':
    case 'merged':
    case 'other-portal': {
      if (review.rule === 'L2')
        return because(
          'L2',
          `${review.officerndIds.length} OfficeRnD records carry the id of this HubSpot record, so a person decides.`,
          remedy,
        );
      const others = review.officerndIds.length + review.hubspotIds.length - 2;
      const who = others === 1 ? 'another record' : `${others} other records`;
      return because('L4', `The ${wordOf[considered.stage.key]} is shared with ${who}, so a person decides.`, remedy);
    }
  }
}

const decideCommand = (tenant: string, { id }: Review, { one, other }: Considered): string =>
  `orsync decide ${tenant} ${id} link ${other.id} ${one.id}`;
