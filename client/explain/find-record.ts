import type { Entity } from '../../domain/entity';
import type { LinkLife } from '../../domain/explain/facts';
import { idsNamed, readNamedId } from '../../domain/named-id';
import type { Observation } from '../../domain/observation';
import { normaliseEmail } from '../../domain/values';
import type { TenantStore } from '../../store/store';

/** A record as a person names it. */
export interface NamedRecord {
  readonly entity: Entity;
  /** The id of either side, a link id (`{portal}-{id}`), a link's own name, or an e-mail address. */
  readonly id: string;
}

/** The record that a person means: a link with both of its records, or one record without a link. */
export interface Subject {
  readonly entity: Entity;
  readonly officerndId: string | null;
  readonly hubspotId: string | null;
  /** The active link. */
  readonly link: LinkLife | null;
  /** The HubSpot id that was named and has been merged into this record. */
  readonly mergedFrom: string | null;
}

/** Thrown when what a person names is not one record. The message says what to do, and holds no personal data. */
export class RecordNotFoundError extends Error {
  override readonly name = 'RecordNotFoundError';

  constructor(
    readonly kind: 'unknown-record' | 'several-records',
    message: string,
  ) {
    super(message);
  }
}

/** Finds the record that a person names, and follows merges. Throws `RecordNotFoundError`. */
export async function findRecord(store: TenantStore, tenant: string, { entity, id }: NamedRecord): Promise<Subject> {
  const subjects = id.includes('@') ? await byEmail(store, entity, id) : await byIdOrLink(store, entity, id);
  const [only, ...others] = subjects;
  if (only === undefined)
    throw new RecordNotFoundError(
      'unknown-record',
      `Nothing is known of such a ${entity}; name it by an id of either side, and run "orsync sync ${tenant}" if it is new.`,
    );
  if (others.length > 0) {
    const ids = subjects.map(({ officerndId, hubspotId }) => hubspotId ?? officerndId).slice(0, MOST_NAMED);
    throw new RecordNotFoundError(
      'several-records',
      `That names ${subjects.length} records; name one of them by its id: ${ids.join(', ')}.`,
    );
  }
  return only;
}

const MOST_NAMED = 10;

async function byEmail(store: TenantStore, entity: Entity, text: string): Promise<readonly Subject[]> {
  const email = normaliseEmail(text);
  if (email === null) return [];
  const [hubspot, officernd] = await Promise.all([
    store.observations.byKeys(null, 'hubspot', entity, 'email', [email]),
    store.observations.byKeys(null, 'officernd', entity, 'email', [email]),
  ]);
  const subjects = await Promise.all([...hubspot, ...officernd].map((one) => subjectOf(store, one)));
  const distinct = [...new Map(subjects.map((one) => [`${one.officerndId ?? ''} ${one.hubspotId ?? ''}`, one])).values()];
  const [ofHubSpot, ofOfficernd, ...more] = distinct.toSorted((one) => (one.hubspotId === null ? 1 : -1));
  // Of two records that are not linked with each other, the HubSpot record's explanation names the other one.
  const areApart = ofHubSpot?.link === null && ofOfficernd?.link === null && ofHubSpot.hubspotId !== null && ofOfficernd.hubspotId === null;
  return ofHubSpot !== undefined && areApart && more.length === 0 ? [ofHubSpot] : distinct;
}

const subjectOf = ({ links }: TenantStore, one: Pick<Observation, 'entity' | 'side' | 'id'>): Promise<Subject> =>
  one.side === 'hubspot' ? ofHubSpot(links, one.entity, one.id, null) : ofOfficernd(links, one.entity, one.id);

async function ofHubSpot(links: TenantStore['links'], entity: Entity, hubspotId: string, mergedFrom: string | null): Promise<Subject> {
  const lives = await links.livesOf(entity, { officerndIds: [], hubspotIds: [hubspotId] });
  const link = lives.find(({ state }) => state === 'active') ?? null;
  return { entity, hubspotId, officerndId: link?.officerndId ?? null, link, mergedFrom };
}

async function ofOfficernd(links: TenantStore['links'], entity: Entity, officerndId: string): Promise<Subject> {
  const lives = await links.livesOf(entity, { officerndIds: [officerndId], hubspotIds: [] });
  const link = lives.find(({ state }) => state === 'active') ?? null;
  return { entity, officerndId, hubspotId: link?.hubspotId ?? null, link, mergedFrom: null };
}

async function byIdOrLink(store: TenantStore, entity: Entity, text: string): Promise<readonly Subject[]> {
  const named = readNamedId(text);
  if (named.kind === 'record') return byId(store, entity, named);
  if (named.entity !== entity) return [];
  const pair = await ofOfficernd(store.links, entity, named.officerndId);
  return pair.link?.hubspotId === named.hubspotId ? [pair] : byId(store, entity, { side: 'hubspot', id: named.hubspotId });
}

/** The record with an id, where anything is known of it. */
async function byId(
  store: TenantStore,
  entity: Entity,
  { side, id }: { readonly side: Observation['side']; readonly id: string },
): Promise<readonly Subject[]> {
  const ids = idsNamed({ kind: 'record', side, id });
  const [read, survivors, lives, operations, suppressed] = await Promise.all([
    store.observations.byIds(null, side, entity, [id]),
    side === 'hubspot' ? store.observations.byMergedIds(null, entity, [id]) : none,
    store.links.livesOf(entity, ids),
    store.operations.ofRecords(entity, ids),
    store.suppressions.among(entity, ids.hubspotIds),
  ]);
  const survivor = survivors.get(id);
  if (survivor !== undefined && survivor.id !== id) return [await ofHubSpot(store.links, entity, survivor.id, id)];
  const isKnown = read.has(id) || suppressed.has(id) || lives.length > 0 || operations.length > 0;
  return isKnown ? [await subjectOf(store, { entity, side, id })] : [];
}

const none: ReadonlyMap<string, Observation> = new Map();
