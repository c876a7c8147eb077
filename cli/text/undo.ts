import type { LeftUndone, UndoListing } from '../../client/undo/listing';
import { asLabel } from '../../domain/printable';
import { writtenBy } from '../../domain/operation';
import { listText, plainLook } from './operations';
import type { Look } from './operations';
import { recordLines } from './records';
import { counted } from './tables';

/** Records of a list on a terminal; `--json` lists all. */
const SHOWN = 200;

/** The operations of a run that takes back, and all that it leaves, for people. */
export function undoText({ operations, left }: UndoListing, isPreview: boolean, look: Look = plainLook): string {
  const done =
    operations.length === 0
      ? `Nothing ${isPreview ? 'would be' : 'was'} taken back.`
      : listText(`${counted(operations.length, 'operation')} ${isPreview ? 'planned, none done' : 'of taking back'}:`, operations, look);
  return left.length === 0 ? done : `${done}\n\n${leftText(left, look)}`;
}

function leftText(left: readonly LeftUndone[], { nameOf, valueOf }: Look): string {
  const lines = left.slice(0, SHOWN).flatMap((one) => {
    const { entity, change, kind, sentence } = one;
    const side = change?.action === 'writeHubspot' ? 'hubspot' : 'officernd';
    const before = change === null ? '' : `${asLabel(change.field)}, before ${valueOf(entity, change.field, side, writtenBy(change))}: `;
    return [...recordLines({ ...one, ...nameOf(one) }, `${entity} · ${kind}`), `    ${before}${sentence}`];
  });
  const more = left.length - SHOWN;
  return [
    `${left.length} left as ${left.length === 1 ? 'it is' : 'they are'}:`,
    ...lines,
    ...(more <= 0 ? [] : [`… and ${more} more; "orsync report --json" lists all.`]),
  ].join('\n');
}
