import { basisOf } from '../../config/proposal-basis';
import { parseTenantConfig } from '../../config/tenant-file';
import { chunksOf } from '../../domain/chunks';
import type { Entity } from '../../domain/entity';
import { entities as allEntities } from '../../domain/entity';
import type { Link } from '../../domain/link';
import { digestText, proposalIdOf, VALID_DAYS } from '../../domain/proposal';
import type { Effect, ProposalState } from '../../domain/proposal';
import { effectHash, hashOf } from '../../store/content-hash';
import { refKey } from '../../store/exports';
import type { Store, TenantStore } from '../../store/store';
import type { FileLink } from './link-file';

/**
 * | state         | meaning                                                                          | in the proposal |
 * | ------------- | -------------------------------------------------------------------------------- | --------------- |
 * | `new`         | both records are known                                                           | yes             |
 * | `unknown`     | a record was not read yet: the run asks the vendor for it by its id              | yes             |
 * | `linked`      | it is linked like this already                                                   | no              |
 * | `contradicts` | one of the records has another link, and may have one only (L13)                 | no              |
 */
export type ImportState = 'new' | 'unknown' | 'linked' | 'contradicts';

/** A link of the file, as far as it can be judged without asking the vendors. */
export interface JudgedLink extends FileLink {
  readonly state: ImportState;
  /** Names as they were last read; empty where they are not known. */
  readonly officerndName: string;
  readonly hubspotName: string;
}

export interface ImportProposal {
  readonly id: string;
  readonly entity: Entity;
  readonly operations: number;
  readonly digest: string;
  /** `approved` where the same list waits for its run already. */
  readonly state: ProposalState;
  /** ISO 8601, UTC. */
  readonly validUntil: string;
}

/** The outcome of an import. Nothing is done before the proposals are approved. */
export interface LinkImport {
  readonly tenant: string;
  readonly counts: Readonly<Record<ImportState, number>>;
  /** One for each entity; none where nothing is left to do. */
  readonly proposals: readonly ImportProposal[];
  readonly links: readonly JudgedLink[];
}

const DAY_MS = 24 * 3_600_000;
const GROUP = 500;

/** P1: makes proposals of the links of a file. The same file has the same proposals as long as nothing has changed. */
export async function proposeLinks(store: Store, tenant: string, file: readonly FileLink[], now: Date): Promise<LinkImport> {
  const kept = store.forTenant(tenant);
  const links: JudgedLink[] = [];
  for (const entity of allEntities) {
    const ofEntity = file.filter((one) => one.entity === entity);
    for (const some of chunksOf(ofEntity, GROUP)) links.push(...(await judge(kept, entity, some)));
  }
  const wanted = links.filter(({ state }) => state === 'new' || state === 'unknown');
  const proposals: ImportProposal[] = [];
  for (const entity of allEntities) {
    const ofEntity = wanted.filter((one) => one.entity === entity);
    if (ofEntity.length > 0) proposals.push(await propose(store, { tenant, entity, now }, ofEntity.map(effectOf)));
  }
  const counts = { new: 0, unknown: 0, linked: 0, contradicts: 0 };
  for (const { state } of links) counts[state] += 1;
  return { tenant, counts, proposals, links: links.toSorted((one, other) => one.line - other.line) };
}

interface ProposedFor {
  readonly tenant: string;
  readonly entity: Entity;
  readonly now: Date;
}

async function propose(store: Store, { tenant, entity, now }: ProposedFor, effects: readonly Effect[]): Promise<ImportProposal> {
  const { proposals } = store.forTenant(tenant);
  const stored = await store.tenants.get(tenant);
  if (stored === null) throw new Error(`There is no tenant ${tenant}; "orsync tenant apply FILE" stores it.`);
  const basis = basisOf(parseTenantConfig(stored.config, `tenant ${tenant}`), stored);
  const kind = 'import';
  const digest = hashOf(digestText({ tenant, kind, entity, basis, effects: effects.map(effectHash) }));
  const id = proposalIdOf(digest);
  const fresh = new Date(now.getTime() + VALID_DAYS * DAY_MS);
  const operations = effects.length;
  for (const group of chunksOf(effects, GROUP)) await proposals.effects.add(id, group, fresh);
  await proposals.open({ digest, kind, phase: 'link', entity, operations, basis, openedAt: now, validUntil: fresh });
  const { state = 'open', validUntil = fresh } = (await proposals.get(id)) ?? {};
  return { id, entity, operations, digest, state, validUntil: validUntil.toISOString() };
}

const effectOf = ({ entity, officerndId, hubspotId }: FileLink): Effect => ({
  entity,
  kind: 'link',
  officerndId,
  hubspotId,
  reason: 'P2 import',
  fields: [],
});

async function judge(kept: TenantStore, entity: Entity, links: readonly FileLink[]): Promise<readonly JudgedLink[]> {
  const officerndIds = links.map(({ officerndId }) => officerndId);
  const hubspotIds = links.map(({ hubspotId }) => hubspotId);
  const ofOfficernd = (id: string) => ({ side: 'officernd', entity, id }) as const;
  const ofHubSpot = (id: string) => ({ side: 'hubspot', entity, id }) as const;
  const [byOfficernd, byHubSpot, names] = await Promise.all([
    kept.links.activeByOfficerndIds(entity, officerndIds),
    kept.links.activeByHubSpotIds(entity, hubspotIds),
    kept.exports.names([...officerndIds.map(ofOfficernd), ...hubspotIds.map(ofHubSpot)]),
  ]);
  return links.map((link) => {
    const [officerndName, hubspotName] = [names.get(refKey(ofOfficernd(link.officerndId))), names.get(refKey(ofHubSpot(link.hubspotId)))];
    const present = [byOfficernd.get(link.officerndId), byHubSpot.get(link.hubspotId)].flatMap((one) => one ?? []);
    const isKnown = officerndName !== undefined && hubspotName !== undefined;
    return { ...link, state: stateOf(link, present, isKnown), officerndName: officerndName ?? '', hubspotName: hubspotName ?? '' };
  });
}

function stateOf({ officerndId, hubspotId }: FileLink, present: readonly Link[], isKnown: boolean): ImportState {
  if (present.some((link) => link.officerndId !== officerndId || link.hubspotId !== hubspotId)) return 'contradicts';
  if (present.length > 0) return 'linked';
  return isKnown ? 'new' : 'unknown';
}
