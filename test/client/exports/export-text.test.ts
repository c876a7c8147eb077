import fc from 'fast-check';
import { parse } from 'csv-parse/sync';
import { exportText } from '../../../client/exports/export-text';
import type { ExportFormat } from '../../../client/exports/export-text';
import type { ExportKind } from '../../../client/exports/documents';
import type { FieldChange } from '../../../domain/operation';
import { refKey } from '../../../store/exports';
import type { ExportedConflict, ExportedOperation, Exports } from '../../../store/exports';

const AT = new Date('2030-05-01T12:00:00Z');

async function* pagesOf<Item>(...pages: readonly (readonly Item[])[]) {
  yield* pages;
}

const nothing: Exports = {
  links: () => pagesOf(),
  operations: () => pagesOf(),
  conflicts: () => pagesOf(),
  reviews: () => pagesOf(),
  failures: () => pagesOf(),
  names: async () => new Map(),
};

async function textOf(exports: Partial<Exports>, kind: ExportKind, format: ExportFormat): Promise<string> {
  const pieces: string[] = [];
  const request = { tenant: 'acme', kind, format, run: null };
  for await (const piece of exportText({ exports: { ...nothing, ...exports } }, request)) pieces.push(piece);
  return pieces.join('');
}

const conflict = (officernd: ExportedConflict['officernd']): ExportedConflict => ({
  id: 'run-1/conflict/member/o1/101/phone',
  kind: 'conflict',
  run: 'run-1',
  entity: 'member',
  linkId: 'member/o1/101',
  officerndId: 'o1',
  hubspotId: '101',
  field: 'phone',
  rule: 'M4',
  base: null,
  officernd,
  hubspot: 7,
  at: AT,
});

const change = (field: string, officernd: FieldChange['officernd']): FieldChange => ({
  field,
  base: null,
  officernd,
  hubspot: 'b',
  rule: 'M3',
  action: 'writeHubspot',
});

const operation = (fields: readonly FieldChange[]): ExportedOperation => ({
  id: 'op-1',
  phase: 'update',
  entity: 'member',
  kind: 'updateHubspot',
  officerndId: 'o1',
  hubspotId: '101',
  fields,
  reason: 'M3',
  run: 'run-1',
  state: 'applied',
  error: null,
  plannedAt: AT,
  changedAt: AT,
});

/** The cell of OfficeRnD's value in an export of one conflict, as a spreadsheet reads it. */
async function cellOf(value: string): Promise<string | undefined> {
  const csv = await textOf({ conflicts: () => pagesOf([conflict(value)]) }, 'conflicts', 'csv');
  // As other programs of ours read it, which take semicolons and tabs as well.
  const [row] = parse<Readonly<Record<string, string>>>(csv, { columns: true, record_delimiter: '\r\n', delimiter: [',', ';', '\t'] });
  return row?.['officernd'];
}

test.each(['=1+1', '+44 20', '-5', '@SUM(A1)', '\t=1', '\r=1', '=cmd|"/c calc"!A1'])(
  'a cell that begins like %j is no formula',
  async (value) => {
    expect((await cellOf(value))?.startsWith("'")).toBe(true);
  },
);

test('a value comes back from CSV as it is, whatever is in it', () =>
  fc.assert(
    fc.asyncProperty(
      fc.array(fc.constantFrom('a', 'é', '東', '😀', ',', ';', '"', "'", '\n', '\r\n', '\t', ' ', '=', '+', '-', '@', '\u200C')),
      async (parts) => {
        const value = parts.join('');
        const expected = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
        expect(await cellOf(value)).toBe(expected);
      },
    ),
  ));

test('CSV holds nothing that steers a terminal, and keeps what Persian names and emoji are written with', async () => {
  const csv = await textOf(
    { conflicts: () => pagesOf([conflict('\u001B]0;x\u0007 a\rb \u202E می\u200Cخواهم \u{1F468}\u200D\u{1F469}')]) },
    'conflicts',
    'csv',
  );
  expect(csv).not.toMatch(/[^\P{Cc}\r\n\t]|\r(?!\n)|\u202E/u);
  expect(csv).toContain('می\u200Cخواهم \u{1F468}\u200D\u{1F469}');
});

test('CSV has a row for each field of an operation, NDJSON a line for each operation', async () => {
  const operations = () =>
    pagesOf([operation([change('phone', '1'), change('city', ['x', 'y'])]), operation([])], [operation([change('zip', { a: 1 })])]);
  const names = async () => new Map([[refKey({ side: 'officernd', entity: 'member', id: 'o1' }), 'Ann Lee']]);
  const rows = parse<Readonly<Record<string, string>>>(await textOf({ operations, names }, 'operations', 'csv'), { columns: true });
  expect(
    rows.map(({ operation: id, officerndName, hubspotName, field, officernd }) => [id, officerndName, hubspotName, field, officernd]),
  ).toEqual([
    ['op-1', 'Ann Lee', '', 'phone', '1'],
    ['op-1', 'Ann Lee', '', 'city', 'x; y'],
    ['op-1', 'Ann Lee', '', '', ''],
    ['op-1', 'Ann Lee', '', 'zip', '{"a":1}'],
  ]);
  const lines = (await textOf({ operations, names }, 'operations', 'ndjson')).trimEnd().split('\n');
  expect(lines).toHaveLength(3);
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({
    operation: 'op-1',
    plannedAt: AT.toISOString(),
    officerndName: 'Ann Lee',
    fields: [{ field: 'phone' }, { field: 'city' }],
  });
});

test('with --json an export is one document, also an empty one', async () => {
  const conflicts = () => pagesOf([conflict('a'), conflict('b')], [conflict('c')]);
  const document: unknown = JSON.parse(await textOf({ conflicts }, 'conflicts', 'json'));
  expect(document).toMatchObject({
    tenant: 'acme',
    kind: 'conflicts',
    run: null,
    rows: [{ officernd: 'a' }, { officernd: 'b' }, { officernd: 'c' }],
  });
  expect(JSON.parse(await textOf({}, 'links', 'json'))).toEqual({ tenant: 'acme', kind: 'links', run: null, rows: [] });
});

/** Others read these files: a column keeps its name and place, and new ones come at the end. */
test.each<readonly [ExportKind, string]>([
  ['links', 'link,entity,state,reason,officerndId,officerndName,hubspotId,hubspotName,origin,linkedAt,pairedAt,linkedRun,retiredRun'],
  [
    'operations',
    'run,operation,plannedAt,changedAt,phase,entity,kind,state,error,reason,officerndId,officerndName,hubspotId,hubspotName,field,rule,action,base,officernd,hubspot',
  ],
  ['conflicts', 'conflict,run,at,kind,entity,officerndId,officerndName,hubspotId,hubspotName,field,rule,base,officernd,hubspot'],
  ['reviews', 'review,entity,officerndIds,hubspotIds,key,since,decision,note,kind,rule,officerndNames,hubspotNames,run'],
  [
    'failures',
    'entity,phase,subject,officerndId,officerndName,hubspotId,hubspotName,field,side,reason,said,runs,parked,retryRequested,firstAt,lastAt,lastRun',
  ],
])('the columns of %s are stable', async (kind, columns) => expect(await textOf({}, kind, 'csv')).toBe(`${columns}\r\n`));
