import { creationParents } from '../../domain/creation-parents';
import type { Entity } from '../../domain/entity';
import type { HeldEffect, PastFailure } from '../../domain/explain/facts';
import type { KnownLink } from '../../domain/explain/match-stages';
import type { UnlinkedFacts } from '../../domain/explain/unlinked';
import { LINK_PROPERTY, linkIdOf, parseLinkId } from '../../domain/ids';
import type { HubSpotId } from '../../domain/ids';
import { shareKey } from '../../domain/match';
import type { Observation } from '../../domain/observation';
import { LATE_EFFECT_MINUTES } from '../../domain/tenant-mapping';
import { isVendorTrouble } from '../../domain/vendor-trouble';
import type { StoredFailure } from '../../store/failures';
import { loadRulings } from '../../store/load-rulings';
import { creationHash, takenHash } from '../../store/refusal-hashes';
import type { TenantStore } from '../../store/store';
import { heldNowAmong, listedEffects } from './known-run';
import type { KnownRun } from './known-run';

export interface MatchQuestion {
  readonly tenant: string;
  readonly entity: Entity;
  /** The record without a link. */
  readonly record: Observation | null;
  readonly hubspotId: HubSpotId | null;
  readonly known: KnownRun;
  /** Held now, on the record itself. */
  readonly held: readonly HeldEffect[];
  readonly now: Date;
}

type Facts = Omit<UnlinkedFacts, 'creation'>;

/** Reads what decides about a record without a link: all that share a key with it, and what creating it depends on. */
export async function unlinkedFacts(store: TenantStore, question: MatchQuestion): Promise<UnlinkedFacts> {
  const { tenant, entity, record, known } = question;
  const { mapping } = known.run;
  const { hubspot, officernd } = record === null ? { hubspot: [], officernd: [] } : await recordsAround(store, record, mapping.portalId);
  const ids = { officerndIds: officernd.map(({ id }) => id), hubspotIds: hubspot.map(({ id }) => id) };
  const [rulings, links, ended, reviews, listed, parents] = await Promise.all([
    loadRulings(store, null, entity),
    linksOf(store, entity, { hubspot, officernd }),
    store.links.retiredOf(entity, ids),
    store.reviews.ofRecords(entity, ids),
    listedEffects(store, entity, { officerndIds: ids.officerndIds, hubspotIds: [] }),
    entity === 'opportunity' ? parentsOfDeals(store, hubspot) : new Map<HubSpotId, readonly string[]>(),
  ]);
  const heldOfficernd = heldUnlinks(listed, known);
  const takenBack = ended.filter(({ undoneBy }) => undoneBy !== undefined);
  const facts: Facts = { tenant, entity, mapping, record, hubspot, officernd, links, takenBack, parents, heldOfficernd, reviews, rulings };
  return { ...facts, creation: await creationFacts(store, facts, question) };
}

/** The OfficeRnD records whose unlinking waits for a person (U4). */
const heldUnlinks = (listed: readonly HeldEffect[], known: KnownRun): ReadonlySet<string> =>
  new Set(
    heldNowAmong(listed, known).flatMap(({ effect: { kind, officerndId }, proposal: { approval } }) =>
      kind === 'unlink' && approval === null && officerndId !== null ? [officerndId] : [],
    ),
  );

interface Around {
  readonly hubspot: readonly Observation[];
  readonly officernd: readonly Observation[];
}

/**
 * The record, all that share a key or the link id with it, and all of its own side that share one with those. A stronger key may take one of
 * them before. So the records that share an e-mail address with them are there, too.
 */
async function recordsAround(store: TenantStore, record: Observation, portalId: string): Promise<Around> {
  const first = record.side === 'hubspot' ? [record] : await across(store, [record], portalId);
  const own = record.side === 'officernd' ? [record] : [];
  const officernd = distinct([...own, ...(await across(store, first, portalId))]);
  const hubspot = distinct([...first, ...(await sharing(store, 'hubspot', officernd))]);
  const further = await sharingEmail(store, 'officernd', hubspot);
  const all = { officernd: distinct([...officernd, ...further]), hubspot };
  return { ...all, hubspot: distinct([...hubspot, ...(await sharingEmail(store, 'hubspot', further))]) };
}

