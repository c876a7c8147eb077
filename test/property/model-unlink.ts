import { unlinkNeedsApproval } from '../../domain/brake';
import type { Entity } from '../../domain/entity';
import { LINK_PATH, linkIdOf, parseLinkId } from '../../domain/ids';
import type { Link } from '../../domain/link';
import type { ListedEffect } from '../../domain/listed-effect';
import { isSuperseded, pairId } from '../../domain/link';
import type { Observation } from '../../domain/observation';
import { decideUnlink } from '../../domain/plan-unlink';
import type { UnlinkDecision } from '../../domain/plan-unlink';
import { reviewOf } from '../../domain/review';
import { PORTAL } from './model-mapping';
import type { Run } from './model-run';
import { effect, hasBrakes, isListed, mayLink, note, openReview, readAgain, rulingsIn } from './model-run';
import { activate, activeByHubSpot, activeByOfficernd, activeLinks, noteDone, retire, retiredOf } from './model-store';
import { writeRecord } from './model-vendors';

interface Planned {
  readonly id: string;
  /** Null means no unlinking: the link follows a merge or comes back. */
  readonly rule: 'U1' | 'U3' | 'U5' | 'U7' | 'D1' | null;
  readonly officerndId: string;
  readonly listed: ListedEffect;
  readonly apply: () => void;
}

/** Phase 1 of the model: plans with `decideUnlink`, brakes, applies (activities/unlink/plan.ts, apply.ts). */
export function unlinkPhase(run: Run, entity: Entity): void {
  const { store } = run.world;
  const links = activeLinks(store, entity).length;
  noteCreated(run, entity);
  const parted = planParted(run, entity);
  const partedIds = new Set(parted.map(({ id }) => id));
  const ofLinks = [...parted, ...planLinks(run, entity).filter(({ id }) => !partedIds.has(id))];
  const ending = new Set(ofLinks.flatMap(({ rule, officerndId }) => (rule === null ? [] : [officerndId])));
  const plans = new Map(ofLinks.map((plan) => [plan.id, plan]));
  for (const plan of [...planStrays(run, entity, ending), ...planRestores(run, entity)]) if (!plans.has(plan.id)) plans.set(plan.id, plan);
  const strays = [...plans.values()].filter(({ rule }) => rule === 'U7').length;
  if (!hasBrakes(run)) leaveUnlisted(run, plans);
  for (const { rules, of } of [
    { rules: ['U1', 'U7'], of: links + strays },
    { rules: ['U5'], of: links },
  ]) {
    const braked = [...plans.values()].filter(({ rule }) => rule !== null && rules.includes(rule));
    if (!hasBrakes(run) || !unlinkNeedsApproval(braked.length, of, run.mapping.brakes)) continue;
    for (const { id, officerndId } of braked) {
      plans.delete(id);
      run.held.add(officerndId);
    }
  }
  // Ending links come first, because others may take their place (L13).
  const inOrder = [...plans.values()].sort((one, other) => Number(one.rule === null) - Number(other.rule === null));
  for (const { apply } of inOrder) apply();
}

/** D1: a record is created once by a decision. */
export function noteCreated(run: Run, entity: Entity): void {
  const { store } = run.world;
  for (const [hubspotId, { id }] of rulingsIn(run, entity).creations)
    if (activeByHubSpot(store, entity, hubspotId) !== undefined) note(run, 'decided', () => noteDone(store, id));
}

/** D1: links that a person has ended, and link ids that say otherwise (activities/unlink/plan-decided.ts). */
function planParted(run: Run, entity: Entity): readonly Planned[] {
  return rulingsIn(run, entity).apart.flatMap(({ officerndId, hubspotId, decidedId }) => {
    const link = activeByOfficernd(run.world.store, entity, officerndId);
    const carried = parseLinkId(run.seen.officernd[entity].get(officerndId)?.linkId ?? '', PORTAL);
    const shown = link?.hubspotId ?? (carried.kind === 'ours' ? carried.hubspotId : null);
    if (shown === null || (shown !== hubspotId && shown !== decidedId)) return [];
    return [unlinking(run, { entity, officerndId, hubspotId: shown }, 'D1')];
  });
}
/** Removes what the applied preview does not list. Its records are left alone, like those of which a brake holds something. */
function leaveUnlisted(run: Run, plans: Map<string, Planned>): void {
  for (const { id, officerndId, listed } of plans.values()) {
    const may = listed.kind === 'unlink' ? isListed(run, listed) : mayLink(run, listed);
    if (may && listed.kind === 'unlink') run.list.push(listed);
    if (may) continue;
    plans.delete(id);
    run.held.add(officerndId);
  }
}

