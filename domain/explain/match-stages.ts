import type { Entity } from '../entity';
import { linkIdOf } from '../ids';
import type { HubSpotId, OfficerndId } from '../ids';
import type { Link, Snapshot } from '../link';
import { matchByKey, usesKey } from '../match';
import type { Candidate, MatchKey } from '../match';
import { namesAfterUpdate } from '../names-after';
import type { Observation } from '../observation';
import { reviewOf } from '../review';
import { noRulings } from '../rulings';
import type { Rulings } from '../rulings';
import type { Review } from '../review';
import type { TenantMapping } from '../tenant-mapping';
import { candidateOf } from '../to-observation';
import { lacksEssentials } from '../unread';
import { fieldsOf } from './facts';

/** A link among the records that share a key, with what decides about the names that they will have. */
export interface KnownLink {
  readonly link: Link;
  readonly officernd: Observation | null;
  readonly hubspot: Observation | null;
  readonly snapshot: Snapshot;
}

/** Everything that matching looks at around one record. */
export interface MatchingFacts {
  readonly tenant: string;
  readonly entity: Entity;
  readonly mapping: TenantMapping;
  /** The record, all records that share a key with it, and all that share one with those. */
  readonly hubspot: readonly Observation[];
  readonly officernd: readonly Observation[];
  /** The active links of any of them. */
  readonly links: readonly KnownLink[];
  /** Of deals, the OfficeRnD records that their companies and contacts are linked to. */
  readonly parents: ReadonlyMap<HubSpotId, readonly OfficerndId[]>;
  /** OfficeRnD records whose unlinking a brake holds (U4). */
  readonly heldOfficernd: ReadonlySet<OfficerndId>;
  /** X2: the links of any of them that an undo has taken back. Their records are left alone. @default none */
  readonly takenBack?: readonly Pick<Link, 'officerndId' | 'hubspotId'>[];
  /** D1: what people have decided about records of this entity. @default nothing */
  readonly rulings?: Rulings;
}

/** X2: the link of a record that an undo has taken back; undefined where there is none. */
export const takenBackOf = ({ takenBack = [] }: Pick<MatchingFacts, 'takenBack'>, { side, id }: Pick<Observation, 'side' | 'id'>) =>
  takenBack.find((link) => (side === 'hubspot' ? link.hubspotId : link.officerndId) === id);

/** The decision of one step of matching about a HubSpot record. */
type StageDecision =
  | { readonly kind: 'link'; readonly officerndId: OfficerndId; readonly rule: string }
  | { readonly kind: 'review'; readonly review: Review }
  | { readonly kind: 'unmatched'; readonly rule: string };

/** The step that is made with one key: strongest first, as in a run (L2, L3). */
export interface MatchStage {
  readonly key: 'decision' | 'link id' | MatchKey;
  /** By HubSpot's id. A record that has no entry is no candidate in this step. */
  readonly decisions: ReadonlyMap<HubSpotId, StageDecision>;
  /** The review of a stronger key because of which a record is no candidate in this step (L4). */
  readonly waitsFor: (record: Observation) => Review | null;
}

/** Goes through matching as the next run does, for the records that are given: adoption, then e-mail, then name. */
export function matchStages(facts: MatchingFacts): readonly MatchStage[] {
  const { hubspot, officernd, links, heldOfficernd, rulings = noRulings } = facts;
  const linked = {
    hubspot: new Set(links.map(({ link }) => link.hubspotId)),
    officernd: new Set([...links.map(({ link }) => link.officerndId), ...heldOfficernd]),
  };
  const waiting = new Map<string, Review>();
  const names = namesOfLinked(facts);
  const stages: MatchStage[] = [];
  for (const key of ['decision', 'link id', 'email', 'name'] as const) {
    const waits = new Map(waiting);
    const isFree = (one: Observation): boolean => !linked[one.side].has(one.id) && !waits.has(nameOf(one));
    const isLeft = (one: Observation): boolean => takenBackOf(facts, one) !== undefined;
    const isCandidate = (one: Observation): boolean => isFree(one) && !isLeft(one) && !rulings.isSetAside(one.side, one.id);
    const decisions =
      key === 'decision'
        ? decided(facts, isFree)
        : key === 'link id'
          ? adoptions(facts, (one) => isFree(one) && !isLeft(one))
          : matches(facts, key, { isCandidate, names });
    for (const [hubspotId, decision] of decisions) {
      if (decision.kind === 'link') {
        linked.hubspot.add(hubspotId);
        linked.officernd.add(decision.officerndId);
      } else if (decision.kind === 'review' && decision.review.kind === 'ambiguous') {
        for (const one of hubspot) if (decision.review.hubspotIds.includes(one.id)) waiting.set(nameOf(one), decision.review);
        for (const one of officernd) if (decision.review.officerndIds.includes(one.id)) waiting.set(nameOf(one), decision.review);
      }
    }
    stages.push({ key, decisions, waitsFor: (one) => waits.get(nameOf(one)) ?? null });
  }
  return stages;
}

