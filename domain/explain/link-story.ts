import type { LinkOrigin, RetireReason } from '../link';
import type { LinkLife, PastOperation } from './facts';

/** One change of a link: it was made, followed a merge, came back or ended. */
export interface LinkEvent {
  readonly run: string | null;
  /** ISO 8601; null where only the run is known. */
  readonly at: string | null;
  readonly officerndId: string | null;
  readonly hubspotId: string | null;
  readonly rule: string;
  readonly sentence: string;
}

/**
 * How the links of a record came about, and every change of them, oldest first. Operations tell it for as long as they are kept; after that
 * the links themselves know their beginning and their end.
 */
export function linkStory(links: readonly LinkLife[], operations: readonly PastOperation[]): readonly LinkEvent[] {
  const told = operations.filter(({ state, kind }) => state === 'applied' && LINKING.has(kind)).map(eventOf);
  const isTold = (run: string | null, { officerndId, hubspotId }: LinkLife): boolean =>
    told.some((one) => one.run === run && one.hubspotId === hubspotId && (one.officerndId === null || one.officerndId === officerndId));
  const remembered = links.flatMap((link): readonly LinkEvent[] => {
    const { officerndId, hubspotId } = link;
    const pair = { officerndId, hubspotId };
    return [
      ...(isTold(link.linkedRun, link) ? [] : [{ ...pair, run: link.linkedRun, at: link.pairedAt, ...beginningOf(link) }]),
      ...(isTold(link.retiredRun, link) ? [] : endOf(link).map((end) => ({ ...pair, run: link.retiredRun, at: null, ...end }))),
    ];
  });
  return [...told, ...remembered].toSorted((one, other) => (timeOf(one) < timeOf(other) ? -1 : timeOf(one) > timeOf(other) ? 1 : 0));
}

type Told = Pick<LinkEvent, 'rule' | 'sentence'>;

const beginningOf = ({ decision, origin }: LinkLife): Told => (decision === undefined ? beginnings[origin] : chosen);

/** None of an active link. */
const endOf = ({ reason, undoneBy }: LinkLife): readonly Told[] =>
  reason !== null ? [ends[reason]] : undoneBy === undefined ? [] : [undone];

/** Events of which only the run is known come last: they are ends, and their links begin before. */
const timeOf = ({ at }: LinkEvent): string => at ?? '9999';

const LINKING: ReadonlySet<PastOperation['kind']> = new Set(['link', 'create', 'relink', 'unlink']);

function eventOf({ run, at, officerndId, hubspotId, kind, reason }: PastOperation): LinkEvent {
  const [rule = reason] = reason.split(' ');
  return { run, at: at.toISOString(), officerndId, hubspotId, rule, sentence: sentenceOf(kind, reason) };
}

function sentenceOf(kind: PastOperation['kind'], reason: string): string {
  const [rule] = reason.split(' ');
  switch (rule) {
    case 'L2':
      return beginnings.adopted.sentence;
    case 'L6':
      return beginnings.created.sentence;
    case 'L4':
      return 'Several OfficeRnD records shared the key, and the oldest of them was linked, as matching.ambiguous: oldest asks.';
    case 'L5':
      return 'The names are the same though the e-mails differ, and were linked, as matching.emailsDiffer: link asks.';
    case 'U1':
      return ends['hubspot-deleted'].sentence;
    case 'U3':
      return kind === 'relink' ? beginnings.relinked.sentence : ends.merged.sentence;
    case 'U5':
      return ends['officernd-deleted'].sentence;
    case 'U6':
      return beginnings.restored.sentence;
    case 'D1':
      if (kind === 'unlink') return ends['by-hand'].sentence;
      return kind === 'create' ? 'A person wanted it created, so it was created in OfficeRnD and linked.' : chosen.sentence;
    case 'P2':
      return 'The link came from another tool, in a list that a person approved.';
    case 'X2':
      return kind === 'unlink' ? undone.sentence : 'The run that had ended the link was undone, so it came back.';
    case 'U7':
      return 'The OfficeRnD record carried the id of a HubSpot record that is gone, and it was cleared.';
    default:
      return reason.endsWith('email')
        ? beginnings.email.sentence
        : reason.endsWith('name')
          ? beginnings.name.sentence
          : `The rule was ${reason}.`;
  }
}

const beginnings: Readonly<Record<LinkOrigin, Told>> = {
  adopted: { rule: 'L2', sentence: 'The OfficeRnD record already carried the id of this HubSpot record, so the two were linked.' },
  email: { rule: 'L3', sentence: 'The two had an e-mail address in common that no other record had, so they were linked.' },
  name: { rule: 'L3', sentence: 'The two had the same name, and no other record had it, so they were linked.' },
  created: { rule: 'L6', sentence: 'No OfficeRnD record matched, so one was created from the HubSpot record and linked.' },
  relinked: { rule: 'U3', sentence: 'The HubSpot record was merged into this one, and the link followed.' },
  restored: { rule: 'U6', sentence: 'The HubSpot record was deleted and is back, so the link came back with its bases.' },
};

const chosen: Told = { rule: 'D1', sentence: 'A person linked the two.' };
const undone: Told = { rule: 'X2', sentence: 'The run that had made the link was undone, so it ended.' };

const ends: Readonly<Record<RetireReason, Told>> = {
  'hubspot-deleted': { rule: 'U1', sentence: 'The HubSpot record was proven to be gone, so the link ended and its id was cleared.' },
  merged: {
    rule: 'U3',
    sentence: 'Two linked HubSpot records became one and the older link stayed, so this one ended and its id was cleared.',
  },
  'officernd-deleted': {
    rule: 'U5',
    sentence: 'The OfficeRnD record was gone, so the link ended and the HubSpot record is not created again.',
  },
  'by-hand': { rule: 'D1', sentence: 'A person decided that the two do not belong together, so the link ended and its id was cleared.' },
};
