import { LINK_PATH } from '../../domain/ids';
import type { Link } from '../../domain/link';
import { pairId } from '../../domain/link';
import type { Operation } from '../../domain/operation';
import { isTakeBack } from '../../domain/undoing';
import type { SliceWork } from '../slice/run-slice';
import { setLinkId } from './clear-link-id';

type LinkPair = Pick<Link, 'entity' | 'officerndId' | 'hubspotId'>;

/**
 * X2: retires a link that the undone run has made, or brings back one that it has ended. Returns false when a record has another link by now
 * (L13). May be repeated.
 */
export function takeBackLink(work: SliceWork, operation: Pick<Operation, 'kind' | 'fields'>, pair: LinkPair): Promise<boolean> {
  const idChange = operation.fields.find(({ field }) => field === LINK_PATH);
  const change = idChange === undefined ? null : { from: textOrNull(idChange.officernd), to: textOrNull(idChange.after) };
  return operation.kind === 'unlink' ? retire(work, pair, change) : restore(work, pair, change);
}

interface IdChange {
  readonly from: string | null;
  readonly to: string | null;
}

/** Both records stay. The HubSpot record is suppressed, or the next run would create it in OfficeRnD (L6). */
async function retire(work: SliceWork, pair: LinkPair, change: IdChange | null): Promise<boolean> {
  const { store, run, now } = work;
  const { entity, officerndId, hubspotId } = pair;
  if (change !== null) await setLinkId(work, pair, change);
  await work.crashPoint('unlink-called');
  await store.suppressions.add(entity, [hubspotId], run.id, now());
  await store.links.retireUndone(pairId(entity, officerndId, hubspotId), run.id);
  return true;
}

/** The link comes back with its base, which is kept under its name. Its id shows again as it did (L14). */
async function restore(work: SliceWork, pair: LinkPair, change: IdChange | null): Promise<boolean> {
  const { store, run, now } = work;
  const { entity, hubspotId } = pair;
  const pairedAt = now().toISOString();
  const { refused } = await store.links.activate([{ ...pair, origin: 'restored', run: run.id, linkedAt: pairedAt, pairedAt }]);
  if (refused.length > 0) return false;
  const { undoes } = run;
  if (undoes !== undefined && !isTakeBack(undoes)) await store.suppressions.removeOf(undoes.run, entity, [hubspotId]);
  await work.crashPoint('unlink-called');
  if (change !== null) await setLinkId(work, pair, change);
  return true;
}

const textOrNull = (value: unknown): string | null => (typeof value === 'string' ? value : null);