const distinct = (records: readonly Observation[]): readonly Observation[] => [
  ...new Map(records.toReversed().map((one) => [one.id, one])).values(),
];

/** The records of the other side that share a key or the link id with any of these, which are all of one side. */
async function across(store: TenantStore, records: readonly Observation[], portalId: string): Promise<readonly Observation[]> {
  const [first] = records;
  if (first === undefined) return [];
  const { entity, side } = first;
  const byKey = await sharing(store, side === 'hubspot' ? 'officernd' : 'hubspot', records);
  if (side === 'hubspot') {
    const linkIds = records.flatMap(({ id, mergedIds }) => [id, ...mergedIds].map((one) => linkIdOf(portalId, one)));
    const carriers = await store.observations.byLinkIds(null, entity, linkIds);
    const ids = carriers.map(({ id }) => id);
    return distinct([...byKey, ...(await store.observations.byIds(null, 'officernd', entity, ids)).values()]);
  }
  const ids = records.flatMap(({ linkId }) => {
    const parsed = linkId === null ? null : parseLinkId(linkId, portalId);
    return parsed?.kind === 'ours' ? [parsed.hubspotId] : [];
  });
  const [named, survivors] = await Promise.all([
    store.observations.byIds(null, 'hubspot', entity, ids),
    store.observations.byMergedIds(null, entity, ids),
  ]);
  return distinct([...byKey, ...named.values(), ...survivors.values()]);
}

/** The records of one side that have an e-mail or the name of any of these. */
async function sharing(store: TenantStore, side: Observation['side'], records: readonly Observation[]): Promise<readonly Observation[]> {
  const [first] = records;
  if (first === undefined) return [];
  const names = [...new Set(records.flatMap(({ keys }) => keys.name ?? []))];
  const [byEmail, byName] = await Promise.all([
    sharingEmail(store, side, records),
    store.observations.byKeys(null, side, first.entity, 'name', names),
  ]);
  return distinct([...byEmail, ...byName]);
}

async function sharingEmail(
  store: TenantStore,
  side: Observation['side'],
  records: readonly Observation[],
): Promise<readonly Observation[]> {
  const emails = [...new Set(records.flatMap(({ keys }) => keys.emails))];
  const [first] = records;
  return first === undefined || emails.length === 0 ? [] : store.observations.byKeys(null, side, first.entity, 'email', emails);
}

/** The active links of any of these records, with both records and the bases. */
async function linksOf(store: TenantStore, entity: Entity, { hubspot, officernd }: Around): Promise<readonly KnownLink[]> {
  const [ofHubSpot, ofOfficernd] = await Promise.all([
    store.links.activeByHubSpotIds(
      entity,
      hubspot.map(({ id }) => id),
    ),
    store.links.activeByOfficerndIds(
      entity,
      officernd.map(({ id }) => id),
    ),
  ]);
  const links = [...new Map([...ofHubSpot.values(), ...ofOfficernd.values()].map((link) => [link.id, link])).values()];
  const [hubspotOf, officerndOf, snapshots] = await Promise.all([
    store.observations.byIds(
      null,
      'hubspot',
      entity,
      links.map(({ hubspotId }) => hubspotId),
    ),
    store.observations.byIds(
      null,
      'officernd',
      entity,
      links.map(({ officerndId }) => officerndId),
    ),
    store.snapshots.byLinkIds(links.map(({ id }) => id)),
  ]);
  return links.map((link) => ({
    link,
    hubspot: hubspotOf.get(link.hubspotId) ?? null,
    officernd: officerndOf.get(link.officerndId) ?? null,
    snapshot: snapshots.get(link.id) ?? {},
  }));
}

/** The OfficeRnD records that HubSpot companies and contacts are linked to. */
async function linkedParents({ links }: TenantStore, records: readonly Observation[]) {
  const of = async (entity: Entity, ids: readonly HubSpotId[]) => {
    const found = await links.activeByHubSpotIds(entity, [...new Set(ids)]);
    return new Map([...found].map(([id, { officerndId }]) => [id, officerndId]));
  };
  const [companies, members] = await Promise.all([
    of(
      'company',
      records.flatMap(({ parents }) => parents.companies),
    ),
    of(
      'member',
      records.flatMap(({ parents }) => parents.members),
    ),
  ]);
  return { companies, members };
}

