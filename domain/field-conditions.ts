import { sides } from './entity';
import type { FieldMapping, ValueContext } from './field-mapping';
import type { FieldBase } from './link';
import type { UpdateInput } from './update-input';
import { isUnreadIn } from './unread';
import { canonical } from './values';

/** Conditions under which phase 3 leaves a field as it is, whatever its values are. */

/** B3: whether a base was made when the field's values meant what they mean now. */
export const isBaseOfMeaning = (field: FieldMapping, base: FieldBase, context: ValueContext): boolean =>
  base.mark === field.baseMark &&
  (field.type !== 'status' || sides.every((side) => canonical(field, side, base[side].raw, context) === base[side].canonical));

/** V1, V2: a field of which one side says nothing is neither compared nor written, and its base stays. */
export const isUnread = (field: FieldMapping, { officernd, hubspot, unreadPaths }: UpdateInput): boolean =>
  isUnreadIn(field, officernd) || isUnreadIn(field, hubspot) || unreadPaths?.has(field.officernd) === true;

/** V3: whether a deal's stage or an opportunity's status belongs to a pair that pauses. */
export const isStatusPaused = (
  { type }: FieldMapping,
  { officernd, hubspot }: FieldBase,
  { statuses: { paused } }: ValueContext,
): boolean =>
  type === 'status' &&
  paused !== undefined &&
  (paused.stages.some((stage) => stage === hubspot.raw) || paused.statuses.some((status) => status === officernd.raw));

/** Whether a deal is in another pipeline than the tenant's. */
export const isOfOtherPipeline = ({ hubspot, pipelineId }: UpdateInput): boolean => hubspot.values['pipeline'] !== pipelineId;
