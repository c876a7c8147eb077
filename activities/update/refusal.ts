import { isHeldElsewhere, isNamedBy } from '../../connectors/errors';
import type { Side } from '../../domain/entity';
import type { FieldMapping } from '../../domain/field-mapping';
import type { HalvesSearch } from '../../domain/halves';
import { LINK_PATH } from '../../domain/ids';
import type { FieldChange } from '../../domain/operation';
import type { UpdatePlan } from '../../domain/plan-update';
import { isUnreadIn } from '../../domain/unread';
import { canonical, rawOf } from '../../domain/values';
import type { Failure } from '../../store/failures';
import { againstHash, recordHash, valueHash } from '../../store/refusal-hashes';
import type { SliceWork } from '../slice/run-slice';
import type { LinkState, ReadyWrite, Refusal } from './link-state';

/** The stored forms of refusals, and what each of them depends on (M10). */

/** How the reasons begin that refuse a record for as long as its data are the same. */
const OF_OTHER = 'refused for something that is not sent: ';
const WHATEVER_IS_SENT = 'refused whichever of its fields is sent: ';

/** Whether a failure refuses a record for something other than one of its mapped fields. */
export const isOfOther = ({ field, reason }: Pick<Failure, 'field' | 'reason'>): boolean =>
  field === null && (reason.startsWith(OF_OTHER) || reason.startsWith(WHATEVER_IS_SENT));

export const ofRecord = (state: LinkState, reason: string): Failure => ({
  ...subjectOf(state),
  field: null,
  reason,
  dataHash: recordHash(state),
});

/** Mapped fields whose value in OfficeRnD is too long to be kept. The record's other fields go on (M10). */
export const tooLong = (work: SliceWork, state: LinkState): readonly Failure[] =>
  work.fields
    .filter((field) => isUnreadIn(field, state.officernd))
    .map(({ key }) => ({ ...ofRecord(state, 'too-long'), field: key, side: 'officernd' }));

/** The record was refused because of something that was not sent, such as a required property. `named` says what. */
export const ofOther = (work: SliceWork, state: LinkState, side: Side, refusal: Refusal, named: string): Failure => ({
  ...ofRecord(state, `${OF_OTHER}${named}`),
  ...refusedBy(work, state, side, null, refusal),
});

/** The record was refused whichever of its fields was sent. */
export const ofWhole = (work: SliceWork, state: LinkState, side: Side, refusal: Refusal): Failure => ({
  ...ofRecord(state, `${WHATEVER_IS_SENT}${refusal.reason}`),
  ...refusedBy(work, state, side, null, refusal),
});

/** The refused field of a record is still looked for. */
export const ofSearch = (state: LinkState, side: Side, search: HalvesSearch): Failure => ({
  ...ofRecord(state, 'refused; which field is to blame is not known yet'),
  side,
  search,
});

/** One part of a write was refused: a mapped field, or the link id (L14). */
export function ofPart(work: SliceWork, { state, plan }: ReadyWrite, side: Side, part: string, refusal: Refusal): Failure {
  const own = ownReason(work.fields, side, part, refusal);
  const value = part === LINK_PATH ? (plan.linkIdChange?.hubspot ?? null) : sentValue(work, state, side, part, plan);
  return {
    ...subjectOf(state),
    field: part,
    reason: refusal.reason,
    dataHash: valueHash(side, part, value),
    ...refusedBy(work, state, side, part, refusal),
    ...(part !== LINK_PATH && isHeldElsewhere(own) && { heldElsewhere: { ids: [], hash: null } }),
  };
}

/** Identifies the refusing record and the definitions, apart from the value itself: when they change, another try may succeed. */
export const againstOf = ({ run, fields }: SliceWork, state: LinkState, side: Side, part: string | null): string =>
  againstHash(state[side], run.mappingHash, fields.find(({ key }) => key === part)?.options ?? null);

/** The value that a side was sent, in canonical form. A value that goes back is the side's own (X1). */
function sentValue(work: SliceWork, state: LinkState, side: Side, key: string, { changes }: UpdatePlan): ReturnType<typeof canonical> {
  const after = changes.find(({ field, action }) => field === key && action === actionOn[side])?.after;
  const field = work.fields.find((one) => one.key === key);
  return after === undefined || field === undefined ? sourceValue(work, state, side, key) : canonical(field, side, after, work.context);
}

/** The value of a field that a side was sent, in canonical form. */
export function sourceValue(work: SliceWork, state: LinkState, side: Side, key: string): ReturnType<typeof canonical> {
  const field = work.fields.find((one) => one.key === key);
  const from = side === 'hubspot' ? 'officernd' : 'hubspot';
  return field === undefined ? null : canonical(field, from, rawOf(field, from, state[from].values), work.context);
}

/** The mapped fields that were sent to a side, and the link id where it was. */
export const sentTo = ({ plan: { changes, linkIdChange } }: ReadyWrite, side: Side): readonly string[] => [
  ...changes.filter(({ action }) => action === actionOn[side]).map(({ field }) => field),
  ...(side === 'officernd' && linkIdChange !== null ? [LINK_PATH] : []),
];

/** Those of the parts that were sent which a vendor's property names belong to. */
export function namedParts(
  fields: readonly FieldMapping[],
  side: Side,
  sent: readonly string[],
  refusal: Pick<Refusal, 'refusedFields'>,
): readonly string[] {
  return sent.filter((part) => refusal.refusedFields.some(({ property }) => isNamed(fields, side, part, property)));
}

const actionOn: Readonly<Record<Side, FieldChange['action']>> = { officernd: 'writeOfficernd', hubspot: 'writeHubspot' };

function isNamed(fields: readonly FieldMapping[], side: Side, part: string, property: string): boolean {
  if (part === LINK_PATH) return property === LINK_PATH;
  const field = fields.find(({ key }) => key === part);
  const names = field === undefined ? [] : side === 'hubspot' ? field.hubspot : [field.officernd];
  return names.some((name) => isNamedBy(property, name));
}

/** The vendor's reason for one part, where it gives one, else for the whole write. */
function ownReason(fields: readonly FieldMapping[], side: Side, part: string, { refusedFields, reason }: Refusal): string {
  return refusedFields.find(({ property }) => isNamed(fields, side, part, property))?.reason ?? reason;
}

const refusedBy = (
  work: SliceWork,
  state: LinkState,
  side: Side,
  part: string | null,
  { said }: Refusal,
): Pick<Failure, 'side' | 'said' | 'against'> => ({
  side,
  against: againstOf(work, state, side, part),
  ...(said !== undefined && { said }),
});

const subjectOf = ({ link }: LinkState): Pick<Failure, 'entity' | 'subject' | 'phase'> => ({
  entity: link.entity,
  subject: link.id,
  phase: 'update',
});
