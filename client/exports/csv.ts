import { CsvError, parse } from 'csv-parse/sync';
import { stringify } from 'csv-stringify/sync';
import { z } from 'zod';
import type { JsonValue } from '../../domain/json';
import { printableFile } from '../../domain/printable';

/**
 * A file of values with commas between them (RFC 4180), for people and their spreadsheets. A spreadsheet takes a cell that begins with `=`,
 * `+`, `-`, `@`, a tab or a carriage return for a formula, whoever wrote it. Such a cell gets an apostrophe in front, which makes it a text.
 * Semicolons and tabs are quoted, because some spreadsheets divide by them.
 */
export const csvText = (rows: readonly (readonly string[])[]): string =>
  printableFile(
    stringify(
      rows.map((row) => [...row]),
      { record_delimiter: '\r\n', escape_formulas: true, quoted_match: /[\r\n\t;]/ },
    ),
  );

/** The text of a cell: a blank is an empty one, a list has semicolons between its texts, and anything else stands as JSON. */
export function cellText(value: JsonValue | undefined): string {
  if (value === undefined || value === null) return '';
  if (typeof value === 'string') return value;
  if (Array.isArray(value) && value.every((one) => typeof one === 'string')) return value.join(LIST_SEPARATOR);
  return JSON.stringify(value);
}

/** Stands between the texts of a list in a cell. */
const LIST_SEPARATOR = '; ';

/** A row of a table. */
export interface CsvRow {
  /** The number of its last line in the file, from 1. */
  readonly line: number;
  readonly cells: readonly string[];
}

/** The rows of a file, or the line at which it stops to be CSV. */
export type CsvRead = { readonly rows: readonly CsvRow[] } | { readonly badLine: number };

/**
 * Reads what `csvText` writes, and what spreadsheets make of it: with commas, semicolons or tabs, and with a mark at the beginning. Cells come without white space around them, and without the apostrophe that keeps a formula from being one. Blank lines and lines
 * that begin with `#` are left out.
 */
export function readCsv(text: string): CsvRead {
  try {
    const parsed: unknown = parse(text, {
      bom: true,
      comment: '#',
      comment_no_infix: true,
      delimiter: separatorOf(text),
      info: true,
      relax_column_count: true,
      skip_empty_lines: true,
      skip_records_with_empty_values: true,
    });
    return { rows: parsedRows.parse(parsed).map(({ info, record }) => ({ line: info.lines, cells: record.map(plainCell) })) };
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    // The library's own message may quote the file.
    return { badLine: typeof error['lines'] === 'number' ? error['lines'] : 1 };
  }
}

const parsedRows = z.array(z.object({ record: z.array(z.string()), info: z.object({ lines: z.number() }) }));

/** The rows under the first one, by its titles. A row that is too short has blanks. */
export function underTitles([titles, ...rows]: readonly CsvRow[]): {
  readonly titles: readonly string[];
  readonly rows: readonly { readonly line: number; readonly record: Readonly<Record<string, string>> }[];
} {
  const names = titles?.cells ?? [];
  return {
    titles: names,
    rows: rows.map(({ line, cells }) => ({ line, record: Object.fromEntries(names.map((name, index) => [name, cells[index] ?? ''])) })),
  };
}

/** The separator that the first line has most of: an unquoted name further down may hold another one. */
function separatorOf(text: string): string {
  const [first = ''] = text.split('\n', 1);
  const count = (separator: string): number => first.split(separator).length;
  return [';', '\t'].reduce((most, separator) => (count(separator) > count(most) ? separator : most), ',');
}

/** The signs that `csvText` puts an apostrophe before; the last four are wide forms of the first. */
const DEFUSED = /^'(?=[=+\-@\t\r\uFF1D\uFF0B\uFF0D\uFF20])/;

const plainCell = (cell: string): string => cell.replace(DEFUSED, '').trim();
