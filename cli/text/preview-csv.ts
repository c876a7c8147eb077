import { cellText, csvText } from '../../client/exports/csv';
import type { PlannedOperation } from '../../client/runs/run-report';
import { loserOf, ruleOf } from '../../domain/preview-list';
import { wholeName } from '../../domain/shown-value';
import { plainLook } from './operations';
import type { Look } from './operations';
import { meaningOf } from './preview';

const head = [
  'phase',
  'entity',
  'operation',
  'officerndId',
  'hubspotId',
  'rule',
  'meaning',
  'field',
  'base',
  'officernd',
  'hubspot',
  'written to',
  'gives way',
  'name',
  'officerndUrl',
  'hubspotUrl',
];

/** A preview's list for a spreadsheet: a row for each field that is written, and for each operation without fields. */
export function previewCsv(operations: readonly PlannedOperation[], { nameOf }: Pick<Look, 'nameOf'> = plainLook): string {
  const rows = operations.flatMap((operation) => {
    const { phase, entity, kind, officerndId, hubspotId, reason, fields } = operation;
    const rule = ruleOf(operation);
    const start = [phase, entity, kind, officerndId ?? '(new)', hubspotId ?? ''];
    const { name, officerndUrl, hubspotUrl } = nameOf(operation);
    const end = [name ?? '', officerndUrl ?? '', hubspotUrl ?? ''];
    if (fields.length === 0) return [[...start, reason, meaningOf(rule), '', '', '', '', '', '', ...end]];
    return fields.map((change) => [
      ...start,
      change.rule,
      meaningOf(change.rule),
      change.field,
      ...[change.base, change.officernd, change.hubspot].map((value) => cellText(wholeName(change.field, value))),
      change.action === 'writeOfficernd' ? 'officernd' : 'hubspot',
      loserOf(change) ?? '',
      ...end,
    ]);
  });
  return csvText([head, ...rows]);
}