const listedAs = ({ entity, officerndId, hubspotId }: Pair, kind: 'unlink' | 'relink' | 'link', reason: string): ListedEffect => ({
  phase: 'unlink',
  entity,
  kind,
  officerndId,
  hubspotId,
  reason,
  fields: [],
});

function planLinks(run: Run, entity: Entity): readonly Planned[] {
  const rulings = rulingsIn(run, entity);
  const seen = run.seen.hubspot[entity];
  const links = activeLinks(run.world.store, entity);
  const sightings = new Map(
    links.filter(({ hubspotId }) => !seen.has(hubspotId)).map(({ hubspotId }) => [hubspotId, readAgain(run, 'hubspot', entity, hubspotId)]),
  );
  return links.flatMap((link) => {
    const found = sightings.get(link.hubspotId);
    const survivor = found !== undefined && found !== null && found.id !== link.hubspotId ? found : null;
    const meeting = survivor === null ? [] : [survivor.id, ...survivor.mergedIds];
    const isThere = ({ officerndId }: Link) =>
      run.seen.officernd[entity].has(officerndId) || readAgain(run, 'officernd', entity, officerndId) !== null;
    // A link that ends because its OfficeRnD record is gone (U5) does not win against another.
    const rivals = links.filter((rival) => rival.id !== link.id && meeting.includes(rival.hubspotId) && isThere(rival));
    const decision = decideUnlink({
      link,
      hubspot: found === null ? { kind: 'gone' } : survivor === null ? { kind: 'there' } : { kind: 'became', id: survivor.id },
      officernd: { kind: isThere(link) ? 'there' : 'gone' },
      survivorLinks: rivals,
      isParted: ({ officerndId }) => survivor !== null && !idsOf(survivor).every((id) => rulings.mayFollow(officerndId, id)),
      isDecided: ({ officerndId }) => survivor !== null && idsOf(survivor).some((id) => rulings.isLinked(officerndId, id)),
    });
    return planned(run, link, decision);
  });
}

const idsOf = ({ id, mergedIds }: Observation): readonly string[] => [id, ...mergedIds];

function planned(run: Run, link: Link, decision: UnlinkDecision): readonly Planned[] {
  const { entity } = link;
  switch (decision.kind) {
    case 'keep':
      return [];
    case 'unlink':
      return [unlinking(run, link, 'U1')];
    case 'part':
      return [unlinking(run, link, 'D1')];
    case 'retire':
      return [unlinking(run, link, 'U5')];
    case 'relink':
      return [relinking(run, link, decision.hubspotId)];
    case 'merge': {
      const { losers, winner, survivorId } = decision;
      for (const { officerndId } of losers) {
        const officerndIds = [officerndId, winner.officerndId];
        openReview(run, reviewOf({ entity, kind: 'merged', rule: 'U3', officerndIds, hubspotIds: [survivorId] }));
      }
      const ends = losers.map((loser) => unlinking(run, loser, 'U3'));
      return winner.hubspotId === survivorId ? ends : [...ends, relinking(run, winner, survivorId)];
    }
  }
}

const reasons = { U1: 'hubspot-deleted', U3: 'merged', U5: 'officernd-deleted', U7: 'hubspot-deleted', D1: 'by-hand' } as const;

type Pair = Pick<Link, 'entity' | 'officerndId' | 'hubspotId'>;

function unlinking(run: Run, pair: Pair, rule: 'U1' | 'U3' | 'U5' | 'U7' | 'D1'): Planned {
  const { entity, officerndId, hubspotId } = pair;
  const { store } = run.world;
  const id = pairId(entity, officerndId, hubspotId);
  const apply = () => {
    // A person's word ends the link at once, whatever becomes of the id.
    if (rule === 'D1') effect(run, { kind: 'unlink', rule, id }, () => retire(store, id, reasons[rule], run.now));
    if (rule === 'U5') suppress(run, entity, hubspotId);
    else clearLinkId(run, pair);
    if (rule !== 'D1') effect(run, { kind: 'unlink', rule, id }, () => retire(store, id, reasons[rule], run.now));
  };
  return { id: `unlink/${id}`, rule, officerndId, listed: listedAs(pair, 'unlink', rule), apply };
}

