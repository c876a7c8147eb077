import { asLabel } from '../../domain/printable';

/** Thrown for the beginning of several ids. The message lists them. */
export class AmbiguousIdError extends Error {
  override readonly name = 'AmbiguousIdError';
}

/** Ids that a message lists at most. */
const LISTED = 10;

/** Lists the ids of one place that begin so. */
export type IdsFrom = (beginning: string, limit: number) => Promise<readonly string[]>;

/** The ids that a beginning may stand for: the one that it is, else all that begin so. An empty text stands for none. */
export function meantBy(beginning: string, ids: ReadonlySet<string>): readonly string[] {
  if (ids.has(beginning)) return [beginning];
  return beginning === '' ? [] : [...ids].filter((id) => id.startsWith(beginning));
}

/**
 * The id that a person means by its beginning; null where none begins so. Throws `AmbiguousIdError` where several do.
 * @param places where such ids are kept
 */
export async function idBeginningWith(beginning: string, places: readonly IdsFrom[]): Promise<string | null> {
  if (beginning === '') return null;
  const ids = meantBy(beginning, new Set((await Promise.all(places.map((idsFrom) => idsFrom(beginning, LISTED + 1)))).flat()));
  const [only, ...others] = ids;
  if (only === undefined || others.length === 0) return only ?? null;
  const listed = ids
    .slice(0, LISTED)
    .map((id) => asLabel(id))
    .join(', ');
  throw new AmbiguousIdError(
    `Several ids begin with ${asLabel(beginning)}: ${listed}${ids.length > LISTED ? ' and more' : ''}. Give more of the one that you mean.`,
  );
}
