import type { Certificate } from '../../client/exports/forget';
import type { ImportState, JudgedLink, LinkImport } from '../../client/exports/propose-links';
import { asLabel } from '../../domain/printable';
import { counted, shownTime, table } from './tables';

/** Rows of a list on a terminal; `--json` lists all. */
const SHOWN = 100;

/** The proposals of an import of links, for people. */
export function importText({ tenant, counts, proposals, links }: LinkImport): string {
  const rows = inOrderOfInterest(links)
    .slice(0, SHOWN)
    .map(({ line, state, entity, officerndId, officerndName, hubspotId, hubspotName }) => [
      line,
      stateWords[state],
      entity,
      recordText(officerndId, officerndName),
      recordText(hubspotId, hubspotName),
    ]);
  return [
    `${counted(links.length, 'link')}: ${counts.new} new, ${counts.unknown} with a record that was not read yet, ${counts.linked} linked already, ${counts.contradicts} against another link.`,
    ...(rows.length === 0 ? [] : [table(['Line', 'What', 'Entity', 'OfficeRnD', 'HubSpot'], rows, { numbers: [0] })]),
    ...(links.length > SHOWN ? [`… and ${links.length - SHOWN} more; --json lists all.`] : []),
    ...proposals.map(
      ({ id, entity, operations, state, validUntil }) =>
        `Proposal ${id}: ${counted(operations, `${entity} link`)}${state === 'approved' ? ', approved already' : ''}. "orsync approve ${tenant} ${id}" has those made that still hold, until ${shownTime(validUntil)} UTC.`,
    ),
    ...(proposals.length === 0 ? ['Nothing is left to propose.'] : []),
  ].join('\n');
}

const stateWords: Readonly<Record<ImportState, string>> = {
  contradicts: 'one has another link (L13): left out',
  unknown: 'not read yet: the run asks for it',
  new: 'new',
  linked: 'linked already',
};

const order: readonly ImportState[] = ['contradicts', 'unknown', 'new', 'linked'];

const inOrderOfInterest = (links: readonly JudgedLink[]): readonly JudgedLink[] =>
  links.toSorted((one, other) => order.indexOf(one.state) - order.indexOf(other.state));

const recordText = (id: string, name: string): string => (name === '' ? asLabel(id) : `${asLabel(name)}\n${asLabel(id)}`);

/** The certificate of an erasure, for the person who asked for it. */
export function certificateText(certificate: Certificate): string {
  const { tenant, entity, officerndHashes, hubspotHashes, by, at, collections, before } = certificate;
  const rows = collections.map(({ name, removed, emptied }) => [name, removed, emptied]);
  return [
    `Erased one ${entity} from what ${tenant} keeps, ${shownTime(at)} UTC, by ${asLabel(by)}.`,
    `OfficeRnD  ${officerndHashes.join(' ') || '–'}`,
    `HubSpot    ${hubspotHashes.join(' ') || '–'}`,
    rows.length === 0 ? 'Nothing was left of it.' : table(['Collection', 'Documents removed', 'emptied'], rows, { numbers: [1, 2] }),
    ...(before === null ? [] : [`It was erased before, ${shownTime(before.at)} UTC, by ${asLabel(before.by)}.`]),
    'Emptied documents stay for counts. They have no values, and hashes for the ids.',
    whatFollows(certificate),
    'This does not reach OfficeRnD, HubSpot, backups of MongoDB, and files that were exported or saved. Temporal holds nothing of a record.',
  ].join('\n');
}

/** Says what later runs do with the record. */
function whatFollows({ stillLinked, suppressed }: Certificate): string {
  if (stillLinked)
    return 'Its link is active and stays. The next run reads the record again while it exists at the vendors, and compares it as at a first link (M2).';
  const again = 'While the record exists at a vendor, the next full run reads it again like any other: delete it there first.';
  return suppressed ? `${again} It stays suppressed: it is not created again in OfficeRnD (U5).` : again;
}
