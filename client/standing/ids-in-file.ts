import { readCsv } from '../exports/csv';

/** Columns of a file that hold ids of records. */
const ID_COLUMNS: ReadonlySet<string> = new Set(['officerndid', 'hubspotid', 'id']);

/**
 * The ids in a file: one in each line, or a table (CSV) with a column `hubspotId`, `officerndId` or `id`, such as an export. Of a table with
 * several, the first that is not blank counts in each line. Null for a file that is neither.
 */
export function idsInFile(text: string): readonly string[] | null {
  const read = readCsv(text);
  if ('badLine' in read) return null;
  const all = read.rows.map(({ cells }) => cells);
  const [head = [], ...rows] = all;
  const columns = head.flatMap((title, index) => (ID_COLUMNS.has(title.toLowerCase()) ? [index] : []));
  const firstOf = (row: readonly string[]): string => columns.map((index) => row[index] ?? '').find((id) => id !== '') ?? '';
  if (columns.length > 0) return rows.map(firstOf).filter((id) => id !== '');
  return all.every((cells) => cells.length === 1) ? all.flat() : null;
}
