import { chunksOf } from '../../domain/chunks';
import { claimsOf, sameVerdict } from '../../domain/decision';
import type { Decision, Said, Verdict } from '../../domain/decision';
import { sides } from '../../domain/entity';
import type { Entity } from '../../domain/entity';
import { hashOf } from '../../store/content-hash';
import { everyItem } from '../../store/paging';
import type { TenantStore } from '../../store/store';
import { DecisionRefusedError, unusable } from './refused';
import type { DecisionProblem } from './refused';
import { reviewFinder } from './review-code';
import { entityOf, recordsNamed, targetOf, verdictsOf } from './wish';
import type { Partners, Target, Wish } from './wish';

/** A wish, and the line of the file that it stands in. */
export interface LinedWish extends Wish {
  readonly line?: number;
}

/** A verdict that is to be taken down. */
interface Meant extends Pick<Decision, 'entity' | 'verdict' | 'note' | 'review'> {
  readonly line: number;
}

/**
 * D1: takes down what a person says, all of it or nothing. A word that was said before stays as it is. Reviews that are answered close; one
 * whose case is not over opens again with the next run. Throws `DecisionRefusedError`, which says what is wrong with each.
 */
export async function takeDown(
  store: TenantStore,
  tenant: string,
  wishes: readonly LinedWish[],
  { by, at, note }: Said,
): Promise<readonly Decision[]> {
  const problems: DecisionProblem[] = [];
  const reviewsNamed = reviewFinder(await everyItem((request) => store.reviews.listOpen(request)));
  const targets = wishes.flatMap((wish, index): readonly { readonly wish: Wish; readonly line: number; readonly target: Target }[] => {
    const line = wish.line ?? index + 1;
    const read = targetOf(wish.about, reviewsNamed, tenant);
    if ('value' in read) return [{ wish, line, target: read.value }];
    problems.push({ line, message: read.problem });
    return [];
  });
  const partners = await partnersOf(
    store,
    targets.map(({ target }) => target),
  );
  const meant = targets.flatMap(({ wish, line, target }): readonly Meant[] => {
    const read = verdictsOf(wish, target, partners[entityOf(target)]);
    if ('problem' in read) {
      problems.push({ line, message: read.problem });
      return [];
    }
    const review = target.kind === 'review' ? target.review.id : null;
    return read.value.map((verdict) => ({ line, entity: entityOf(target), verdict, note: wish.note ?? note, review }));
  });
  const different = withoutRepeated(meant, problems);
  const known = await knownAmong(store, different, problems);
  if (problems.length > 0) throw refused(problems, wishes.length);
  const fresh = different.filter((one) => !known.has(one));
  const decisions = fresh.map((one) => decisionOf(tenant, one, { by, at }));
  const faster = await store.decisions.add(decisions);
  if (faster.length > 0) throw contradicts(faster);
  await store.reviews.close([...new Set(meant.flatMap(({ review }) => review ?? []))], at);
  return [...known.values(), ...decisions];
}

/** Takes down one verdict about records that a person names. A contradicting word about the very same pair is withdrawn by it. */
export async function takeDownPair(
  store: TenantStore,
  tenant: string,
  { entity, verdict }: { readonly entity: Entity; readonly verdict: Verdict },
  said: Said,
): Promise<Decision> {
  const decision = decisionOf(tenant, { entity, verdict, note: said.note, review: null }, said);
  const earlier = await store.decisions.claiming(claimsOf(entity, verdict));
  const same = earlier.find((one) => sameVerdict(one.verdict, verdict));
  if (same !== undefined) return same;
  const other = earlier.filter((one) => !isAboutPair(one.verdict, verdict));
  if (other.length > 0) throw contradicts(other);
  for (const one of earlier) await store.decisions.withdraw(one.id, { ...said, note: `replaced by ${decision.id}` });
  const faster = await store.decisions.add([decision]);
  if (faster.length > 0) throw contradicts(faster);
  return decision;
}

const isAboutPair = (one: Verdict, other: Verdict): boolean =>
  (one.kind === 'link' || one.kind === 'keep-apart') &&
  (other.kind === 'link' || other.kind === 'keep-apart') &&
  one.officerndId === other.officerndId &&
  one.hubspotId === other.hubspotId;

