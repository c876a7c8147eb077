import { createsNeedApproval } from '../../domain/brake';
import type { Entity } from '../../domain/entity';
import { parseLinkId } from '../../domain/ids';
import type { LinkOrigin } from '../../domain/link';
import { isSuperseded, pairId } from '../../domain/link';
import { matchByKey, shareKey } from '../../domain/match';
import type { Candidate, MatchKey } from '../../domain/match';
import { namesAfterUpdate } from '../../domain/names-after';
import type { Observation } from '../../domain/observation';
import { candidateOf } from '../../domain/to-observation';
import { planCreate } from '../../domain/plan-create';
import { basesOfCreated, basesOfFound } from '../../domain/creation-bases';
import { reviewOf } from '../../domain/review';
import { isWaitingFor } from '../../domain/rulings';
import { stableJson } from '../../domain/stable-json';
import type { Creation } from './model-creation';
import { existing, post } from './model-creation';
import { PORTAL } from './model-mapping';
import type { Run } from './model-run';
import { effect, hasBrakes, isListed, mayLink, note, openReview, placeOf, readAgain, rulingsIn } from './model-run';
import { activate, activeByHubSpot, activeByOfficernd, isUndone, retiredOf } from './model-store';
import { noteCreated } from './model-unlink';

/** Phase 2 of the model: adopts, matches by each key page by page, creates (activities/link/match.ts, plan-creates.ts, create.ts). */
export function linkPhase(run: Run, entity: Entity): void {
  linkDecided(run, entity);
  adopt(run, entity);
  if (entity !== 'opportunity') matchPages(run, entity, 'email');
  matchPages(run, entity, 'name');
  create(run, entity);
  noteCreated(run, entity);
}

/** D1: pairs that people have chosen, before any key (activities/link/link-decided.ts). */
function linkDecided(run: Run, entity: Entity): void {
  const { store } = run.world;
  for (const { officerndId, hubspotId } of rulingsIn(run, entity).links) {
    const isThere = run.seen.officernd[entity].has(officerndId) && run.seen.hubspot[entity].has(hubspotId);
    const isLinked = activeByOfficernd(store, entity, officerndId) !== undefined || activeByHubSpot(store, entity, hubspotId) !== undefined;
    if (!isThere || isLinked) continue;
    note(run, 'base', () => store.snapshots.set(pairId(entity, officerndId, hubspotId), {}));
    makeLink(run, entity, { officerndId, hubspotId, origin: 'adopted', rule: 'D1' });
  }
}

const unlinkedHubSpot = (run: Run, entity: Entity): readonly Observation[] =>
  [...run.seen.hubspot[entity].values()].filter(
    ({ id }) =>
      activeByHubSpot(run.world.store, entity, id) === undefined &&
      !isUndone(run.world.store, entity, id) &&
      !run.unlisted.has(placeOf('hubspot', entity, id)),
  );

const unlinkedOfficernd = (run: Run, entity: Entity): readonly Observation[] =>
  [...run.seen.officernd[entity].values()].filter(
    ({ id }) =>
      activeByOfficernd(run.world.store, entity, id) === undefined &&
      !isUndone(run.world.store, entity, id) &&
      !run.held.has(id) &&
      !run.unlisted.has(placeOf('officernd', entity, id)),
  );

function makeLink(
  run: Run,
  entity: Entity,
  pair: { readonly officerndId: string; readonly hubspotId: string; readonly origin: LinkOrigin; readonly rule: string },
): void {
  const { officerndId, hubspotId, origin, rule } = pair;
  if (!mayLink(run, { phase: 'link', entity, kind: 'link', officerndId, hubspotId, reason: rule, fields: [] })) return;
  const id = pairId(entity, officerndId, hubspotId);
  const { store } = run.world;
  // The values that a pair once agreed on say nothing about values that another link has brought since (U6, M2).
  const ended = retiredOf(store, { entity, officerndId, hubspotId });
  const former = ended.find((link) => link.id === id);
  if (former !== undefined && isSuperseded(former, ended)) note(run, 'base', () => store.snapshots.set(id, {}));
  const made = effect(run, { kind: 'link', rule, id }, () =>
    activate(store, { entity, officerndId, hubspotId, origin, linkedAt: run.now, pairedAt: run.now }),
  );
  if (made && store.suppressed.has(`${entity}/${hubspotId}`))
    note(run, 'unsuppress', () => store.suppressed.delete(`${entity}/${hubspotId}`));
}

