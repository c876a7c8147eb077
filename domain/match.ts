import { groupBy } from './group-by';
import type { Entity } from './entity';
import type { HubSpotId, OfficerndId } from './ids';
import type { Review } from './review';
import { reviewOf } from './review';
import type { MatchingPolicy } from './tenant-mapping';

/** A record without an active link, as matching sees it. */
export interface Candidate<Id extends string = string> {
  readonly id: Id;
  /** Normalised; HubSpot's additional e-mails count too (L3). */
  readonly emails: readonly string[];
  readonly name: string | null;
  /**
   * OfficeRnD companies and members that it belongs to; for a HubSpot deal, those that its own are linked to. Only opportunities use them
   * (L3).
   */
  readonly parents: readonly OfficerndId[];
  readonly createdAt: string;
}

export type MatchKey = 'email' | 'name';

/** Whether two records have an e-mail or the name in common (L3). */
export const shareKey = (one: Pick<Candidate, 'emails' | 'name'>, other: Pick<Candidate, 'emails' | 'name'>): boolean =>
  (one.name !== null && one.name === other.name) || one.emails.some((email) => other.emails.includes(email));

export interface MatchInput {
  readonly entity: Entity;
  readonly key: MatchKey;
  /** The HubSpot candidates to decide about. */
  readonly decide: readonly HubSpotId[];
  /** In any order: all candidates that share the key with one of `decide`, and all that share it with those. */
  readonly hubspot: readonly Candidate<HubSpotId>[];
  readonly officernd: readonly Candidate<OfficerndId>[];
  /** In any order: the other records that share the name with one of those, linked ones for example. They make a name ambiguous (L3). */
  readonly namesakes?: {
    readonly hubspot: readonly Candidate<HubSpotId>[];
    readonly officernd: readonly Candidate<OfficerndId>[];
  };
  readonly policy: MatchingPolicy;
  /** D1: whether a person keeps two records apart. Then no key matches them with each other. @default none are */
  readonly isApart?: (officerndId: OfficerndId, hubspotId: HubSpotId) => boolean;
}

/** Whether records of an entity are matched by this key at all (L3). A deal has no e-mail, and a tenant may do without names. */
export const usesKey = (entity: Entity, key: MatchKey, { name = 'link' }: MatchingPolicy): boolean =>
  key === 'name' ? name !== 'off' : entity !== 'opportunity';

type MatchDecision =
  | { readonly kind: 'link'; readonly hubspotId: HubSpotId; readonly officerndId: OfficerndId; readonly rule: 'L3' | 'L4' | 'L5' }
  | { readonly kind: 'review'; readonly hubspotId: HubSpotId; readonly review: Review }
  | { readonly kind: 'unmatched'; readonly hubspotId: HubSpotId; readonly rule: 'L3' | 'L5' };

/**
 * Decides by one key which HubSpot candidates get a link (L3–L5). A link is made only where neither record has another candidate, and by
 * name only where no other record has that name. So the order of the candidates never matters, and pages can be decided one by one.
 */
export function matchByKey(input: MatchInput): readonly MatchDecision[] {
  const partners = partnersOf(input);
  const byId = new Map(input.hubspot.map((candidate) => [candidate.id, candidate]));
  return input.decide.flatMap((id) => {
    const candidate = byId.get(id);
    return candidate === undefined ? [] : [asTenantWants(decide(candidate, partners, input), input)];
  });
}

interface Partners {
  readonly ofHubSpot: ReadonlyMap<HubSpotId, readonly Candidate<OfficerndId>[]>;
  readonly ofOfficernd: ReadonlyMap<OfficerndId, readonly Candidate<HubSpotId>[]>;
  /** By name: records that are no candidates. Empty under another key. */
  readonly namesakes: {
    readonly hubspot: ReadonlyMap<string, readonly Candidate<HubSpotId>[]>;
    readonly officernd: ReadonlyMap<string, readonly Candidate<OfficerndId>[]>;
  };
}

