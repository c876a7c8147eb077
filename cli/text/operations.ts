import { asLabel } from '../../domain/printable';
import type { PlannedOperation } from '../../client/runs/run-report';
import type { NamedOperation } from '../../client/standing/status';
import { operationBlocks } from './records';
import { counted, table } from './tables';
import { changeText, fieldText, valuesBy } from './values';
import type { ValueOf } from './values';

/** Rows of a list on a terminal; `--json` lists all. */
export const SHOWN = 200;

/** The operations that a brake holds, for people: each record by its name, with its screens at both vendors. */
export const heldText = (operations: readonly NamedOperation[], valueOf: ValueOf = valuesBy(undefined)): string =>
  operations.length === 0
    ? ''
    : operationBlocks(`${counted(operations.length, 'operation')} held for approval:`, operations, { most: SHOWN, valueOf });

/** A table of operations under a heading. `total` is their number where only the first ones are given. */
export function listText(heading: string, operations: readonly PlannedOperation[], total = operations.length, most = SHOWN): string {
  const shown = operations.slice(0, most);
  const rows = shown.map(({ entity, kind, officerndId, hubspotId, reason, fields }) => [
    entity,
    kind,
    officerndId === null ? '(new)' : asLabel(officerndId),
    hubspotId === null ? '–' : asLabel(hubspotId),
    reason,
    fields.map((change) => changeText(change, (_side, value) => fieldText(change.field, value))).join('\n'),
  ]);
  const more = total - shown.length;
  return [
    heading,
    table(['Entity', 'Operation', 'OfficeRnD', 'HubSpot', 'Rule', 'Fields'], rows),
    ...(more === 0 ? [] : [`… and ${more} more; "orsync report --json" lists all.`]),
  ].join('\n');
}
