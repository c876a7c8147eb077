import { chunksOf } from '../../domain/chunks';
import { isDone } from '../../domain/decision';
import type { DecisionOutcome } from '../../domain/decision';
import { parseLinkId } from '../../domain/ids';
import { pairId } from '../../domain/link';
import type { Link } from '../../domain/link';
import type { Operation } from '../../domain/operation';
import type { RuledPair } from '../../domain/rulings';
import { requireLinkPhase } from '../observe/shortcuts';
import type { SliceWork } from '../slice/run-slice';

const PAGE = 500;

/**
 * D1: plans the end of each link whose records a person keeps apart, and the clearing of each link id that says otherwise. No brake counts
 * these: a person has named each of them.
 */
export async function planDecided(work: SliceWork): Promise<void> {
  const { store, run, input } = work;
  const { apart, creations } = await work.rulings();
  for (const pairs of chunksOf(apart, PAGE)) {
    const officerndIds = [...new Set(pairs.map(({ officerndId }) => officerndId))];
    const [links, records] = await Promise.all([
      store.links.activeByOfficerndIds(input.entity, officerndIds),
      store.observations.byIds(run.generation, 'officernd', input.entity, officerndIds),
    ]);
    const ends = pairs.flatMap((pair) => endOf(work, pair, links.get(pair.officerndId), records.get(pair.officerndId)?.linkId ?? null));
    if (ends.length === 0) continue;
    await requireLinkPhase(work);
    await store.operations.plan(run.id, ends);
  }
  await noteCreated(work, [...creations.keys()]);
}

function endOf(
  { input: { entity }, mapping }: SliceWork,
  { officerndId, hubspotId, decidedId }: RuledPair,
  link: Link | undefined,
  linkId: string | null,
): readonly Operation[] {
  const carried = linkId === null ? null : parseLinkId(linkId, mapping.portalId);
  const shown = link?.hubspotId ?? (carried?.kind === 'ours' ? carried.hubspotId : null);
  if (shown === null || (shown !== hubspotId && shown !== decidedId)) return [];
  const id = `unlink/${pairId(entity, officerndId, shown)}`;
  return [{ id, phase: 'unlink', entity, kind: 'unlink', officerndId, hubspotId: shown, fields: [], reason: 'D1' }];
}

/**
 * A record is created once by a decision. One that has a link now was, or needs no creation any more. This is noted before a link can end:
 * what somebody deletes in OfficeRnD is not created again.
 */
async function noteCreated(work: SliceWork, hubspotIds: readonly string[]): Promise<void> {
  const { store, run, input } = work;
  const { creations } = await work.rulings();
  const outcome: DecisionOutcome = { run: run.id, at: work.now(), result: { state: 'done' } };
  for (const ids of chunksOf(hubspotIds, PAGE)) {
    const linked = await store.links.linkedAmong('hubspot', input.entity, ids);
    const done = [...linked].flatMap((id) => creations.get(id) ?? []).filter((decision) => !isDone(decision));
    await store.decisions.note(new Map(done.map(({ id }) => [id, outcome])));
  }
}
