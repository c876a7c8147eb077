import type { JsonValue } from '../../domain/json';
import { asLabel, LISTED, printableJson } from '../../domain/printable';
import { writtenBy } from '../../domain/operation';
import type { FieldChange } from '../../domain/operation';
import type { PlannedOperation } from '../../client/runs/run-report';
import { counted, table } from './tables';

/** Rows of a list on a terminal; `--json` lists all. */
export const SHOWN = 200;
const VALUE_LENGTH = 40;

/** The operations that a brake holds, for people. */
export const heldText = (operations: readonly PlannedOperation[]): string =>
  operations.length === 0 ? '' : listText(`${counted(operations.length, 'operation')} held for approval:`, operations);

/** A table of operations under a heading. `total` is their number where only the first ones are given. */
export function listText(heading: string, operations: readonly PlannedOperation[], total = operations.length, most = SHOWN): string {
  const shown = operations.slice(0, most);
  const rows = shown.map(({ entity, kind, officerndId, hubspotId, reason, fields }) => [
    entity,
    kind,
    officerndId === null ? '(new)' : asLabel(officerndId),
    hubspotId === null ? '–' : asLabel(hubspotId),
    reason,
    fields.map(changeText).join('\n'),
  ]);
  const more = total - shown.length;
  return [
    heading,
    table(['Entity', 'Operation', 'OfficeRnD', 'HubSpot', 'Rule', 'Fields'], rows),
    ...(more === 0 ? [] : [`… and ${more} more; "orsync report --json" lists all.`]),
  ].join('\n');
}

/** `phone: "1" → "2" (M3)`: the value that is replaced, then the new one. */
function changeText(change: FieldChange): string {
  const { field: key, officernd, hubspot, rule, action } = change;
  const field = asLabel(key);
  switch (action) {
    case 'writeOfficernd':
      return `${field}: ${valueText(officernd)} → ${valueText(writtenBy(change))} (${rule})`;
    case 'writeHubspot':
      return `${field}: ${valueText(hubspot)} → ${valueText(writtenBy(change))} (${rule})`;
    case 'drift':
      return `${field}: stays different, ${valueText(officernd)} and ${valueText(hubspot)} (${rule})`;
  }
}

/** A value, shortened to fit into a table. */
export function valueText(value: JsonValue): string {
  const characters = Array.from(printableJson(value).slice(0, VALUE_LENGTH * 4));
  return characters.length > VALUE_LENGTH ? `${characters.slice(0, VALUE_LENGTH - 1).join('')}…` : characters.join('');
}

/** Ids one below the other, and how many more there are. */
export const idsText = (ids: readonly string[]): string =>
  [...ids.slice(0, LISTED).map((id) => asLabel(id)), ...(ids.length > LISTED ? [`and ${ids.length - LISTED} more`] : [])].join('\n');
