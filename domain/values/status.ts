import type { Side } from '../entity';
import type { StatusTable } from '../field-mapping';
import type { JsonValue } from '../json';
import { textOf } from './blank';
import type { ValueType } from './value-type';
import { converted, noCounterpart } from './value-type';

/**
 * `status`: compared as OfficeRnD's status id. A stage without status is a value of its own that equals no status. A value that is not in
 * the table has no counterpart, and is never guessed (M12).
 */
export const statusType: ValueType = {
  canonical: (raw, side, { statuses }) => canonicalStatus(raw, side, statuses),
  convert: ({ raw, to, current, context: { statuses } }) => {
    if (to === 'officernd') return counterpart(lookUp(statuses.statusByStage, idOf(raw)));
    // Several stages may stand for one status: a deal that is in one of them stays there.
    if (canonicalStatus(current, 'hubspot', statuses) === canonicalStatus(raw, 'officernd', statuses)) return { kind: 'keep' };
    return counterpart(lookUp(statuses.stageByStatus, idOf(raw)));
  },
};

function canonicalStatus(raw: JsonValue, side: Side, { statusByStage }: StatusTable): string {
  const id = idOf(raw);
  const status = side === 'officernd' ? id : lookUp(statusByStage, id);
  return status === undefined ? `stage:${id}` : marked(status);
}

/** Marks a status whose id begins like one of our marks, so that it never equals a marked value. */
const marked = (status: string): string => (/^(?:stage|status):/.test(status) ? `status:${status}` : status);

const counterpart = (id: string | undefined) => (id === undefined ? noCounterpart : converted(id));

const idOf = (raw: JsonValue): string => textOf(raw).trim();

const lookUp = (table: Readonly<Record<string, string>>, id: string): string | undefined =>
  Object.hasOwn(table, id) ? table[id] : undefined;
