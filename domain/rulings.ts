import { claimsOf, isDone, sameVerdict } from './decision';
import type { Decision, Verdict } from './decision';
import type { Entity, Side } from './entity';
import type { HubSpotId, OfficerndId } from './ids';
import type { Review } from './review';

/** Two records that a person has spoken about. */
export interface RuledPair {
  readonly decision: string;
  readonly officerndId: OfficerndId;
  /** The record as it is now: the survivor, where it was merged away. */
  readonly hubspotId: HubSpotId;
  /** The id in the decision. */
  readonly decidedId: HubSpotId;
}

/** D1: what people have decided about the records of one entity, as it holds now. It outranks every key. */
export interface Rulings {
  readonly isEmpty: boolean;
  /** Pairs that are to be linked, in the order of their decisions' ids. */
  readonly links: readonly RuledPair[];
  /** Pairs that are to be kept apart. */
  readonly apart: readonly RuledPair[];
  /** HubSpot records that are to be created, with the decision. Those that were created once are not among them. */
  readonly creations: ReadonlyMap<HubSpotId, Decision>;
  /** Decisions that give way to another, by id: a merge has made them contradict each other. */
  readonly overruled: ReadonlyMap<string, string>;
  /** The id under which a HubSpot record is known now. */
  readonly presentId: (hubspotId: HubSpotId) => HubSpotId;
  readonly isApart: (officerndId: OfficerndId, hubspotId: HubSpotId) => boolean;
  readonly isIgnored: (side: Side, id: string) => boolean;
  /** Whether these two may be linked by the link id that one of them carries (L2, U7, L12). */
  readonly mayPair: (officerndId: OfficerndId, hubspotId: HubSpotId) => boolean;
  /** Whether a link may follow a merge into this HubSpot record (U3). */
  readonly mayFollow: (officerndId: OfficerndId, hubspotId: HubSpotId) => boolean;
  /** Whether a link of these two may come back (U6). */
  readonly mayRestore: (officerndId: OfficerndId, hubspotId: HubSpotId) => boolean;
  /** Whether no key is tried for a record: a person has said what becomes of it. */
  readonly isSetAside: (side: Side, id: string) => boolean;
  readonly isToBeCreated: (hubspotId: HubSpotId) => boolean;
  /** Whose values win where both differ at the first link of these two; undefined is M2. */
  readonly prefers: (officerndId: OfficerndId, hubspotId: HubSpotId) => Side | undefined;
  /** Whether a person has linked these two. */
  readonly isLinked: (officerndId: OfficerndId, hubspotId: HubSpotId) => boolean;
}

/**
 * Brings decisions to the records as they are now: a decision follows its HubSpot record into the one that it was merged into. Two may then
 * contradict each other. One that was made about the record itself goes first, else the older one.
 * @param decisions those of one entity that are in force
 * @param survivors by a merged record's id: the record that it lives on in
 */
export function rulingsOf(entity: Entity, decisions: readonly Decision[], survivors: ReadonlyMap<HubSpotId, HubSpotId>): Rulings {
  const { standing, overruled } = withoutContradictions(entity, decisions, survivors);
  const found = collect(standing);
  const { apart, partners, ignored, created } = found;
  const isApart: Rulings['isApart'] = (officerndId, hubspotId) => apart.has(pairKey(officerndId, hubspotId));
  const isIgnored: Rulings['isIgnored'] = (side, id) => ignored[side].has(id);
  const isPromised = (side: Side, id: string, partner: string): boolean => {
    const chosen = partners[side].get(id);
    return chosen !== undefined && !chosen.has(partner);
  };
  const mayFollow: Rulings['mayFollow'] = (officerndId, hubspotId) =>
    !isApart(officerndId, hubspotId) && !isIgnored('hubspot', hubspotId) && !isPromised('hubspot', hubspotId, officerndId);
  const mayPair: Rulings['mayPair'] = (officerndId, hubspotId) =>
    mayFollow(officerndId, hubspotId) && !isIgnored('officernd', officerndId) && !isPromised('officernd', officerndId, hubspotId);
  const isToBeCreated: Rulings['isToBeCreated'] = (hubspotId) => found.creations.has(hubspotId);
  return {
    isEmpty: decisions.length === 0,
    links: found.links,
    apart: found.apartPairs,
    creations: found.creations,
    overruled,
    presentId: (hubspotId) => survivors.get(hubspotId) ?? hubspotId,
    isApart,
    isIgnored,
    mayPair,
    mayFollow,
    mayRestore: (officerndId, hubspotId) => mayPair(officerndId, hubspotId) && !isToBeCreated(hubspotId),
    isSetAside: (side, id) => isIgnored(side, id) || partners[side].has(id) || (side === 'hubspot' && created.has(id)),
    isToBeCreated,
    prefers: (officerndId, hubspotId) => found.preferring.get(pairKey(officerndId, hubspotId)),
    isLinked: (officerndId, hubspotId) => partners.officernd.get(officerndId)?.has(hubspotId) === true,
  };
}

