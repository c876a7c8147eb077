import { readHubSpot, readOfficernd } from '../../observe/records';
import { createRecordCalls } from '../../slice/calls-per-record';
import type { SliceWork } from '../../slice/run-slice';
import { loadStates } from '../compare';
import type { LinkState } from '../link-state';
import type { OfficerndId } from '../../../domain/ids';
import type { Link } from '../../../domain/link';
import type { LeftReason } from '../../../domain/undoing';
import type { Wanted } from './source';

interface Looked {
  readonly states: readonly LinkState[];
  /** Why nothing can be taken back of these links. */
  readonly missing: ReadonlyMap<string, LeftReason>;
}

/**
 * Loads the links of a page with both records, as a fresh look shows them. Values are taken back of active links only.
 * @param isAgain the records were read a moment ago, or given back by a write, and are loaded as they are stored
 */
export async function lookAt(work: SliceWork, page: readonly Wanted[], { isAgain = false } = {}): Promise<Looked> {
  const { store, input } = work;
  const { entity } = input;
  const missing = new Map<string, LeftReason>();
  const known = await store.links.byIds(page.map(({ linkId }) => linkId));
  const links = [...known.values()].filter(({ state }) => state === 'active');
  for (const { linkId } of page) if (known.get(linkId)?.state !== 'active') missing.set(linkId, 'link-ended');
  if (isAgain) return { states: await loadStates(work, links), missing };
  const toRead = await officerndToRead(work, page, links);
  const [hubspot, { gone, unread }] = await Promise.all([
    readHubSpot(
      work,
      entity,
      links.map(({ hubspotId }) => hubspotId),
    ),
    readOfficernd(work, entity, toRead, createRecordCalls(work.signal)),
  ]);
  for (const { id, hubspotId, officerndId } of links) {
    if (hubspot.get(hubspotId)?.id !== hubspotId || gone.has(officerndId)) missing.set(id, 'record-gone');
    else if (unread.has(officerndId)) missing.set(id, 'refused');
  }
  return {
    states: await loadStates(
      work,
      links.filter(({ id }) => !missing.has(id)),
    ),
    missing,
  };
}

/**
 * OfficeRnD takes a call for each record. Where only HubSpot's values go back, a record is read only if nothing of it is stored, as in a
 * preview.
 */
async function officerndToRead(work: SliceWork, page: readonly Wanted[], links: readonly Link[]): Promise<readonly OfficerndId[]> {
  const onlyHubSpot = new Set(
    page
      .filter(({ writes, conflicts }) => conflicts.length === 0 && writes.every(({ side }) => side === 'hubspot'))
      .map(({ linkId }) => linkId),
  );
  const ids = links.flatMap(({ id, officerndId }) => (onlyHubSpot.has(id) ? [officerndId] : []));
  const stored = await work.store.observations.byIds(work.run.generation, 'officernd', work.input.entity, ids);
  return links.flatMap(({ officerndId }) => (stored.has(officerndId) ? [] : [officerndId]));
}
