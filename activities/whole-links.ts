import type { SliceWork } from './work';

/**
 * What phase 1 has found in order, phase 2 need not look through again: where both records of every active link were seen, no OfficeRnD
 * record carries the id of a link that there is not, and as many HubSpot records are live as there are links, nothing is left to link or to
 * create.
 */
const factOf = ({ input: { entity } }: SliceWork): string => `whole/${entity}`;

/** Phase 1 begins to look: it is whole until something shows that it is not. */
export async function noteWhole(work: SliceWork): Promise<void> {
  await work.stillMine();
  await work.store.runs.setFact(work.run.id, factOf(work), true);
}

/** Comes before whatever is done about it. */
export const noteBroken = (work: SliceWork): Promise<void> => work.store.runs.setFact(work.run.id, factOf(work), false);

/** Whether every HubSpot record that this run has seen is linked, and every link id that OfficeRnD records carry belongs to a link. */
export async function isEverythingLinked(work: SliceWork): Promise<boolean> {
  const { store, run, input } = work;
  if ((await store.runs.facts(run.id))[factOf(work)] !== true) return false;
  const [live, linked] = await Promise.all([
    store.observations.countLive(run.generation, 'hubspot', input.entity),
    store.links.countActive(input.entity),
  ]);
  return live === linked;
}