interface Namesakes {
  readonly hubspotIds: readonly HubSpotId[];
  readonly officerndIds: readonly OfficerndId[];
}

/** L3: with `matching.name: review`, a person decides about each link that a name would make. */
function asTenantWants(decision: MatchDecision, { entity, key, policy }: MatchInput): MatchDecision {
  if (decision.kind !== 'link' || key !== 'name' || policy.name !== 'review') return decision;
  const { hubspotId, officerndId } = decision;
  const pair = { officerndIds: [officerndId], hubspotIds: [hubspotId] };
  return { kind: 'review', hubspotId, review: reviewOf({ entity, kind: 'same-name', rule: 'L3 name', ...pair }) };
}

function decide(candidate: Candidate<HubSpotId>, partners: Partners, input: MatchInput): MatchDecision {
  const found = usesKey(input.entity, input.key, input.policy) ? (partners.ofHubSpot.get(candidate.id) ?? []) : [];
  const [only] = found;
  if (only === undefined) return { kind: 'unmatched', hubspotId: candidate.id, rule: 'L3' };
  const rivals = partners.ofOfficernd.get(only.id) ?? [];
  if (found.length > 1 || rivals.length > 1) return ambiguous(candidate, partners, input);
  const areTwo = input.key === 'name' && input.entity === 'member' && emailsDiffer(candidate, only);
  // The tenant takes them for two people, whoever else has that name. No link hangs on it, so no namesake counts.
  if (areTwo && input.policy.emailsDiffer === 'create') return twoPeople(candidate, only, input);
  const others = namesakesOf(candidate, partners, input);
  if (others.hubspotIds.length > 0 || others.officerndIds.length > 0) return ambiguous(candidate, partners, input, others);
  if (areTwo) return twoPeople(candidate, only, input);
  return { kind: 'link', hubspotId: candidate.id, officerndId: only.id, rule: 'L3' };
}

/**
 * L4: decides on a key that several records share. With `oldest`, one HubSpot candidate takes the oldest of its partners. Several HubSpot
 * candidates never share one.
 */
function ambiguous(
  candidate: Candidate<HubSpotId>,
  partners: Partners,
  input: MatchInput,
  others: Namesakes = { hubspotIds: [], officerndIds: [] },
): MatchDecision {
  const { entity, key, policy } = input;
  const found = partners.ofHubSpot.get(candidate.id) ?? [];
  const group = caseOf(candidate.id, partners);
  if (policy.ambiguous === 'oldest' && group.hubspotIds.length === 1) {
    const eligible = key === 'name' && entity === 'member' ? found.filter((one) => !emailsDiffer(candidate, one)) : found;
    const [oldest] = [...eligible].sort(byAge);
    if (oldest !== undefined) return { kind: 'link', hubspotId: candidate.id, officerndId: oldest.id, rule: 'L4' };
  }
  const all = {
    hubspotIds: [...new Set([...group.hubspotIds, ...others.hubspotIds])],
    officerndIds: [...new Set([...group.officerndIds, ...others.officerndIds])],
  };
  // A namesake that this run creates joins the case in the next one, which must not open another (A1).
  return { kind: 'review', hubspotId: candidate.id, review: reviewOf({ entity, kind: 'ambiguous', rule: `L4 ${key}`, ...all }, group) };
}

/**
 * L3: the records that bear the name of a candidate or of one of its partners, though they are no candidates themselves. Those that a person
 * keeps apart count, too.
 */
function namesakesOf(candidate: Candidate<HubSpotId>, partners: Partners, input: MatchInput): Namesakes {
  const { namesakes } = partners;
  const found = partners.ofHubSpot.get(candidate.id) ?? [];
  const group = caseOf(candidate.id, partners);
  const partnersNames = new Set(found.flatMap((one) => keysOf(one, input)));
  return {
    hubspotIds: [...partnersNames]
      .flatMap((name) => namesakes.hubspot.get(name) ?? [])
      .map(({ id }) => id)
      .filter((id) => !group.hubspotIds.includes(id)),
    officerndIds: keysOf(candidate, input)
      .flatMap((name) => namesakes.officernd.get(name) ?? [])
      .map(({ id }) => id)
      .filter((id) => !group.officerndIds.includes(id)),
  };
}

