import type { Entity } from './entity';
import { recordIdIn } from './ids';
import type { Effect } from './proposal';

/** The part of a list that a person names: by entity, by records, or by both. */
export interface Part {
  /** Null means all. */
  readonly entities: readonly Entity[] | null;
  /** Ids of records on either side, or values of the link property. Null means all. */
  readonly ids: readonly string[] | null;
}

type Named = Pick<Effect, 'entity' | 'officerndId' | 'hubspotId'>;

/** Whether a part names an effect. */
export function partNames(part: Part): (effect: Named) => boolean {
  const ids = part.ids === null ? null : new Set(part.ids.flatMap((id) => [id, recordIdIn(id)]));
  return ({ entity, officerndId, hubspotId }) =>
    (part.entities === null || part.entities.includes(entity)) &&
    (ids === null || (officerndId !== null && ids.has(officerndId)) || (hubspotId !== null && ids.has(hubspotId)));
}

/** The ids of a part that name none of these effects. */
export function unknownIn({ ids }: Part, effects: readonly Named[]): readonly string[] {
  const known = new Set(effects.flatMap(({ officerndId, hubspotId }) => [officerndId ?? [], hubspotId ?? []].flat()));
  return (ids ?? []).filter((id) => !known.has(id) && !known.has(recordIdIn(id)));
}

/** Columns of a file that hold ids of records. */
const ID_COLUMNS: ReadonlySet<string> = new Set(['officerndid', 'hubspotid', 'id']);

/**
 * The ids in a file: one in each line, or a table (CSV) with a column `hubspotId`, `officerndId` or `id`, such as an export. Of a table with
 * several, the first that is not blank counts in each line. Null for a file that is neither.
 */
export function idsInFile(text: string): readonly string[] | null {
  const all = rowsOf(text);
  const [head = [], ...rows] = all;
  const columns = head.flatMap((title, index) => (ID_COLUMNS.has(title.trim().toLowerCase()) ? [index] : []));
  const firstOf = (row: readonly string[]): string => columns.map((index) => (row[index] ?? '').trim()).find((id) => id !== '') ?? '';
  if (columns.length > 0) return rows.map(firstOf).filter((id) => id !== '');
  return all.every((cells) => cells.length === 1) ? all.map(([id = '']) => id.trim()) : null;
}

/** The rows of a CSV text (RFC 4180), with commas, semicolons or tabs. Blank lines and lines that begin with # are left out. */
function rowsOf(text: string): readonly (readonly string[])[] {
  const plain = text.replace(/^\uFEFF/, '');
  const separator = [';', '\t'].find((one) => (plain.split('\n', 1)[0] ?? '').includes(one)) ?? ',';
  const rows: string[][] = [];
  let row: string[] = [];
  let cell = '';
  let isQuoted = false;
  const endRow = (): void => {
    const cells = [...row, cell];
    if (cells.some((one) => one.trim() !== '') && !(cells[0] ?? '').startsWith('#')) rows.push(cells);
    row = [];
    cell = '';
  };
  for (let at = 0; at < plain.length; at += 1) {
    const character = plain.charAt(at);
    if (isQuoted) {
      if (character !== '"') cell += character;
      else if (plain.charAt(at + 1) === '"') cell += plain.charAt((at += 1));
      else isQuoted = false;
    } else if (character === '"' && cell === '') isQuoted = true;
    else if (character === separator) {
      row.push(cell);
      cell = '';
    } else if (character === '\n') endRow();
    else if (character !== '\r') cell += character;
  }
  endRow();
  return rows;
}
