import type { HubSpotId } from './ids';
import type { Link } from './link';

/** Presence of one side's record of an active link that the complete listing did not show (U2). */
type Presence<Id extends string> =
  | { readonly kind: 'there' }
  /** A direct read of exactly this id found nothing. */
  | { readonly kind: 'gone' }
  /** The id now leads to another record: a merge (U3). */
  | { readonly kind: 'became'; readonly id: Id };

export interface UnlinkInput {
  readonly link: Link;
  readonly hubspot: Presence<HubSpotId>;
  readonly officernd: Exclude<Presence<never>, { kind: 'became' }>;
  /** All other active links that lead to the surviving record, under its own id or under one that was merged into it (U3). */
  readonly survivorLinks: readonly Link[];
  /** D1: whether a person keeps a link's OfficeRnD record from the surviving record. @default none is */
  readonly isParted?: (link: Link) => boolean;
  /** D1: whether a person has made a link. It stays where several meet, however old the others are. @default none is */
  readonly isDecided?: (link: Link) => boolean;
}

export type UnlinkDecision =
  | { readonly kind: 'keep' }
  /** U1: the link ends and its id on the OfficeRnD record is cleared. */
  | { readonly kind: 'unlink'; readonly rule: 'U1' }
  /** D1: the link can't follow a merge, since a person keeps its record from the surviving one. */
  | { readonly kind: 'part'; readonly rule: 'D1' }
  /** U5: the link ends and the HubSpot record is not created again. */
  | { readonly kind: 'retire'; readonly rule: 'U5' }
  /** U3: the link follows. */
  | { readonly kind: 'relink'; readonly rule: 'U3'; readonly hubspotId: HubSpotId }
  /**
   * U3: several links meet. The oldest stays, and a person is told. A link that is not the oldest ends itself. The oldest ends all the
   * others: the surviving record's own link would not end itself, since its id is there as before.
   */
  | {
      readonly kind: 'merge';
      readonly rule: 'U3';
      readonly losers: readonly Link[];
      readonly winner: Link;
      readonly survivorId: HubSpotId;
    };

/** Decides whether an active link stays, ends or follows a merge (U1–U3, U5), as far as people leave it to the rules (D1). */
export function decideUnlink(input: UnlinkInput): UnlinkDecision {
  const { link, hubspot, officernd, isParted = never, isDecided = never } = input;
  if (officernd.kind === 'gone') return { kind: 'retire', rule: 'U5' };
  switch (hubspot.kind) {
    case 'there':
      return { kind: 'keep' };
    case 'gone':
      return { kind: 'unlink', rule: 'U1' };
    case 'became': {
      if (isParted(link)) return { kind: 'part', rule: 'D1' };
      const survivorLinks = input.survivorLinks.filter((one) => !isParted(one));
      if (survivorLinks.length === 0) return { kind: 'relink', rule: 'U3', hubspotId: hubspot.id };
      const goesBefore = (one: Link, other: Link): boolean => (isDecided(one) === isDecided(other) ? isOlder(one, other) : isDecided(one));
      const winner = survivorLinks.reduce((first, one) => (goesBefore(one, first) ? one : first), link);
      return { kind: 'merge', rule: 'U3', losers: winner === link ? survivorLinks : [link], winner, survivorId: hubspot.id };
    }
  }
}

const never = (): boolean => false;

/**
 * Whether a link was made earlier. Of two made in one moment, the one whose id sorts first counts as older, so that every run decides
 * alike.
 */
export const isOlder = (one: Link, other: Link): boolean =>
  one.linkedAt === other.linkedAt ? one.id < other.id : one.linkedAt < other.linkedAt;