async function parentsOfDeals(store: TenantStore, deals: readonly Observation[]): Promise<ReadonlyMap<HubSpotId, readonly string[]>> {
  const linked = await linkedParents(store, deals);
  return new Map(
    deals.map(({ id, parents }) => [
      id,
      [
        ...parents.companies.flatMap((one) => linked.companies.get(one) ?? []),
        ...parents.members.flatMap((one) => linked.members.get(one) ?? []),
      ],
    ]),
  );
}

async function creationFacts(
  store: TenantStore,
  facts: Facts,
  { hubspotId, known, held, now }: MatchQuestion,
): Promise<UnlinkedFacts['creation']> {
  const { entity, record, officernd, heldOfficernd } = facts;
  const { run } = known;
  const isHubSpot = record?.side === 'hubspot';
  const linked = isHubSpot
    ? await linkedParents(store, [record])
    : { companies: new Map<string, string>(), members: new Map<string, string>() };
  const lateEffectMs = (run.mapping.lateEffectMinutes ?? LATE_EFFECT_MINUTES) * 60_000;
  const unanswered = async (of: Entity, ids: readonly HubSpotId[]) =>
    (await store.operations.unfinishedCreates(of, ids)).filter(({ sentAt }) => now.getTime() - sentAt.getTime() < lateEffectMs);
  const waiting = async (of: Entity, ids: readonly HubSpotId[] = []) =>
    new Set((await unanswered(of, ids)).flatMap(({ hubspotId: id }) => id ?? []));
  const own = hubspotId === null ? [] : [hubspotId];
  const [companies, members, sent, suppressed, failures] = await Promise.all([
    waiting('company', isHubSpot ? record.parents.companies : []),
    waiting('member', isHubSpot ? record.parents.members : []),
    unanswered(entity, own),
    store.suppressions.among(entity, [...own, ...(isHubSpot ? record.mergedIds : [])]),
    store.failures.bySubjects(entity, 'link', [...own, LINK_PROPERTY]),
  ]);
  const { parents, isParentPending } = isHubSpot
    ? creationParents(record, { linked, pending: { companies, members } })
    : { parents: { companies: [], members: [] }, isParentPending: false };
  const [company] = parents.companies;
  const found = company === undefined ? null : (await store.observations.byIds(null, 'officernd', 'company', [company])).get(company);
  const companyLocationId = found?.locationId ?? null;
  const holders = isHubSpot ? officernd.filter(({ keys }) => shareKey(record.keys, keys)) : [];
  const dataHash = isHubSpot ? creationHash(record, { parents, companyLocationId }, run.mappingHash) : '';
  const hashes = [
    dataHash,
    takenHash(
      dataHash,
      holders.map(({ id }) => id),
    ),
  ];
  const stands = ({ retryRequested, parked, reason, dataHash: failed }: StoredFailure): boolean =>
    !retryRequested && (parked || !isVendorTrouble(reason)) && hashes.includes(failed);
  const refusal = failures.find((one) => one.subject === LINK_PROPERTY && one.dataHash === run.mappingHash && !one.retryRequested);
  return {
    parents: { parents, companyLocationId, isParentPending },
    isSuppressed: suppressed.size > 0,
    failures: failures
      .filter(({ subject }) => subject !== LINK_PROPERTY)
      .map((failure): PastFailure => ({ ...failure, stands: stands(failure) })),
    linkIdRefusal: refusal === undefined ? null : { ...refusal, stands: true },
    sentAt: sent[0]?.sentAt.toISOString() ?? null,
    held,
    dependsOnHeld: holders.some(({ id }) => heldOfficernd.has(id)) || (await haveHeldParent(store, linked, known)),
  };
}

/** U4: whether the end of a parent's link is held. */
async function haveHeldParent(store: TenantStore, linked: Awaited<ReturnType<typeof linkedParents>>, known: KnownRun): Promise<boolean> {
  const of = async (entity: Entity, ids: readonly string[]) =>
    ids.length > 0 && heldUnlinks(await listedEffects(store, entity, { officerndIds: ids, hubspotIds: [] }), known).size > 0;
  const held = await Promise.all([of('company', [...linked.companies.values()]), of('member', [...linked.members.values()])]);
  return held.includes(true);
}
