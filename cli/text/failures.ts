import { asLabel, asSentence } from '../../domain/printable';
import type { ShownFailureGroup } from '../../client/standing/failures';
import { reasonWords, valuesLine } from './out-of-step';
import { recordLines } from './records';
import { counted, shownTime } from './tables';

/** The failures that stand, by vendor, code and field: how many, what to do, and an example of each. */
export function failuresText(tenant: string, groups: readonly ShownFailureGroup[]): string {
  if (groups.length === 0) return `No failure of ${tenant} stands.`;
  return [
    ...groups.flatMap((group) => [...groupLines(group), '']),
    `"orsync retry ${tenant} --group GROUP" makes the next run try one group again, --id one record, and no option all.`,
  ].join('\n');
}

function groupLines(group: ShownFailureGroup): readonly string[] {
  const { id, entity, vendor, code, field, reason, records, parked, step, since, newest, examples, values = [] } = group;
  const by = vendor === null ? '' : vendor === 'hubspot' ? ' by HubSpot' : ' by OfficeRnD';
  const [example] = examples;
  return [
    `Group ${id}: ${counted(records, `${entity} failure`)}${by}, ${reasonWords[reason]}${parked > 0 ? `, ${parked} parked` : ''}`,
    `  Code: ${asSentence(code)}${field === null ? '' : ` · Field: ${asLabel(field)}`}`,
    `  Since ${shownTime(since)}, newest ${shownTime(newest)} UTC`,
    ...(values.length === 0 ? [] : [`  ${valuesLine(values)}`]),
    `  ${step}`,
    ...(example === undefined ? [] : ['  For example:', ...recordLines({ entity, ...example }).map((line) => `  ${line}`)]),
    ...(example?.said === undefined ? [] : [`      ${vendorSays(vendor)}: “${asSentence(example.said)}”`]),
  ];
}

const vendorSays = (vendor: ShownFailureGroup['vendor']): string =>
  vendor === null ? 'It says' : vendor === 'hubspot' ? 'HubSpot says' : 'OfficeRnD says';
