import type { Side } from '../../domain/entity';
import type { FieldMapping } from '../../domain/field-mapping';
import type { Disturbance } from './disturb';
import type { Twist } from './schedule';
import type { Story } from './story';
import { hiddenField, omittedProperty } from './twists';

/** V3: the report names every field of which a vendor said nothing while the run read it. */
export const checkUnread = (story: Story, disturbances: readonly Disturbance[]): readonly string[] =>
  disturbances.flatMap(({ runId, throughout }) => throughout.flatMap((twist) => unreported(story, runId, twist)));

function unreported({ facts, before }: Story, runId: string, twist: Twist): readonly string[] {
  const { entity } = twist;
  const run = facts.runs.find(({ id }) => id === runId);
  const hidden = hiddenBy(twist);
  if (run?.state !== 'completed' || run.reading.kind !== 'full' || hidden === null) return [];
  const { side, isHidden } = hidden;
  if (before.world.live.every((record) => record.side !== side || record.entity !== entity)) return [];
  const { unread = [], paused = [] } = run.report ?? {};
  const told = [...unread.filter((one) => one.side === side), ...paused];
  return run.mapping.fields
    .filter((field) => field.entity === entity && isHidden(field))
    .filter(({ key }) => !told.some((one) => one.entity === entity && one.field === key))
    .map(({ key }) => `V3 run ${runId} reports ${entity}.${key} of ${side} neither as unread nor as paused`);
}

type Hidden = { readonly side: Side; readonly isHidden: (field: FieldMapping) => boolean };

function hiddenBy(twist: Twist): Hidden | null {
  switch (twist.name) {
    case 'HubSpot leaves a property out':
      return { side: 'hubspot', isHidden: ({ hubspot }) => hubspot.includes(omittedProperty(twist)) };
    case 'OfficeRnD leaves a field out':
      return { side: 'officernd', isHidden: ({ officernd }) => officernd === hiddenField(twist) };
    default:
      return null;
  }
}
