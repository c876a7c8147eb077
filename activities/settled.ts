import type { Link } from '../domain/link';
import { observationHash } from '../store/content-hash';
import type { StoredLink } from '../store/links';
import { hashOf } from './create-plan';
import type { LinkState } from './update-round';
import type { SliceWork } from './work';

/**
 * To be raised with every change to what the update phase decides (domain/plan-update.ts and what it uses), so that links which an older version
 * found in order are compared again.
 */
const PLAN_VERSION = 1;

/** Stands for all that the comparison of a link depends on, but its base; whoever changes the base forgets the stamp first. */
const stampOf = ({ run }: SliceWork, hashes: { readonly officernd: string; readonly hubspot: string }): string =>
  hashOf([PLAN_VERSION, run.mappingHash, hashes.officernd, hashes.hubspot]);

/**
 * Leaves out the links of which nothing has changed since a comparison left nothing to do: for those the hashes of both records are all that is
 * read. The stamps of the others are forgotten, since their bases may change now.
 */
export async function withoutSettled(work: SliceWork, links: readonly StoredLink[]): Promise<readonly Link[]> {
  const { store, run, input } = work;
  const stamped = links.filter(({ settled }) => settled !== null);
  if (stamped.length === 0) return links;
  const [officernd, hubspot] = await Promise.all([
    store.observations.hashesByIds(
      run.generation,
      'officernd',
      input.entity,
      stamped.map((link) => link.officerndId),
    ),
    store.observations.hashesByIds(
      run.generation,
      'hubspot',
      input.entity,
      stamped.map((link) => link.hubspotId),
    ),
  ]);
  const isSettled = ({ settled, officerndId, hubspotId }: StoredLink): boolean => {
    const [o, h] = [officernd.get(officerndId), hubspot.get(hubspotId)];
    return o !== undefined && h !== undefined && settled === stampOf(work, { officernd: o, hubspot: h });
  };
  const open = links.filter((link) => !isSettled(link));
  const outdated = open.filter(({ settled }) => settled !== null);
  await store.links.settle(new Map(outdated.map(({ id }) => [id, null])));
  return open;
}

/** Notes links whose comparison left nothing to do, with exactly what was compared. Comes last: until then another attempt compares again. */
export const noteSettled = (work: SliceWork, states: readonly LinkState[]): Promise<void> =>
  work.store.links.settle(
    new Map(
      states.map(({ link, officernd, hubspot }) => [
        link.id,
        stampOf(work, { officernd: observationHash(officernd), hubspot: observationHash(hubspot) }),
      ]),
    ),
  );