/** L5: two members with one name and two different e-mails. */
function twoPeople(candidate: Candidate<HubSpotId>, other: Candidate<OfficerndId>, { entity, policy }: MatchInput): MatchDecision {
  switch (policy.emailsDiffer) {
    case 'link':
      return { kind: 'link', hubspotId: candidate.id, officerndId: other.id, rule: 'L5' };
    case 'create':
      return { kind: 'unmatched', hubspotId: candidate.id, rule: 'L5' };
    case 'review': {
      const review = reviewOf({ entity, kind: 'emails-differ', rule: 'L5', officerndIds: [other.id], hubspotIds: [candidate.id] });
      return { kind: 'review', hubspotId: candidate.id, review };
    }
  }
}

const emailsDiffer = (one: Candidate, other: Candidate): boolean =>
  one.emails.length > 0 && other.emails.length > 0 && !one.emails.some((email) => other.emails.includes(email));

const byAge = (one: Candidate, other: Candidate): number =>
  one.createdAt === other.createdAt ? (one.id < other.id ? -1 : 1) : one.createdAt < other.createdAt ? -1 : 1;

/** The keys under which a candidate is found; an opportunity's name counts only under a common parent (L3). */
function keysOf(candidate: Candidate, { key, entity }: MatchInput): readonly string[] {
  if (key === 'email') return candidate.emails;
  if (candidate.name === null) return [];
  return entity === 'opportunity' ? candidate.parents.map((parent) => `${parent} ${candidate.name}`) : [candidate.name];
}

function partnersOf(input: MatchInput): Partners {
  const { isApart } = input;
  const officerndByKey = groupBy(input.officernd, (candidate) => keysOf(candidate, input));
  const ofHubSpot = new Map<HubSpotId, readonly Candidate<OfficerndId>[]>();
  const ofOfficernd = new Map<OfficerndId, Candidate<HubSpotId>[]>();
  for (const candidate of input.hubspot) {
    const sharing = keysOf(candidate, input).flatMap((key) => officerndByKey.get(key) ?? []);
    const found = new Set(isApart === undefined ? sharing : sharing.filter(({ id }) => !isApart(id, candidate.id)));
    ofHubSpot.set(candidate.id, [...found]);
    for (const { id } of found) {
      const rivals = ofOfficernd.get(id);
      if (rivals === undefined) ofOfficernd.set(id, [candidate]);
      else rivals.push(candidate);
    }
  }
  const { hubspot = [], officernd = [] } = input.key === 'name' ? (input.namesakes ?? {}) : {};
  const byName = <One extends Candidate>(records: readonly One[]) => groupBy(records, (one) => keysOf(one, input));
  const isByName = input.key === 'name' && isApart !== undefined;
  return {
    ofHubSpot,
    ofOfficernd,
    namesakes: {
      hubspot: byName(isByName ? [...hubspot, ...input.hubspot] : hubspot),
      officernd: byName(isByName ? [...officernd, ...input.officernd] : officernd),
    },
  };
}

/**
 * The records that a case is about: a HubSpot candidate's partners, and all that share those. It goes no further, so that a case looks the
 * same from every page.
 */
function caseOf(
  start: HubSpotId,
  partners: Pick<Partners, 'ofHubSpot' | 'ofOfficernd'>,
): { readonly hubspotIds: readonly HubSpotId[]; readonly officerndIds: readonly OfficerndId[] } {
  const found = partners.ofHubSpot.get(start) ?? [];
  const rivals = found.flatMap(({ id }) => partners.ofOfficernd.get(id) ?? []);
  return { hubspotIds: [...new Set(rivals.map(({ id }) => id))], officerndIds: found.map(({ id }) => id) };
}
