import type { HubSpotId } from '../../domain/ids';
import { shareKey } from '../../domain/match';
import { takenHash } from '../../store/refusal-hashes';
import { sharingKey } from './candidates';
import type { CreateDecision } from './creation';
import type { SliceWork } from '../slice/run-slice';

/**
 * M10: the hashes under which these creations are refused because another record holds a value. Beside the data they cover the OfficeRnD
 * records with the same e-mail or name. So a creation is sent again when one of those has changed its value, and not before.
 */
export async function takenHashes(work: SliceWork, decisions: readonly CreateDecision[]): Promise<ReadonlyMap<HubSpotId, string>> {
  if (decisions.length === 0) return new Map();
  const observations = decisions.map(({ observation }) => observation);
  const found = await Promise.all((['email', 'name'] as const).map((key) => sharingKey(work, 'officernd', key, observations)));
  const holders = found.flat();
  return new Map(
    decisions.map(({ observation: { id, keys }, dataHash }) => {
      const ids = holders.filter((holder) => shareKey(keys, holder.keys)).map((holder) => holder.id);
      return [id, takenHash(dataHash, ids)];
    }),
  );
}
