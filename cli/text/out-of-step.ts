import type { OutOfStepGroup } from '../../domain/out-of-step';
import type { OutOfStepReason } from '../../domain/out-of-step-reason';
import { asLabel } from '../../domain/printable';
import type { ShownGroup } from '../../client/standing/status';
import { counted, shownTime } from './tables';
import { valueText } from './values';

/** Reasons in words. */
export const reasonWords: Readonly<Record<OutOfStepReason, string>> = {
  held: 'held by a brake',
  rejected: 'rejected by a person',
  review: 'waiting for a review',
  'location-unresolved': 'no location is known for them (L8)',
  'no-name': 'without a name (L6)',
  'no-email': 'without an e-mail address (L6)',
  'no-linked-parent': 'without a company or contact that is linked (L6)',
  'status-unmapped': 'in a stage without a status (L6)',
  'link-id-refused': 'not created: OfficeRnD takes no hubspot_link_id (L6)',
  refused: 'refused by a vendor (M10)',
  taken: 'refused: another record has the value (M10)',
  'too-long': 'too long to be kept',
  unread: 'not told by the vendor (V1, V2)',
  unavailable: 'not done: the vendor failed',
  parked: 'parked after ten failing runs',
  drift: 'stays different (M5, M12)',
  pending: 'created, with no answer yet (L12)',
  paused: 'paused (V3)',
};

/** Groups that a terminal shows; `--json` has all. */
const SHOWN = 12;

/** Everything that is out of step, by reason, with the step that helps. */
export function outOfStepLines(groups: readonly ShownGroup[], records: number): readonly string[] {
  if (groups.length === 0) return [];
  const more = groups.length - SHOWN;
  return [
    `Out of step: ${records === 0 ? 'fields that were not compared' : counted(records, 'record')}.`,
    ...groups
      .slice(0, SHOWN)
      .flatMap((group) => [
        `  ${groupHead(group)}`,
        ...(group.values === undefined ? [] : [`    ${valuesLine(group.values)}`]),
        `    ${group.step}`,
      ]),
    ...(more > 0 ? [`  … and ${more} more reasons; --json lists them.`] : []),
  ];
}

/** `Values: "Midtown" (7), null (2)` */
export const valuesLine = (values: NonNullable<ShownGroup['values']>): string =>
  `Values: ${values.map(({ value, records }) => `${valueText(value)} (${records})`).join(', ')}`;

function groupHead({ reason, entity, records, field, detail, newest }: OutOfStepGroup): string {
  const what = records === null ? entity : counted(records, `${entity} record`);
  const named = [...(field === undefined ? [] : [`"${asLabel(field)}"`]), ...(detail === undefined ? [] : [asLabel(detail)])];
  return `${what}: ${reasonWords[reason]}${named.length === 0 ? '' : `: ${named.join(', ')}`} · newest ${shownTime(newest)} UTC`;
}
