import { stringify } from 'csv-stringify/sync';
import type { JsonValue } from '../../domain/json';
import { printableFile, printableJson } from '../../domain/printable';
import type { TenantStore } from '../../store/store';
import { exportedConflicts, exportedFailures, exportedLinks, exportedOperations, exportedReviews, nameIn } from './documents';
import type { Exported, ExportDocument, ExportKind } from './documents';

/** `json` is one document, for programs that take no other form. */
export const exportFormats = ['csv', 'ndjson', 'json'] as const;
export type ExportFormat = (typeof exportFormats)[number];

export interface ExportRequest {
  readonly tenant: string;
  readonly kind: ExportKind;
  readonly format: ExportFormat;
  /** Only what belongs to this run; null for everything. */
  readonly run: string | null;
}

/** The part of a tenant's store that exports read. */
type Kept = Pick<TenantStore, 'exports'>;

/** An export as a text, in pieces of one page each. It reads a page when a piece is asked for, and keeps none. */
export async function* exportText(store: Kept, request: ExportRequest): AsyncGenerator<string> {
  const { columns, pages } = exportOf(store, request);
  switch (request.format) {
    case 'csv':
      yield csvText([columns]);
      for await (const page of pages) yield csvText(page.rows.map((row) => columns.map((column) => cellText(row[column]))));
      return;
    case 'ndjson':
      for await (const page of pages) yield page.documents.map((document) => `${printableJson(document)}\n`).join('');
      return;
    case 'json':
      yield* jsonText(request, pages);
  }
}

interface ExportPage {
  readonly documents: readonly ExportDocument[];
  readonly rows: readonly ExportDocument[];
}

interface ExportPages {
  readonly columns: readonly string[];
  readonly pages: AsyncIterable<ExportPage>;
}

function exportOf(store: Kept, { kind, run }: ExportRequest): ExportPages {
  const { exports } = store;
  switch (kind) {
    case 'links':
      return named(store, exportedLinks, exports.links(run));
    case 'operations':
      return named(store, exportedOperations, exports.operations(run));
    case 'conflicts':
      return named(store, exportedConflicts, exports.conflicts(run));
    case 'reviews':
      return named(store, exportedReviews, exports.reviews(run));
    case 'failures':
      return named(store, exportedFailures, exports.failures(run));
  }
}

const named = <Item>(store: Kept, exported: Exported<Item>, items: AsyncIterable<readonly Item[]>): ExportPages => ({
  columns: exported.columns,
  pages: withNames(store, exported, items),
});

async function* withNames<Item>(
  { exports }: Kept,
  { records, document, rows = (one) => [one] }: Exported<Item>,
  items: AsyncIterable<readonly Item[]>,
): AsyncGenerator<ExportPage> {
  for await (const page of items) {
    const nameOf = nameIn(await exports.names(page.flatMap(records)));
    const documents = page.map((item) => document(item, nameOf));
    yield { documents, rows: documents.flatMap(rows) };
  }
}

/** One document, in pieces. */
async function* jsonText({ tenant, kind, run }: ExportRequest, pages: ExportPages['pages']): AsyncGenerator<string> {
  yield `${printableJson({ tenant, kind, run }).slice(0, -1)},"rows":[`;
  let separator = '\n';
  for await (const { documents } of pages) {
    yield `${separator}${documents.map((document) => printableJson(document)).join(',\n')}`;
    separator = ',\n';
  }
  yield '\n]}\n';
}

/**
 * RFC 4180, in UTF-8. A spreadsheet takes a cell that begins with `=`, `+`, `-`, `@`, a tab or a carriage return for a formula, whoever wrote
 * it. Such a cell gets an apostrophe in front, which makes it a text. Semicolons and tabs are quoted, because some spreadsheets divide by them.
 */
const csvText = (rows: readonly (readonly string[])[]): string =>
  printableFile(
    stringify(
      rows.map((row) => [...row]),
      { record_delimiter: '\r\n', escape_formulas: true, quoted_match: /[\r\n\t;]/ },
    ),
  );

/** A blank is an empty cell, a list has spaces between its texts, and anything else stands as JSON. */
function cellText(value: JsonValue | undefined): string {
  if (value === undefined || value === null) return '';
  if (typeof value === 'string') return value;
  if (Array.isArray(value) && value.every((one) => typeof one === 'string')) return value.join(LIST_SEPARATOR);
  return JSON.stringify(value);
}

/** Stands between the texts of a list in a cell. */
const LIST_SEPARATOR = '; ';
