import type { OfficerndRecord } from '../../connectors/officernd/connector';
import { officerndResourceOf } from '../../domain/entity';
import type { Entity } from '../../domain/entity';
import { linkIdOf } from '../../domain/ids';
import type { HubSpotId } from '../../domain/ids';
import type { Observation } from '../../domain/observation';
import type { UnfinishedCreate } from '../../store/operations';
import type { SliceWork, Work } from '../slice/run-slice';

/**
 * L12: whether a creation has had the time to take effect, however late. Before, a record that is not there proves nothing. A record that
 * is there is proof at any time.
 */
export const isOver = ({ now, lateEffectMs }: Pick<Work, 'now' | 'lateEffectMs'>, { sentAt }: Pick<UnfinishedCreate, 'sentAt'>): boolean =>
  now().getTime() - sentAt.getTime() >= lateEffectMs;

/** The newest creation of each HubSpot record whose outcome is unknown, by HubSpot's id. */
export async function unfinishedOf(
  { store }: Pick<Work, 'store'>,
  entity: Entity,
  ids: readonly HubSpotId[],
): Promise<ReadonlyMap<HubSpotId, UnfinishedCreate>> {
  const found = await store.operations.unfinishedCreates(entity, ids);
  const inOrder = found.toSorted((one, other) => one.sentAt.getTime() - other.sentAt.getTime());
  return new Map(inOrder.flatMap((create) => (create.hubspotId === null ? [] : [[create.hubspotId, create] as const])));
}

/** HubSpot records of which it is not known yet whether OfficeRnD has a record: what depends on them waits, too. */
export async function pendingAmong(
  work: Pick<Work, 'store' | 'now' | 'lateEffectMs'>,
  entity: Entity,
  ids: readonly HubSpotId[],
): Promise<ReadonlySet<HubSpotId>> {
  const unfinished = await unfinishedOf(work, entity, ids);
  return new Set([...unfinished].filter(([, create]) => !isOver(work, create)).map(([id]) => id));
}

/**
 * L12: the unlinked records that an earlier attempt may have made: those with the link id that it was sent with. When its time is over, a
 * member with its e-mail counts, too: OfficeRnD may have dropped the link id.
 */
export async function findCreated(
  work: SliceWork,
  { entity, id, values }: Observation,
  { isTimeOver }: { readonly isTimeOver: boolean },
): Promise<readonly OfficerndRecord[]> {
  const options = { signal: work.signal };
  const linkId = linkIdOf(work.mapping.portalId, id);
  const { mayPair } = await work.rulings();
  // D1: one that a person keeps apart was made by somebody else.
  const own = async (records: readonly OfficerndRecord[]) =>
    (await unlinked(work, entity, records)).filter((record) => mayPair(record.id, id));
  const found = await own(await work.officernd.findByLinkId(officerndResourceOf[entity], linkId, options));
  const email = values['email'];
  if (found.length > 0 || !isTimeOver || entity !== 'member' || typeof email !== 'string') return found;
  return (await own(await work.officernd.findMembersByEmail(email, options))).slice(0, 1);
}

/** The records without a link. One with a link belongs to another HubSpot record (L13). */
async function unlinked({ store }: SliceWork, entity: Entity, records: readonly OfficerndRecord[]): Promise<readonly OfficerndRecord[]> {
  if (records.length === 0) return [];
  const linked = await store.links.linkedAmong(
    'officernd',
    entity,
    records.map(({ id }) => id),
  );
  return records.filter(({ id }) => !linked.has(id));
}
