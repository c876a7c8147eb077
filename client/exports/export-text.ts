import type { JsonValue } from '../../domain/json';
import { printableJson } from '../../domain/printable';
import { wholeName } from '../../domain/shown-value';
import type { TenantStore } from '../../store/store';
import { cellText, csvText } from './csv';
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
      for await (const page of pages) yield csvText(page.rows.map((row) => columns.map((column) => cellText(shownIn(row, column)))));
      return;
    case 'ndjson':
      for await (const page of pages) yield page.documents.map((document) => `${printableJson(document)}\n`).join('');
      return;
    case 'json':
      yield* jsonText(request, pages);
  }
}

/** The value in a column. A field's is shown as people write it. */
const shownIn = (row: ExportDocument, column: string): JsonValue => {
  const { field, [column]: value = null } = row;
  return typeof field === 'string' ? wholeName(field, value) : value;
};

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