/** U5. For a merged record its survivor is suppressed, because the survivor would be created otherwise. */
function suppress(run: Run, entity: Entity, hubspotId: string): void {
  const survivors = [...run.seen.hubspot[entity].values()].filter(({ mergedIds }) => mergedIds.includes(hubspotId));
  for (const id of [hubspotId, ...survivors.map((survivor) => survivor.id)])
    note(run, 'suppress', () => run.world.store.suppressed.add(`${entity}/${id}`));
}

/** Clears the link id if the record has exactly this one. Nothing else of the record changes (U1). */
function clearLinkId(run: Run, { entity, officerndId, hubspotId }: Pair): void {
  const record = run.world.vendors.officernd[entity].get(officerndId);
  if (record === undefined || record.values[LINK_PATH] !== linkIdOf(PORTAL, hubspotId)) return;
  const changes = { [LINK_PATH]: null };
  effect(run, { kind: 'write', side: 'officernd', entity, id: officerndId, changes }, () =>
    writeRecord(run.world.vendors, run.policy, 'officernd', entity, officerndId, changes),
  );
  readAgain(run, 'officernd', entity, officerndId);
}

/** The link and its base get a new id in one step, so that the process can't die between them (A2). */
function relinking(run: Run, link: Link, hubspotId: string): Planned {
  const { store } = run.world;
  const { entity, officerndId } = link;
  const id = pairId(entity, officerndId, hubspotId);
  const apply = () => {
    const base = store.snapshots.get(link.id);
    if (base !== undefined) note(run, 'base', () => store.snapshots.set(id, base));
    if (activeByHubSpot(store, entity, hubspotId) !== undefined) return;
    effect(run, { kind: 'link', rule: 'U3', id }, () => {
      retire(store, link.id, 'merged', run.now);
      activate(store, { entity, officerndId, hubspotId, origin: 'relinked', linkedAt: link.linkedAt, pairedAt: run.now });
    });
  };
  return { id: `relink/${link.id}`, rule: null, officerndId, listed: listedAs({ entity, officerndId, hubspotId }, 'relink', 'U3'), apply };
}

/** U7: ids that lead nowhere and have no link, or a link that is about to end. The next run then finds nothing new (A1). */
function planStrays(run: Run, entity: Entity, ending: ReadonlySet<string>): readonly Planned[] {
  const rulings = rulingsIn(run, entity);
  const hubspot = run.seen.hubspot[entity];
  return [...run.seen.officernd[entity].values()].flatMap(({ id, linkId }) => {
    if (linkId === null || (activeByOfficernd(run.world.store, entity, id) !== undefined && !ending.has(id))) return [];
    const parsed = parseLinkId(linkId, PORTAL);
    if (parsed.kind !== 'ours') {
      if (!rulings.isIgnored('officernd', id))
        openReview(run, reviewOf({ entity, kind: 'other-portal', rule: 'U7', officerndIds: [id], hubspotIds: [] }));
      return [];
    }
    const { hubspotId } = parsed;
    const merged = [...hubspot.values()].some(({ mergedIds }) => mergedIds.includes(hubspotId));
    if (hubspot.has(hubspotId) || merged || readAgain(run, 'hubspot', entity, hubspotId) !== null) return [];
    return [unlinking(run, { entity, officerndId: id, hubspotId }, 'U7')];
  });
}

/** U6: plans to restore links of deleted records that are back, if neither side has been linked since. */
function planRestores(run: Run, entity: Entity): readonly Planned[] {
  const { mayRestore } = rulingsIn(run, entity);
  const { store } = run.world;
  return [...store.links.values()].flatMap((link) => {
    const { officerndId, hubspotId, id } = link;
    if (link.entity !== entity || link.state !== 'retired' || link.reason !== 'hubspot-deleted') return [];
    if (!run.seen.hubspot[entity].has(hubspotId) || !run.seen.officernd[entity].has(officerndId)) return [];
    if (activeByHubSpot(store, entity, hubspotId) !== undefined || activeByOfficernd(store, entity, officerndId) !== undefined) return [];
    if (isSuperseded(link, retiredOf(store, link)) || !mayRestore(officerndId, hubspotId)) return [];
    const apply = () =>
      effect(
        run,
        { kind: 'link', rule: 'U6', id },
        () => void activate(store, { entity, officerndId, hubspotId, origin: 'restored', linkedAt: run.now, pairedAt: run.now }),
      );
    return [{ id: `restore/${id}`, rule: null, officerndId, listed: listedAs(link, 'link', 'U6'), apply }];
  });
}
