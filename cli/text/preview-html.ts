import { ruleOf, splitByLoss, totalsOf } from '../../domain/preview-list';
import { printable } from '../../domain/printable';
import type { Report } from '../../domain/report';
import type { PlannedOperation } from '../../client/runs/run-report';
import { plainLook } from './operations';
import type { Look } from './operations';
import { meaningOf, totalRow } from './preview';
import { counted, shownTime } from './tables';

/** A preview's list as one page that any browser shows: no script, nothing is loaded, and every text is escaped. */
export function previewHtml(
  { tenant, runId, startedAt, binds }: Pick<Report, 'tenant' | 'runId' | 'startedAt' | 'binds'>,
  operations: readonly PlannedOperation[],
  look: Look = plainLook,
): string {
  const { givesWay, rest } = splitByLoss(operations);
  const until = binds === undefined ? '' : `, can be applied until ${shownTime(binds.validUntil)} UTC`;
  return [
    '<!doctype html>',
    '<html lang="en"><head><meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    `<title>${escaped(`Preview of ${tenant}`)}</title>`,
    `<style>${STYLE}</style></head><body>`,
    `<h1>${escaped(`What a sync of ${tenant} would do`)}</h1>`,
    `<p>${escaped(`Preview ${runId}, made ${shownTime(startedAt)} UTC${until}. ${counted(operations.length, 'operation')}, none done.`)}</p>`,
    '<h2>How many of what</h2>',
    htmlTable(['Entity', 'Operation', 'Rule', 'Meaning', 'Number', 'Give way'], totalsOf(operations).map(totalRow)),
    ...section('Values that would give way', givesWay, look),
    ...section('Everything else', rest, look),
    '</body></html>',
    '',
  ].join('\n');
}

const STYLE = [
  'body{font:14px/1.5 system-ui,sans-serif;margin:2rem;color:#222}',
  'table{border-collapse:collapse;margin:0 0 2rem}',
  'th,td{border:1px solid #ccc;padding:.25rem .6rem;text-align:left;vertical-align:top;white-space:pre-wrap;overflow-wrap:anywhere}',
  'th{background:#f4f4f4}',
].join('');

function section(title: string, operations: readonly PlannedOperation[], { nameOf, cellOf }: Look): readonly string[] {
  if (operations.length === 0) return [];
  const rows = operations.flatMap((operation) => {
    const { entity, kind, officerndId, hubspotId, reason, fields } = operation;
    const { name, officerndUrl, hubspotUrl } = nameOf(operation);
    const start: readonly Cell[] = [
      name ?? '',
      entity,
      kind,
      { text: officerndId ?? '(new)', address: officerndUrl },
      { text: hubspotId ?? '', address: hubspotUrl },
    ];
    if (fields.length === 0) return [[...start, '', '', '', reason, meaningOf(ruleOf(operation))]];
    return fields.map(({ field, officernd, hubspot, rule, action }): readonly Cell[] => {
      const both = [cellOf(entity, field, 'officernd', officernd), cellOf(entity, field, 'hubspot', hubspot)];
      return [...start, field, ...(action === 'writeOfficernd' ? both : both.toReversed()), rule, meaningOf(rule)];
    });
  });
  const head = ['Name', 'Entity', 'Operation', 'OfficeRnD', 'HubSpot', 'Field', 'Before', 'After', 'Rule', 'Meaning'];
  return [`<h2>${escaped(`${title} (${rows.length})`)}</h2>`, htmlTable(head, rows)];
}

/** A text, or one with the address of a vendor's screen. */
type Cell = string | number | { readonly text: string; readonly address: string | null };

function cellHtml(cell: Cell): string {
  if (typeof cell !== 'object') return escaped(String(cell));
  return cell.address?.startsWith('https://') === true
    ? `<a href="${escaped(cell.address)}" rel="noreferrer">${escaped(cell.text)}</a>`
    : escaped(cell.text);
}

function htmlTable(head: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const row = (tag: 'th' | 'td', cells: readonly Cell[]): string =>
    `<tr>${cells.map((cell) => `<${tag}>${cellHtml(cell)}</${tag}>`).join('')}</tr>`;
  return ['<table>', row('th', head), ...rows.map((cells) => row('td', cells)), '</table>'].join('\n');
}

const signs: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** A text as HTML shows it, without anything that can't be shown. */
const escaped = (text: string): string => printable(text).replace(/[&<>"']/g, (sign) => signs[sign] ?? sign);
