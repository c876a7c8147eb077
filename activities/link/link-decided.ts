import { sides } from '../../domain/entity';
import type { RuledPair, Rulings } from '../../domain/rulings';
import type { SliceWork } from '../slice/run-slice';
import { linkIfStillThere } from './look-again';

const PAGE = 500;

/**
 * D1: links the pairs that people have chosen, before any key is tried. A pair of which one record is gone, or is linked already, is left:
 * the decision says why (activities/link/note-outcomes.ts). Returns the cursor of the next page, null at the end.
 */
export async function linkDecided(work: SliceWork, rulings: Rulings, after: string | null): Promise<string | null> {
  const { links } = rulings;
  const left = after === null ? links : links.filter(({ decision }) => decision > after);
  const page = left.slice(0, PAGE);
  const pairs = (await withoutLinked(work, page)).map(({ decision, officerndId, hubspotId }) => ({
    officerndId,
    hubspotId,
    origin: 'adopted' as const,
    reason: 'D1',
    decision,
  }));
  if (!(await linkIfStillThere(work, pairs))) return linkDecided(work, rulings, after);
  return left.length > PAGE ? (page.at(-1)?.decision ?? null) : null;
}

async function withoutLinked({ store, run, input: { entity } }: SliceWork, pairs: readonly RuledPair[]): Promise<readonly RuledPair[]> {
  const idOf = (side: (typeof sides)[number], pair: RuledPair): string => (side === 'hubspot' ? pair.hubspotId : pair.officerndId);
  const found = await Promise.all(
    sides.map(async (side) => {
      const ids = [...new Set(pairs.map((pair) => idOf(side, pair)))];
      const [linked, live] = await Promise.all([
        store.links.linkedAmong(side, entity, ids),
        store.observations.liveAmong(run.generation, side, entity, ids),
      ]);
      return { side, linked, live };
    }),
  );
  return pairs.filter((pair) => found.every(({ side, linked, live }) => live.has(idOf(side, pair)) && !linked.has(idOf(side, pair))));
}
