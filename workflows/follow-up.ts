import { entities as allEntities } from '../domain/entity';
import type { Entity } from '../domain/entity';
import { syncModes } from '../domain/report';
import type { SyncMode } from '../domain/report';
import type { SyncRequest } from './api';

/**
 * Returns the one follow-up that serves what is queued already and what is asked for now (A5). So a request that was queued is not lost to
 * the next one. A preview gives way to a run that writes, since one run can't be both.
 */
export function followUpOf(queued: SyncRequest | null, asked: SyncRequest): SyncRequest {
  if (queued === null) return asked;
  if (asked.applies !== undefined) return withLast(queued, asked);
  if (queued.applies !== undefined) return { ...asked, followedBy: queued };
  const { followedBy } = queued;
  const requests = [queued, asked];
  const mode = syncModes.find((one) => requests.some((request) => request.mode === one)) ?? asked.mode;
  const served = requests.filter((request) => mode === 'preview' || writes(request.mode));
  return { ...asked, mode, entities: entitiesOf(served), ...(followedBy !== undefined && { followedBy }) };
}

/** A run that carries out a preview does nothing else. So such a request shares no run, and comes after those that any run can serve. */
function withLast(queued: SyncRequest, asked: SyncRequest): SyncRequest {
  if (queued.applies === asked.applies) return queued;
  return { ...queued, followedBy: queued.followedBy === undefined ? asked : withLast(queued.followedBy, asked) };
}

const writes = (mode: SyncMode): boolean => mode !== 'preview';

/** Null means all of the tenant's. */
function entitiesOf(requests: readonly SyncRequest[]): readonly Entity[] | null {
  if (requests.some(({ entities }) => entities === null)) return null;
  return allEntities.filter((entity) => requests.some(({ entities }) => entities?.includes(entity) === true));
}
