import { isNamedBy, TAKEN, VendorError } from '../../connectors/errors';
import { writeBody } from '../../connectors/officernd/record';
import { officerndResourceOf } from '../../domain/entity';
import type { JsonValue } from '../../domain/json';
import { LINK_PATH, LINK_PROPERTY } from '../../domain/ids';
import type { CreatedRecord, JournalledCreation } from './complete-creates';
import type { SliceWork } from '../slice/run-slice';
import { sendCreation } from '../slice/send-creation';

type Values = Readonly<Record<string, JsonValue>>;

/** The answer to a creation. */
export interface CreateAnswer extends Pick<CreatedRecord, 'record' | 'sent' | 'isFound'> {
  /** The body that the record was created with; absent where it was found. */
  readonly body?: Readonly<Record<string, JsonValue>>;
}

/** Sends a creation. Leaves out optional fields that OfficeRnD refuses: the update phase tries them again and reports them (M10). */
export async function sendCreate(
  work: SliceWork,
  creation: JournalledCreation & { readonly values: Values },
  noteSending: () => Promise<void>,
): Promise<CreateAnswer> {
  const { entity } = creation.decision.observation;
  const { values } = creation;
  try {
    const body = writeBody(null, values);
    const record = await sendCreation(work, officerndResourceOf[entity], body, noteSending);
    const paths = new Map(work.fields.map(({ key, officernd }) => [key, officernd]));
    const sent = creation.operation.fields.filter(({ field }) => Object.hasOwn(values, paths.get(field) ?? ''));
    return { record, sent, isFound: false, body };
  } catch (error) {
    const kept = error instanceof VendorError && refusedLinkId(error) === null ? withoutRefused(values, error) : null;
    if (kept === null) throw error;
    return sendCreate(work, { ...creation, values: kept }, noteSending);
  }
}

/** The two ways in which OfficeRnD may name the link property. */
const LINK_PATHS: ReadonlySet<string> = new Set([LINK_PROPERTY, LINK_PATH]);

/** Why OfficeRnD refuses the link id itself; null for any other error. Then it refuses that of every record (L6). */
export const refusedLinkId = ({ kind, details }: VendorError): string | null =>
  kind === 'invalid' ? (details.refusedFields?.find(({ property }) => LINK_PATHS.has(property))?.reason ?? null) : null;

/** Fields that are never left out. Without them it would be another record, or one that could not be found again (L12). */
const REQUIRED: ReadonlySet<string> = new Set(['name', 'location', 'status', 'company', 'member', ...LINK_PATHS]);

/**
 * Returns the values without the refused ones, or null when that does not help. It never helps when another record has the value: the same
 * person or company would be created twice (L6).
 */
function withoutRefused(values: Values, { kind, details }: VendorError): Values | null {
  const fields = details.refusedFields ?? [];
  const refused = fields.map(({ property }) => property).filter((property) => !REQUIRED.has(property));
  if (kind !== 'invalid' || refused.length === 0 || fields.some(({ reason }) => reason === TAKEN)) return null;
  const kept = Object.entries(values).filter(([path]) => !refused.some((property) => isNamedBy(property, path)));
  return kept.length === Object.keys(values).length ? null : Object.fromEntries(kept);
}