const nameOf = ({ side, id }: Observation): string => `${side} ${id}`;

/** The OfficeRnD records that carry the link id of a HubSpot record, its own or that of one that was merged into it (L2). */
export function carriersOf({ officernd, mapping }: MatchingFacts, { id, mergedIds }: Observation): readonly Observation[] {
  const ids = new Set([id, ...mergedIds].map((one) => linkIdOf(mapping.portalId, one)));
  return officernd.filter(({ linkId }) => linkId !== null && ids.has(linkId));
}

/** D1: the pairs that a person has linked, where both records are there and free. */
function decided(facts: MatchingFacts, isFree: (one: Observation) => boolean): ReadonlyMap<HubSpotId, StageDecision> {
  const free = new Set([...facts.hubspot, ...facts.officernd].filter(isFree).map(nameOf));
  return new Map(
    (facts.rulings?.links ?? [])
      .filter(({ officerndId, hubspotId }) => free.has(`officernd ${officerndId}`) && free.has(`hubspot ${hubspotId}`))
      .map(({ officerndId, hubspotId }) => [hubspotId, { kind: 'link', officerndId, rule: 'D1' }]),
  );
}

function adoptions(facts: MatchingFacts, isCandidate: (one: Observation) => boolean): ReadonlyMap<HubSpotId, StageDecision> {
  return new Map(
    facts.hubspot.filter(isCandidate).flatMap((one): readonly (readonly [HubSpotId, StageDecision])[] => {
      const carriers = carriersOf(facts, one).filter(
        (carrier) => isCandidate(carrier) && (facts.rulings ?? noRulings).mayPair(carrier.id, one.id),
      );
      const [only, ...others] = carriers;
      if (only === undefined) return [];
      if (others.length === 0) return [[one.id, { kind: 'link', officerndId: only.id, rule: 'L2' }]];
      const officerndIds = carriers.map(({ id }) => id);
      const review = reviewOf({ entity: facts.entity, kind: 'ambiguous', rule: 'L2', officerndIds, hubspotIds: [one.id] });
      return [[one.id, { kind: 'review', review }]];
    }),
  );
}

interface Matching {
  readonly isCandidate: (one: Observation) => boolean;
  readonly names: ReadonlyMap<string, string | null>;
}

function matches(facts: MatchingFacts, key: MatchKey, { isCandidate, names }: Matching): ReadonlyMap<HubSpotId, StageDecision> {
  const { entity, mapping, hubspot, officernd, links, parents, rulings } = facts;
  if (!usesKey(entity, key, mapping.matching)) return new Map();
  const toHubSpot = (one: Observation): Candidate<HubSpotId> => candidateOf(one, parents.get(one.id) ?? []);
  const toOfficernd = (one: Observation): Candidate<OfficerndId> => candidateOf(one, [...one.parents.companies, ...one.parents.members]);
  const others = (records: readonly Observation[], partners: readonly (Observation | null)[]): readonly Observation[] => {
    const both = [...partners.flatMap((one) => one ?? []), ...records.filter((one) => !isCandidate(one))];
    return [...new Map(both.map((one) => [one.id, one])).values()];
  };
  const renamed = <One extends Candidate>(one: One): One => {
    const name = names.get(one.id);
    return name === undefined ? one : { ...one, name };
  };
  const candidates = hubspot.filter((one) => isCandidate(one) && !lacksEssentials(one));
  const decisions = matchByKey({
    entity,
    key,
    decide: candidates.map(({ id }) => id),
    hubspot: candidates.map(toHubSpot),
    officernd: officernd.filter(isCandidate).map(toOfficernd),
    namesakes: {
      hubspot: others(
        hubspot,
        links.map((one) => one.hubspot),
      ).map((one) => renamed(toHubSpot(one))),
      officernd: others(
        officernd,
        links.map((one) => one.officernd),
      ).map((one) => renamed(toOfficernd(one))),
    },
    policy: mapping.matching,
    ...(rulings?.isEmpty === false && { isApart: rulings.isApart }),
  });
  return new Map(decisions.map((decision) => [decision.hubspotId, decision]));
}

/** L3: the names that linked records will have when this run has brought them in step, by record. */
function namesOfLinked({ links, mapping, entity }: MatchingFacts): ReadonlyMap<string, string | null> {
  const { portalId, pipelineId } = mapping;
  const context = { timeZone: mapping.timeZone, statuses: mapping.statuses, currency: mapping.currency ?? null };
  const fields = fieldsOf(mapping, entity);
  return new Map(
    links.flatMap(({ link, officernd, hubspot, snapshot }): readonly (readonly [id: string, name: string | null])[] => {
      if (officernd === null || hubspot === null) return [];
      const names = namesAfterUpdate({ link, officernd, hubspot, snapshot, fields, context, portalId, pipelineId });
      return [
        [link.officerndId, names.officernd],
        [link.hubspotId, names.hubspot],
      ];
    }),
  );
}
