import type { Counters } from '../../domain/counters';
import { isSuperseded } from '../../domain/link';
import { nextPart, readPart, startOf } from '../slice/cursor';
import { createLookupPrefetcher } from '../observe/prefetch-lookups';
import { planDecided } from './plan-decided';
import { createPlanMissingStep } from './plan-missing';
import { carriedLinkIds, createPlanStraysStep } from './plan-strays';
import type { CarriedLinkId } from './plan-strays';
import type { ListedPage } from '../observe/prefetch-pages';
import { countLinksIfAllSeen, requireLinkPhase, allowSkippingLinkPhase } from '../observe/shortcuts';
import type { SliceWork, StepResult } from '../slice/run-slice';

/** The lists, in order. `carried` comes first where it may show that `links` and `strays` hold nothing to find. */
const parts = ['carried', 'links', 'strays', 'restored'] as const;
const PAGE = 500;

/**
 * Phase 1, planning: asks for each record that a complete listing did not show by its id, and plans only what that proves (U2). Make one
 * for each slice.
 */
export function createPlanUnlinksStep(): (work: SliceWork, cursor: string | null) => Promise<StepResult> {
  const planMissing = createPlanMissingStep();
  const carried = createLookupPrefetcher(carriedLinkIds);
  const planStrays = createPlanStraysStep();
  return async (work, cursor) => {
    if (cursor === null) return begin(work);
    const { part, after } = readPart(cursor, parts);
    switch (part) {
      case 'carried':
        return checkCarried(work, await carried.take(work, after));
      case 'links':
      case 'strays': {
        const { cursor: next, counters } = await (part === 'links' ? planMissing : planStrays)(work, after);
        return { cursor: nextPart(part, next, parts), counters };
      }
      case 'restored':
        return planRestores(work, after);
    }
  };
}

/** People's decisions come first (D1). Skips the lists of links where the readings have seen every link. */
async function begin(work: SliceWork): Promise<StepResult> {
  await allowSkippingLinkPhase(work);
  await planDecided(work);
  const seen = await countLinksIfAllSeen(work);
  if (seen === null) return goOnWith('links');
  return seen.areCarriersLinked ? goOnWith('restored', { checked: seen.links }) : goOnWith('carried');
}

/**
 * Checks that each live record with a link id has a link. If so, and there are as many as links, no link is without its OfficeRnD record.
 */
async function checkCarried(work: SliceWork, { records, next }: ListedPage<CarriedLinkId>): Promise<StepResult> {
  if (records.some(({ isLinked }) => !isLinked)) return goOnWith('links');
  if (next !== null) return { cursor: nextPart('carried', next, parts), counters: {} };
  const seen = await countLinksIfAllSeen(work);
  return seen === null ? goOnWith('links') : goOnWith('restored', { checked: seen.links });
}

const goOnWith = (part: (typeof parts)[number], counters: Counters = {}): StepResult => ({ cursor: startOf(part), counters });

/** U6: plans to restore links whose deleted HubSpot record is back, where neither side has been linked since. */
async function planRestores(work: SliceWork, after: string | null): Promise<StepResult> {
  const { store, run, input } = work;
  const { entity } = input;
  const { items, next } = await store.links.pageRetired(entity, 'hubspot-deleted', { after, limit: PAGE });
  const hubspotIds = items.map(({ hubspotId }) => hubspotId);
  const officerndIds = items.map(({ officerndId }) => officerndId);
  const { mayRestore } = await work.rulings();
  const [hubspot, officernd, byHubSpot, byOfficernd, retired] = await Promise.all([
    store.observations.byIds(run.generation, 'hubspot', entity, hubspotIds),
    store.observations.byIds(run.generation, 'officernd', entity, officerndIds),
    store.links.activeByHubSpotIds(entity, hubspotIds),
    store.links.activeByOfficerndIds(entity, officerndIds),
    store.links.retiredOf(entity, { officerndIds, hubspotIds }),
  ]);
  const back = items.filter(
    (link) =>
      hubspot.has(link.hubspotId) &&
      officernd.has(link.officerndId) &&
      !byHubSpot.has(link.hubspotId) &&
      !byOfficernd.has(link.officerndId) &&
      !isSuperseded(link, retired) &&
      mayRestore(link.officerndId, link.hubspotId),
  );
  if (back.length > 0) await requireLinkPhase(work);
  await store.operations.plan(
    run.id,
    back.map((link) => ({
      id: `restore/${link.id}`,
      phase: 'unlink',
      entity,
      kind: 'link',
      officerndId: link.officerndId,
      hubspotId: link.hubspotId,
      fields: [],
      reason: 'U6',
    })),
  );
  return { cursor: nextPart('restored', next, parts), counters: {} };
}
