import type { LeftUndone, UndoListing } from '../../client/undo/listing';
import { asLabel } from '../../domain/printable';
import { writtenBy } from '../../domain/operation';
import { listText } from './operations';
import { counted, table } from './tables';
import { fieldText } from './values';

/** Rows of a list on a terminal; `--json` lists all. */
const SHOWN = 200;

/** The operations of a run that takes back, and all that it leaves, for people. */
export function undoText({ operations, left }: UndoListing, isPreview: boolean): string {
  const done =
    operations.length === 0
      ? `Nothing ${isPreview ? 'would be' : 'was'} taken back.`
      : listText(`${counted(operations.length, 'operation')} ${isPreview ? 'planned, none done' : 'of taking back'}:`, operations);
  return left.length === 0 ? done : `${done}\n\n${leftText(left)}`;
}

function leftText(left: readonly LeftUndone[]): string {
  const rows = left
    .slice(0, SHOWN)
    .map(({ entity, officerndId, hubspotId, change, kind, sentence }) => [
      entity,
      officerndId === null ? '–' : asLabel(officerndId),
      hubspotId === null ? '–' : asLabel(hubspotId),
      change === null ? kind : asLabel(change.field),
      change === null ? '' : fieldText(change.field, writtenBy(change)),
      sentence,
    ]);
  const more = left.length - rows.length;
  return [
    `${left.length} left as ${left.length === 1 ? 'it is' : 'they are'}:`,
    table(['Entity', 'OfficeRnD', 'HubSpot', 'What', 'Was before', 'Why it is left'], rows),
    ...(more === 0 ? [] : [`… and ${more} more; "orsync report --json" lists all.`]),
  ].join('\n');
}