/** L2. Records with ids of the same HubSpot record are one case, also if one of these ids is of a merged record. */
function adopt(run: Run, entity: Entity): void {
  const { mayPair } = rulingsIn(run, entity);
  const seen = run.seen.hubspot[entity];
  const carriers = unlinkedOfficernd(run, entity).flatMap(({ id, linkId }) => {
    const parsed = parseLinkId(linkId ?? '', PORTAL);
    if (parsed.kind !== 'ours') return [];
    const target = seen.get(parsed.hubspotId) ?? [...seen.values()].find(({ mergedIds }) => mergedIds.includes(parsed.hubspotId));
    return target === undefined || !mayPair(id, target.id) ? [] : [{ id, hubspotId: target.id }];
  });
  for (const { id, hubspotId } of carriers) {
    const sharing = carriers.filter((carrier) => carrier.hubspotId === hubspotId).map((carrier) => carrier.id);
    if (sharing.length > 1)
      openReview(run, reviewOf({ entity, kind: 'ambiguous', rule: 'L2', officerndIds: sharing, hubspotIds: [hubspotId] }));
    else {
      const owner = activeByHubSpot(run.world.store, entity, hubspotId)?.officerndId;
      if (owner === undefined) {
        takeOver(run, entity, id, hubspotId);
        makeLink(run, entity, { officerndId: id, hubspotId, origin: 'adopted', rule: 'L2' });
      } else openReview(run, reviewOf({ entity, kind: 'link-taken', rule: 'L2', officerndIds: [id, owner], hubspotIds: [hubspotId] }));
    }
  }
}

/** L12: an adopted record that an interrupted run has created. Values that are still as they were sent are agreed on. */
function takeOver(run: Run, entity: Entity, officerndId: string, hubspotId: string): void {
  const { store } = run.world;
  const sent = store.calling.get(`${entity}/${hubspotId}`);
  const record = run.seen.officernd[entity].get(officerndId);
  if (sent === undefined || record === undefined) return;
  const fields = run.mapping.fields.filter((field) => field.entity === entity);
  const bases = basesOfFound(fields, record, sent, run.context);
  note(run, 'base', () => store.snapshots.set(pairId(entity, officerndId, hubspotId), bases));
  note(run, 'created', () => store.calling.delete(`${entity}/${hubspotId}`));
}

function matchPages(run: Run, entity: Entity, key: MatchKey): void {
  const all = [...run.seen.hubspot[entity].keys()];
  const pageSize = run.options.pageSize ?? Math.max(1, all.length);
  for (let start = 0; start < all.length; start += pageSize) matchPage(run, entity, key, all.slice(start, start + pageSize));
}

function matchPage(run: Run, entity: Entity, key: MatchKey, page: readonly string[]): void {
  const waiting = waitingForStronger(run, entity, key);
  const rulings = rulingsIn(run, entity);
  const hubspot = unlinkedHubSpot(run, entity).filter(({ id }) => !waiting.has(`h${id}`) && !rulings.isSetAside('hubspot', id));
  const officernd = unlinkedOfficernd(run, entity).filter(({ id }) => !waiting.has(`o${id}`) && !rulings.isSetAside('officernd', id));
  const asHubSpot = (observation: Observation) => candidateOf(observation, linkedCompanies(run, observation));
  const asOfficernd = (observation: Observation) =>
    candidateOf(observation, [...observation.parents.companies, ...observation.parents.members]);
  const renamed = (asCandidate: (observation: Observation) => Candidate) => (observation: Observation) => ({
    ...asCandidate(observation),
    name: nameAfterUpdate(run, observation),
  });
  const decisions = matchByKey({
    entity,
    key,
    decide: page,
    hubspot: hubspot.map(asHubSpot),
    officernd: officernd.map(asOfficernd),
    namesakes: {
      hubspot: [...run.seen.hubspot[entity].values()].filter((one) => !hubspot.includes(one)).map(renamed(asHubSpot)),
      officernd: [...run.seen.officernd[entity].values()].filter((one) => !officernd.includes(one)).map(renamed(asOfficernd)),
    },
    policy: run.mapping.matching,
    ...(!rulings.isEmpty && { isApart: rulings.isApart }),
  });
  for (const decision of decisions) {
    if (decision.kind === 'link') makeLink(run, entity, { ...decision, origin: key, rule: decision.rule });
    if (decision.kind === 'review') openReview(run, decision.review);
  }
}

/** L3: the name that a record will have after this run's update, if it is linked. */
function nameAfterUpdate(run: Run, observation: Observation): string | null {
  const { side, entity, id, keys } = observation;
  const { store } = run.world;
  const link = side === 'hubspot' ? activeByHubSpot(store, entity, id) : activeByOfficernd(store, entity, id);
  const hubspot = link && run.seen.hubspot[entity].get(link.hubspotId);
  const officernd = link && run.seen.officernd[entity].get(link.officerndId);
  if (link === undefined || hubspot === undefined || officernd === undefined) return keys.name;
  const { pipelineId } = run.mapping;
  const fields = run.mapping.fields.filter((field) => field.entity === entity);
  const snapshot = store.snapshots.get(link.id) ?? {};
  const prefers = rulingsIn(run, entity).prefers(link.officerndId, link.hubspotId);
  return namesAfterUpdate({ link, officernd, hubspot, snapshot, fields, context: run.context, portalId: PORTAL, pipelineId, prefers })[
    side
  ];
}

