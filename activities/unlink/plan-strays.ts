import type { HubSpotId, OfficerndId, ParsedLinkId } from '../../domain/ids';
import { parseLinkId } from '../../domain/ids';
import { pairId } from '../../domain/link';
import { reviewOf } from '../../domain/review';
import type { LinkIdCarrier } from '../../store/observations';
import { createLookupPrefetcher } from '../observe/prefetch-lookups';
import type { LookupSource } from '../observe/prefetch-lookups';
import { readHubSpot } from '../observe/records';
import { requireLinkPhase } from '../observe/shortcuts';
import type { SliceWork, StepResult } from '../slice/run-slice';
import { holdAgain } from './still-held';

const PAGE = 500;

/** A link id that an OfficeRnD record carries. */
export interface CarriedLinkId {
  readonly officerndId: OfficerndId;
  readonly linkId: ParsedLinkId;
  /** Whether the record has an active link, to whichever HubSpot record. */
  readonly isLinked: boolean;
}

/**
 * U7: finds link ids on OfficeRnD records that no link of ours covers. Those of a live HubSpot record are left for adoption (L2). Make one
 * for each slice. Call it when every other end of a link is planned.
 */
export function createPlanStraysStep(): (work: SliceWork, after: string | null) => Promise<StepResult> {
  const { take } = createLookupPrefetcher(carriedLinkIds);
  let areEnding: boolean | null = null;
  return async (work, after) => {
    const { records, next } = await take(work, after);
    areEnding ??= await hasEndingLinks(work);
    const ending = areEnding ? await endingLinks(work, records) : new Map<OfficerndId, HubSpotId>();
    const strays = records.filter((one) => isStray(one, ending.get(one.officerndId)));
    if (strays.length > 0) await planUnlinksOf(work, strays);
    return { cursor: next, counters: { checked: strays.length } };
  };
}

/** The link ids that OfficeRnD records carry, page by page. */
export const carriedLinkIds: LookupSource<LinkIdCarrier, CarriedLinkId, SliceWork> = {
  list: ({ store, run, input: { entity } }, after) => store.observations.pageLinkIds(run.generation, entity, { after, limit: PAGE }),
  lookUp: async ({ store, input: { entity }, mapping }, carried) => {
    const linked = await store.links.linkedAmong(
      'officernd',
      entity,
      carried.map(({ id }) => id),
    );
    return carried.map(({ id, linkId }) => ({
      officerndId: id,
      linkId: parseLinkId(linkId, mapping.portalId),
      isLinked: linked.has(id),
    }));
  },
};

async function planUnlinksOf(work: SliceWork, strays: readonly CarriedLinkId[]): Promise<void> {
  const { store, run, input } = work;
  const { entity } = input;
  await requireLinkPhase(work);
  const ours = strays.flatMap(({ officerndId, linkId }) => (linkId.kind === 'ours' ? [{ officerndId, hubspotId: linkId.hubspotId }] : []));
  const ids = ours.map(({ hubspotId }) => hubspotId);
  const live = await store.observations.liveAmong(run.generation, 'hubspot', entity, ids);
  const merged = await store.observations.byMergedIds(run.generation, entity, ids);
  const missing = new Map(
    ours
      .filter(({ hubspotId }) => !live.has(hubspotId) && !merged.has(hubspotId))
      .map((one) => [`unlink/${pairId(entity, one.officerndId, one.hubspotId)}`, one]),
  );
  const officerndIds = [...missing.values()].map(({ officerndId }) => officerndId);
  const held = await holdAgain(work, officerndIds, ({ id, reason }) => reason === 'U7' && missing.has(id));
  const unseen = [...new Set([...missing].flatMap(([id, { hubspotId }]) => (held.has(id.slice('unlink/'.length)) ? [] : [hubspotId])))];
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
  const { isIgnored } = await work.rulings();
  const foreign = strays.filter(({ officerndId, linkId }) => linkId.kind !== 'ours' && !isIgnored('officernd', officerndId));
  await store.reviews.open(
    run.id,
    foreign.map(({ officerndId }) => reviewOf({ entity, kind: 'other-portal', rule: 'U7', officerndIds: [officerndId], hubspotIds: [] })),
    work.now(),
  );
}

/** Filter for the operations of this run that are to end links. */
const endingIn = ({ input: { entity } }: SliceWork) =>
  ({ phase: 'unlink', entity, kinds: ['unlink'], states: ['planned', 'held'] }) as const;

const hasEndingLinks = async (work: SliceWork): Promise<boolean> => (await work.store.operations.count(work.run.id, endingIn(work))) > 0;

/** The HubSpot ids of the links that are to end, by OfficeRnD id. */
async function endingLinks(work: SliceWork, carried: readonly CarriedLinkId[]): Promise<ReadonlyMap<OfficerndId, HubSpotId>> {
  const officerndIds = carried.flatMap(({ officerndId, isLinked }) => (isLinked ? [officerndId] : []));
  if (officerndIds.length === 0) return new Map();
  const { items } = await work.store.operations.page(
    work.run.id,
    { ...endingIn(work), officerndIds },
    { after: null, limit: officerndIds.length },
  );
  return new Map(
    items.flatMap(({ officerndId, hubspotId }) => (officerndId === null || hubspotId === null ? [] : [[officerndId, hubspotId] as const])),
  );
}

/**
 * Whether no link covers this link id. An active link covers any id that its record carries. One that is about to end covers only its own.
 */
const isStray = ({ linkId, isLinked }: CarriedLinkId, ending: HubSpotId | undefined): boolean =>
  !isLinked || (ending !== undefined && !(linkId.kind === 'ours' && linkId.hubspotId === ending));