/** The active links of all records that these are about. */
export async function partnersOf(
  store: Pick<TenantStore, 'links'>,
  targets: readonly Target[],
): Promise<Readonly<Record<Entity, Partners>>> {
  const of = async (entity: Entity): Promise<Partners> => {
    const named = targets.filter((target) => entityOf(target) === entity).map(recordsNamed);
    const found = { officernd: new Map<string, string>(), hubspot: new Map<string, string>() };
    for (const side of sides) {
      const ids = new Set(named.flatMap(({ officerndIds, hubspotIds }) => (side === 'hubspot' ? hubspotIds : officerndIds)));
      for (const some of chunksOf([...ids], LINKS_AT_ONCE)) {
        const links = side === 'hubspot' ? store.links.activeByHubSpotIds(entity, some) : store.links.activeByOfficerndIds(entity, some);
        for (const { officerndId, hubspotId } of (await links).values()) {
          found.officernd.set(officerndId, hubspotId);
          found.hubspot.set(hubspotId, officerndId);
        }
      }
    }
    return found;
  };
  return { company: await of('company'), member: await of('member'), opportunity: await of('opportunity') };
}

const LINKS_AT_ONCE = 1_000;

/** Leaves out what is said twice, and notes what contradicts an earlier line. */
function withoutRepeated(meant: readonly Meant[], problems: DecisionProblem[]): readonly Meant[] {
  const claimed = new Map<string, Meant>();
  return meant.filter((one) => {
    const claims = claimsOf(one.entity, one.verdict);
    const earlier = claims.flatMap((claim) => claimed.get(claim) ?? []);
    if (earlier.some(({ verdict }) => sameVerdict(verdict, one.verdict))) return false;
    const [other] = earlier;
    if (other !== undefined) problems.push({ line: one.line, message: `contradicts line ${other.line}` });
    for (const claim of claims) claimed.set(claim, one);
    return true;
  });
}

/** Those that have been decided before, in the same way. Notes those that contradict a decision in force. */
async function knownAmong(store: TenantStore, meant: readonly Meant[], problems: DecisionProblem[]): Promise<ReadonlyMap<Meant, Decision>> {
  const claims = new Map(meant.flatMap((one) => claimsOf(one.entity, one.verdict).map((claim) => [claim, one] as const)));
  const known = new Map<Meant, Decision>();
  for (const decision of await store.decisions.claiming([...claims.keys()])) {
    const touched = new Set(claimsOf(decision.entity, decision.verdict).flatMap((claim) => claims.get(claim) ?? []));
    for (const one of touched) {
      if (sameVerdict(one.verdict, decision.verdict)) known.set(one, decision);
      else problems.push({ line: one.line, message: contradictionOf([decision]) });
    }
  }
  return known;
}

const ID_LENGTH = 10;

function decisionOf(
  tenant: string,
  { entity, verdict, note, review }: Pick<Decision, 'entity' | 'verdict' | 'note' | 'review'>,
  { by, at }: Pick<Said, 'by' | 'at'>,
): Decision {
  const id = `d${hashOf([tenant, claimsOf(entity, verdict), verdict.kind, at.toISOString()]).slice(0, ID_LENGTH)}`;
  return { id, entity, verdict, by, at, note, review, withdrawn: null, outcome: null };
}

const contradictionOf = (decisions: readonly Decision[]): string => {
  const ids = decisions.slice(0, LISTED).map(({ id, verdict }) => `${id} (${verdict.kind})`);
  return `contradicts ${ids.join(', ')}${decisions.length > LISTED ? ' and more' : ''}; withdraw that first with "orsync decide T --withdraw ID"`;
};

const LISTED = 5;

const contradicts = (decisions: readonly Decision[]): DecisionRefusedError =>
  new DecisionRefusedError('contradiction', `This ${contradictionOf(decisions)}.`);

function refused(problems: readonly DecisionProblem[], asked: number): DecisionRefusedError {
  const inOrder = problems.toSorted((one, other) => one.line - other.line);
  const [first] = inOrder;
  if (asked === 1 && first !== undefined) return new DecisionRefusedError('unfit', sentence(first.message), inOrder);
  return unusable(inOrder);
}

const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
