import { entities as allEntities } from '../domain/entity';
import type { Entity } from '../domain/entity';
import { syncModes } from '../domain/report';
import type { SyncMode } from '../domain/report';
import type { SyncRequest } from './api';

/**
 * Returns the one follow-up that serves what is queued already and what is asked for now (A5). So a request that was queued is not lost to
 * the next one. A preview gives way to a run that writes, since one run can't be both. A run that takes something back stands by itself: requests
 * line up behind it, and it behind others.
 */
export function followUpOf(queued: SyncRequest | null, asked: SyncRequest): SyncRequest {
  if (queued === null) return asked;
  if (isSame(queued, asked)) return queued;
  if (asked.hints === true) return coversHints(queued) ? queued : inLine(queued, asked);
  if (queued.hints === true && !standsAlone(asked)) {
    const { followedBy: rest = null, ...hints } = queued;
    const served = rest === null ? asked : followUpOf(rest, asked);
    return coversHints(served) ? served : inLine(served, hints);
  }
  if (standsAlone(asked) || queued.undoes !== undefined) return inLine(queued, asked);
  if (queued.applies !== undefined) return { ...asked, followedBy: queued };
  const { followedBy } = queued;
  const requests = [queued, asked];
  const mode = syncModes.find((one) => requests.some((request) => request.mode === one)) ?? asked.mode;
  const served = requests.filter((request) => mode === 'preview' || writes(request.mode));
  return { ...asked, mode, entities: entitiesOf(served), ...(followedBy !== undefined && { followedBy }) };
}

/** The request behind another one. */
const inLine = (queued: SyncRequest, asked: SyncRequest): SyncRequest => ({
  ...queued,
  followedBy: queued.followedBy === undefined ? asked : followUpOf(queued.followedBy, asked),
});

/** T3: a run of everything that has yet to begin finds what hints would tell. */
const coversHints = ({ mode, entities, hints, applies, undoes }: SyncRequest): boolean =>
  hints === true || (mode === 'full' && entities === null && applies === undefined && undoes === undefined);

/** Carrying out a preview, or taking something back, is a run of its own. */
const standsAlone = ({ applies, undoes }: SyncRequest): boolean => applies !== undefined || undoes !== undefined;

/** One run carries out the same preview, or takes the same back, only once. */
const isSame = (queued: SyncRequest, asked: SyncRequest): boolean =>
  standsAlone(asked) &&
  queued.mode === asked.mode &&
  queued.applies === asked.applies &&
  JSON.stringify(queued.undoes) === JSON.stringify(asked.undoes);

const writes = (mode: SyncMode): boolean => mode !== 'preview';

/** Null means all of the tenant's. */
function entitiesOf(requests: readonly SyncRequest[]): readonly Entity[] | null {
  if (requests.some(({ entities }) => entities === null)) return null;
  return allEntities.filter((entity) => requests.some(({ entities }) => entities?.includes(entity) === true));
}
