import type { HubSpotId, OfficerndId, ParsedLinkId } from '../domain/ids';
import { parseLinkId } from '../domain/ids';
import { pairId } from '../domain/link';
import { reviewOf } from '../domain/review';
import { readHubSpot } from './read-records';
import { noteBroken } from './whole-links';
import type { SliceWork, StepResult } from './work';

const PAGE = 500;

/** U7: link ids on OfficeRnD records that no link of ours covers. Those that lead to a living record are for L2 to adopt. */
export async function planStrays(work: SliceWork, after: string | null): Promise<StepResult> {
  const { store, run, input, mapping } = work;
  const { entity } = input;
  const { items, next } = await store.observations.pageLinkIds(run.generation, entity, { after, limit: PAGE });
  const linked = await store.links.linkedAmong(
    'officernd',
    entity,
    items.map(({ id }) => id),
  );
  const ending = await endingLinks(work, [...linked]);
  const strays = items
    .map(({ id, linkId }) => ({ officerndId: id, linkId: parseLinkId(linkId, mapping.portalId) }))
    .filter(({ officerndId, linkId }) => isStray(linkId, linked.has(officerndId), ending.get(officerndId)));
  if (strays.length === 0) return { cursor: next, counters: {} };
  await noteBroken(work);
  const ours = strays.flatMap(({ officerndId, linkId }) => (linkId.kind === 'ours' ? [{ officerndId, hubspotId: linkId.hubspotId }] : []));
  const ids = ours.map(({ hubspotId }) => hubspotId);
  const live = await store.observations.liveAmong(run.generation, 'hubspot', entity, ids);
  const merged = await store.observations.byMergedIds(run.generation, entity, ids);
  const unseen = [...new Set(ids.filter((id) => !live.has(id) && !merged.has(id)))];
  const found = await readHubSpot(work, entity, unseen);
  const gone = new Set(unseen.filter((id) => !found.has(id)));
  await store.operations.plan(
    run.id,
    ours
      .filter(({ hubspotId }) => gone.has(hubspotId))
      .map(({ officerndId, hubspotId }) => ({
        id: `unlink/${pairId(entity, officerndId, hubspotId)}`,
        phase: 'unlink',
        entity,
        kind: 'unlink',
        officerndId,
        hubspotId,
        fields: [],
        reason: 'U7',
      })),
  );
  const foreign = strays.filter(({ linkId }) => linkId.kind !== 'ours');
  await store.reviews.open(
    run.id,
    foreign.map(({ officerndId }) => reviewOf({ entity, kind: 'other-portal', rule: 'U7', officerndIds: [officerndId], hubspotIds: [] })),
    work.now(),
  );
  return { cursor: next, counters: { checked: strays.length } };
}

/** The HubSpot ids of links that this run has planned to end, by OfficeRnD id. */
async function endingLinks(
  { store, run, input }: SliceWork,
  officerndIds: readonly OfficerndId[],
): Promise<ReadonlyMap<OfficerndId, HubSpotId>> {
  if (officerndIds.length === 0) return new Map();
  const ending = { phase: 'unlink', entity: input.entity, kinds: ['unlink'], states: ['planned', 'held'] } as const;
  if ((await store.operations.count(run.id, ending)) === 0) return new Map();
  const { items } = await store.operations.page(run.id, { ...ending, officerndIds }, { after: null, limit: officerndIds.length });
  return new Map(
    items.flatMap(({ officerndId, hubspotId }) => (officerndId === null || hubspotId === null ? [] : [[officerndId, hubspotId] as const])),
  );
}

/** A link covers the id that its record carries, but one that is about to end covers only its own. */
const isStray = (linkId: ParsedLinkId, isLinked: boolean, ending: HubSpotId | undefined): boolean =>
  !isLinked || (ending !== undefined && !(linkId.kind === 'ours' && linkId.hubspotId === ending));