function waitingForStronger(run: Run, entity: Entity, key: MatchKey): ReadonlySet<string> {
  const stronger = key === 'email' ? ['L2'] : ['L2', 'L4 email'];
  const cases = [...run.reviews.values()].filter(
    (review) => review.entity === entity && review.kind === 'ambiguous' && stronger.includes(review.rule),
  );
  return new Set(
    cases.flatMap(({ hubspotIds, officerndIds }) => [...hubspotIds.map((id) => `h${id}`), ...officerndIds.map((id) => `o${id}`)]),
  );
}

const linkedCompanies = (run: Run, { parents }: Observation): readonly string[] =>
  parents.companies.flatMap((id) => activeByHubSpot(run.world.store, 'company', id)?.officerndId ?? []);

/** U5: the survivor of a merge is suppressed if a merged record was. */
function inheritSuppressions(run: Run, records: readonly Observation[]): void {
  const { suppressed } = run.world.store;
  for (const { entity, id, mergedIds } of records) {
    const ancestors = mergedIds.map((mergedId) => `${entity}/${mergedId}`).filter((key) => suppressed.has(key));
    if (ancestors.length === 0) continue;
    note(run, 'suppress', () => suppressed.add(`${entity}/${id}`));
    for (const key of ancestors) if (key !== `${entity}/${id}`) note(run, 'unsuppress', () => suppressed.delete(key));
  }
}

/** L6: creates the records that are left, unless they wait for a decision or are suppressed or filtered. */
function create(run: Run, entity: Entity): void {
  const { store } = run.world;
  const rulings = rulingsIn(run, entity);
  const reviews = [...run.reviews.values()].filter((review) => review.entity === entity);
  const isWaiting = (id: string) => reviews.some((review) => review.hubspotIds.includes(id) && isWaitingFor(review, id, rulings));
  const unlinked = unlinkedHubSpot(run, entity);
  inheritSuppressions(run, unlinked);
  const held = [...run.seen.officernd[entity].values()].filter(({ id }) => run.held.has(id));
  const wanted = unlinked.filter(
    (record) =>
      !isWaiting(record.id) &&
      (rulings.isToBeCreated(record.id) ||
        (!rulings.isSetAside('hubspot', record.id) &&
          !store.suppressed.has(`${entity}/${record.id}`) &&
          !held.some((other) => shareKey(record.keys, other.keys)))) &&
      // U4: a company that may be gone takes no new records.
      !linkedCompanies(run, record).some((id) => run.held.has(id)),
  );
  const plans = wanted.flatMap((hubspot) => {
    const plan = planCreate({
      entity,
      hubspot,
      mapping: run.mapping,
      context: run.context,
      parents: { companies: linkedCompanies(run, hubspot), members: [] },
      companyLocationId: null,
      isDecided: rulings.isToBeCreated(hubspot.id),
    });
    return plan.kind === 'create' ? [{ hubspot, plan }] : [];
  });
  if (!hasBrakes(run)) return createListed(run, plans);
  run.creations.push(...plans.map(({ hubspot }) => hubspot.id));
  if (createsNeedApproval(run.creations.length, run.mapping.brakes)) {
    for (const { hubspot } of plans) run.held.add(hubspot.id);
    return;
  }
  for (const { hubspot, plan } of plans) createOne(run, hubspot, plan);
}

/** Of planned creations, makes those that the applied preview lists. */
function createListed(run: Run, plans: readonly { readonly hubspot: Observation; readonly plan: Creation }[]): void {
  for (const { hubspot, plan } of plans) {
    const { entity, id: hubspotId, parents } = hubspot;
    const parent = parents.companies.find((id) => activeByHubSpot(run.world.store, 'company', id) !== undefined) ?? null;
    const place = stableJson([plan.values['location'] ?? null, entity === 'company' ? null : parent]);
    const listed = {
      phase: 'link',
      entity,
      kind: 'create',
      officerndId: null,
      hubspotId,
      reason: 'L6',
      fields: plan.fields,
      place,
    } as const;
    if (!isListed(run, listed)) continue;
    run.list.push(listed);
    createOne(run, hubspot, plan);
  }
}

function createOne(run: Run, hubspot: Observation, plan: Creation): void {
  const { world, context } = run;
  const { entity } = hubspot;
  const fields = run.mapping.fields.filter((field) => field.entity === entity);
  const sent = world.store.calling.get(`${entity}/${hubspot.id}`) ?? [];
  const found = existing(run, hubspot);
  const officernd = readAgain(run, 'officernd', entity, found ?? post(run, hubspot, plan));
  if (officernd === null) throw new Error(`The ${entity} that was just created is not there.`);
  const bases =
    found === null ? basesOfCreated(fields, officernd, hubspot, plan.fields, context) : basesOfFound(fields, officernd, sent, context);
  const id = pairId(entity, officernd.id, hubspot.id);
  note(run, 'base', () => world.store.snapshots.set(id, bases));
  effect(run, { kind: 'link', rule: 'L6', id }, () =>
    activate(world.store, {
      entity,
      officerndId: officernd.id,
      hubspotId: hubspot.id,
      origin: 'created',
      linkedAt: run.now,
      pairedAt: run.now,
    }),
  );
  note(run, 'created', () => world.store.calling.delete(`${entity}/${hubspot.id}`));
}