/**
 * Whether a review keeps a HubSpot record that it names from being created (L4, L5). It does not where a person wants the record created, or keeps it from
 * every OfficeRnD record of the case. Where OfficeRnD records carry its link id, it is there already (L2).
 */
export function isWaitingFor({ rule, officerndIds }: Review, hubspotId: HubSpotId, rulings: Rulings): boolean {
  if (rulings.isToBeCreated(hubspotId)) return rule === 'L2';
  return !officerndIds.every((officerndId) => rulings.isApart(officerndId, hubspotId));
}

interface Standing {
  readonly decision: Decision;
  /** As it was made, and as it holds now. */
  readonly made: Verdict;
  readonly now: Verdict;
}

function withoutContradictions(
  entity: Entity,
  decisions: readonly Decision[],
  survivors: ReadonlyMap<HubSpotId, HubSpotId>,
): { readonly standing: readonly Standing[]; readonly overruled: ReadonlyMap<string, string> } {
  const all = decisions.map((decision) => ({ decision, made: decision.verdict, now: followed(decision.verdict, survivors) }));
  const claimed = new Map<string, Standing>();
  const overruled = new Map<string, string>();
  const standing: Standing[] = [];
  for (const one of all.toSorted(byPrecedence)) {
    const claims = claimsOf(entity, one.now);
    const other = claims.map((claim) => claimed.get(claim)).find((found) => found !== undefined && !sameVerdict(found.now, one.now));
    if (other !== undefined) overruled.set(one.decision.id, other.decision.id);
    else {
      for (const claim of claims) claimed.set(claim, one);
      standing.push(one);
    }
  }
  return { standing, overruled };
}

const byPrecedence = (one: Standing, other: Standing): number => {
  const [followedOne, followedOther] = [one, other].map(({ made, now }) => Number(made !== now));
  return (
    (followedOne ?? 0) - (followedOther ?? 0) ||
    one.decision.at.getTime() - other.decision.at.getTime() ||
    (one.decision.id < other.decision.id ? -1 : 1)
  );
};

/** The same verdict, on the record into which its HubSpot record was merged. */
function followed(verdict: Verdict, survivors: ReadonlyMap<HubSpotId, HubSpotId>): Verdict {
  const id = verdict.kind === 'ignore' ? verdict.id : verdict.hubspotId;
  const survivor = survivors.get(id);
  if (survivor === undefined || survivor === id) return verdict;
  if (verdict.kind !== 'ignore') return { ...verdict, hubspotId: survivor };
  return verdict.side === 'hubspot' ? { ...verdict, id: survivor } : verdict;
}

function collect(standing: readonly Standing[]) {
  const links: RuledPair[] = [];
  const apartPairs: RuledPair[] = [];
  const apart = new Set<string>();
  const creations = new Map<HubSpotId, Decision>();
  const created = new Set<HubSpotId>();
  const ignored = { officernd: new Set<string>(), hubspot: new Set<string>() };
  const partners = { officernd: new Map<string, Set<string>>(), hubspot: new Map<string, Set<string>>() };
  const preferring = new Map<string, Side>();
  for (const { decision, made, now } of standing) {
    switch (now.kind) {
      case 'link':
      case 'keep-apart': {
        const decidedId = made.kind === 'link' || made.kind === 'keep-apart' ? made.hubspotId : now.hubspotId;
        const pair = { decision: decision.id, officerndId: now.officerndId, hubspotId: now.hubspotId, decidedId };
        // Both ids count: a record may still be known by the one that was merged away.
        const ids = [...new Set([now.hubspotId, decidedId])];
        if (now.kind === 'keep-apart') {
          apartPairs.push(pair);
          for (const id of ids) apart.add(pairKey(now.officerndId, id));
          break;
        }
        links.push(pair);
        for (const id of ids) {
          addTo(partners.officernd, now.officerndId, id);
          addTo(partners.hubspot, id, now.officerndId);
          if (now.prefers !== null) preferring.set(pairKey(now.officerndId, id), now.prefers);
        }
        break;
      }
      case 'create':
        created.add(now.hubspotId);
        if (!isDone(decision)) creations.set(now.hubspotId, decision);
        break;
      case 'ignore':
        ignored[now.side].add(now.id);
        break;
    }
  }
  return { links: links.toSorted(byDecision), apartPairs, apart, creations, created, ignored, partners, preferring };
}

const addTo = (sets: Map<string, Set<string>>, key: string, value: string): unknown =>
  sets.set(key, (sets.get(key) ?? new Set<string>()).add(value));

const byDecision = (one: RuledPair, other: RuledPair): number => (one.decision < other.decision ? -1 : 1);

const pairKey = (officerndId: OfficerndId, hubspotId: HubSpotId): string => `${officerndId} ${hubspotId}`;

/** For tenants without decisions. */
export const noRulings: Rulings = rulingsOf('company', [], new Map());
