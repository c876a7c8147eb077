import type { Entity } from '../../domain/entity';
import { asLabel } from '../../domain/printable';
import type { RecordIds } from '../../domain/out-of-step';
import type { RecordNames } from '../../client/standing/named-records';
import type { NamedOperation } from '../../client/standing/status';
import { changeText } from './values';
import type { ValueOf } from './values';

/** A record in a list: its name first, then both ids with the addresses of their screens. */
export function recordLines({ entity, name, officerndId, hubspotId, officerndUrl, hubspotUrl }: Named, title = ''): readonly string[] {
  const head = [name === null || name === undefined ? `(${entity} without a name)` : asLabel(name), ...(title === '' ? [] : [title])];
  return [`  ${head.join(' · ')}`, ...idLine('OfficeRnD', officerndId, officerndUrl), ...idLine('HubSpot', hubspotId, hubspotUrl)];
}

type Named = RecordIds & Partial<RecordNames> & { readonly entity: Entity };

const idLine = (vendor: string, id: string | null, url: string | null | undefined): readonly string[] =>
  id === null ? [] : [`    ${vendor} ${asLabel(id)}${url === null || url === undefined ? '' : `  ${url}`}`];

/** A list of operations under a heading, a few lines for each. `total` is their number where only the first ones are given. */
export function operationBlocks(
  heading: string,
  operations: readonly NamedOperation[],
  { total = operations.length, most, valueOf }: { readonly total?: number; readonly most: number; readonly valueOf: ValueOf },
): string {
  const shown = operations.slice(0, most);
  const more = total - shown.length;
  return [
    heading,
    ...shown.flatMap((operation) => [
      ...recordLines(operation, `${operation.entity} · ${operation.kind} (${operation.reason})`),
      ...operation.fields.map((field) => `    ${changeText(field, (side, value) => valueOf(operation.entity, field.field, side, value))}`),
    ]),
    ...(more === 0 ? [] : [`  … and ${more} more; "orsync report --json" lists all.`]),
  ].join('\n');
}
