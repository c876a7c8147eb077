import type { FieldMapping } from '../../domain/field-mapping';
import type { Disturbance } from './disturb';
import type { Twist } from './schedule';
import type { Story } from './story';
import { hiddenField, omittedProperty } from './twists';

/** V3: the report names every field of which a vendor said nothing while the run read it. */
export const checkUnread = (story: Story, disturbances: readonly Disturbance[]): readonly string[] =>
  disturbances.flatMap(({ runId, throughout }) => throughout.flatMap((twist) => unreported(story, runId, twist)));

function unreported({ facts, before }: Story, runId: string, twist: Twist): readonly string[] {
  const { name, entity } = twist;
  const run = facts.runs.find(({ id }) => id === runId);
  if (run?.state !== 'completed' || run.reading.kind !== 'full') return [];
  const side = name === 'HubSpot leaves a property out' ? 'hubspot' : name === 'OfficeRnD leaves a field out' ? 'officernd' : null;
  if (side === null || before.world.live.every((record) => record.side !== side || record.entity !== entity)) return [];
  const isHidden = (field: FieldMapping): boolean =>
    side === 'hubspot' ? field.hubspot.includes(omittedProperty(twist)) : field.officernd === hiddenField(twist);
  return run.mapping.fields
    .filter((field) => field.entity === entity && isHidden(field))
    .filter(({ key }) => !(run.report?.unread ?? []).some((one) => one.side === side && one.entity === entity && one.field === key))
    .map(({ key }) => `V3 run ${runId} does not report ${entity}.${key} of ${side} as unread`);
}
