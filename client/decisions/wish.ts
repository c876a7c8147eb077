import type { Verdict } from '../../domain/decision';
import { decisionKinds } from '../../domain/decision';
import { entities } from '../../domain/entity';
import type { Entity, Side } from '../../domain/entity';
import { recordIdIn } from '../../domain/ids';
import { sideOf } from '../../domain/named-id';
import { asLabel } from '../../domain/printable';
import type { Review } from '../../domain/review';

/** The words that a person decides with. `unlink` keeps a record apart from the one that it is linked with. */
export const words = [...decisionKinds, 'unlink'] as const;
export type Word = (typeof words)[number];

/** A person's word about a case or about records (D1). */
export interface Wish {
  /**
   * A review, by its id, its short name or a beginning of either; or records: `member/101`, by either side's id, or a pair as
   * `member/OFFICERND/HUBSPOT`.
   */
  readonly about: string;
  readonly say: Word;
  /** To link: OfficeRnD's id, then HubSpot's. For the others: those of the case that are meant. @default all of the case */
  readonly records?: readonly string[];
  /** To link: whose values win where both differ. @default OfficeRnD's, as at any first link (M2) */
  readonly prefer?: 'hubspot' | null;
  readonly note?: string | null;
}

/** The subject of a wish. */
export type Target =
  | { readonly kind: 'review'; readonly review: Review }
  | { readonly kind: 'record'; readonly entity: Entity; readonly side: Side; readonly id: string }
  | { readonly kind: 'pair'; readonly entity: Entity; readonly officerndId: string; readonly hubspotId: string };

/** By record: the partner that it has an active link with. */
export type Partners = Readonly<Record<Side, ReadonlyMap<string, string>>>;

/** Either what was asked for, or why it can't be: one sentence. */
export type Read<Value> = { readonly value: Value } | { readonly problem: string };

/** Most pairs that one answer keeps apart. A case with more is to be answered pair by pair. */
const MOST_PAIRS = 1_000;

/** Finds what a wish is about, among the open reviews. */
export function targetOf(about: string, reviewsNamed: (name: string) => readonly Review[], tenant: string): Read<Target> {
  const found = reviewsNamed(about);
  const [review, ...others] = found;
  if (review !== undefined && others.length === 0) return { value: { kind: 'review', review } };
  if (review !== undefined) return { problem: `${asLabel(about)} is the beginning of ${found.length} reviews; type more of it` };
  const [named, first, second, ...rest] = about.split('/');
  const entity = entities.find((one) => one === named);
  if (entity === undefined || first === undefined || first === '' || rest.length > 0)
    return {
      problem: `${tenant} has no open review ${asLabel(about)}; "orsync review ${tenant}" lists them, and ENTITY/ID names a record`,
    };
  if (second !== undefined) return pairOf(entity, first, recordIdIn(second));
  const id = recordIdIn(first);
  return { value: { kind: 'record', entity, side: sideOf(id), id } };
}

/** A pair that a person names, OfficeRnD's record first. */
export function pairOf(entity: Entity, officerndId: string, hubspotId: string): Read<Extract<Target, { kind: 'pair' }>> {
  if (sideOf(hubspotId) !== 'hubspot' || sideOf(officerndId) !== 'officernd')
    return {
      problem: `name OfficeRnD's record first, then HubSpot's, whose id is a number: ${asLabel(officerndId)} and ${asLabel(hubspotId)} do not fit`,
    };
  return { value: { kind: 'pair', entity, officerndId, hubspotId } };
}

/** The records that a wish needs to know the links of. */
export function recordsNamed(target: Target): { readonly officerndIds: readonly string[]; readonly hubspotIds: readonly string[] } {
  switch (target.kind) {
    case 'review':
      return target.review;
    case 'record':
      return target.side === 'hubspot' ? { officerndIds: [], hubspotIds: [target.id] } : { officerndIds: [target.id], hubspotIds: [] };
    case 'pair':
      return { officerndIds: [target.officerndId], hubspotIds: [target.hubspotId] };
  }
}

export const entityOf = (target: Target): Entity => (target.kind === 'review' ? target.review.entity : target.entity);

/** Returns the verdicts of a wish on its records. */
export function verdictsOf(wish: Wish, target: Target, partners: Partners): Read<readonly Verdict[]> {
  const { say, prefer = null } = wish;
  if (prefer !== null && say !== 'link') return { problem: 'only a link has values to prefer' };
  const { officerndIds, hubspotIds } = recordsNamed(target);
  const records = (wish.records ?? []).map(recordIdIn);
  const stranger = records.find((id) => !officerndIds.includes(id) && !hubspotIds.includes(id));
  if (stranger !== undefined)
    return { problem: `${asLabel(stranger)} is not one of its records: ${listed([...officerndIds, ...hubspotIds])}` };
  const meant = <Id extends string>(ids: readonly Id[]): readonly Id[] =>
    records.length === 0 ? ids : ids.filter((id) => records.includes(id));
  const areNamed = records.length > 0 || target.kind === 'pair';
  const known = { officerndIds: meant(officerndIds), hubspotIds: meant(hubspotIds), partners, areNamed };
  switch (say) {
    case 'link':
      return linkOf(known, prefer);
    case 'keep-apart':
      return apartOf(known);
    case 'create':
      return createOf(known);
    case 'ignore':
      return ignoreOf(known);
    case 'unlink':
      return target.kind === 'review' && !areNamed ? { problem: 'name the records of the case whose link is to end' } : unlinkOf(known);
  }
}

interface Known {
  readonly officerndIds: readonly string[];
  readonly hubspotIds: readonly string[];
  readonly partners: Partners;
  /** Whether the person has named these very records, rather than the case that they are in. */
  readonly areNamed: boolean;
}

function linkOf({ officerndIds, hubspotIds, partners }: Known, prefers: 'hubspot' | null): Read<readonly Verdict[]> {
  const [officerndId, ...otherOfficernd] = officerndIds;
  const [hubspotId, ...otherHubSpot] = hubspotIds;
  if (officerndId === undefined || hubspotId === undefined)
    return { problem: 'a link needs a record of each side; name OfficeRnD’s, then HubSpot’s' };
  if (otherOfficernd.length > 0 || otherHubSpot.length > 0)
    return { problem: `say which two: "link OFFICERND HUBSPOT", of ${listed(officerndIds)} and ${listed(hubspotIds)}` };
  const linked = partners.officernd.get(officerndId);
  if (linked === hubspotId && prefers !== null)
    return { problem: `${officerndId} and ${hubspotId} are linked already, so no values are to be chosen` };
  return { value: [{ kind: 'link', officerndId, hubspotId, prefers }] };
}

/** The records of a case that are linked with each other stay so: a link ends only where a person names the two. */
function apartOf({ officerndIds, hubspotIds, partners, areNamed }: Known): Read<readonly Verdict[]> {
  if (officerndIds.length * hubspotIds.length > MOST_PAIRS)
    return { problem: `it names ${officerndIds.length * hubspotIds.length} pairs; name the two that are meant` };
  const pairs = officerndIds.flatMap((officerndId) =>
    hubspotIds.flatMap((hubspotId) =>
      !areNamed && partners.officernd.get(officerndId) === hubspotId ? [] : [{ kind: 'keep-apart' as const, officerndId, hubspotId }],
    ),
  );
  return pairs.length === 0 ? { problem: 'no two of its records can be kept apart; "orsync unlink" ends a link' } : { value: pairs };
}

function createOf({ hubspotIds, partners }: Known): Read<readonly Verdict[]> {
  const free = hubspotIds.filter((id) => !partners.hubspot.has(id));
  if (free.length > 0) return { value: free.map((hubspotId) => ({ kind: 'create', hubspotId })) };
  return {
    problem: hubspotIds.length === 0 ? 'only a HubSpot record can be created' : `${listed(hubspotIds)} has a link; "orsync unlink" ends it`,
  };
}

/** Of a case: its HubSpot records without a link, and OfficeRnD's where there are none. */
function ignoreOf({ officerndIds, hubspotIds, partners, areNamed }: Known): Read<readonly Verdict[]> {
  const free = (side: Side, ids: readonly string[]): readonly Verdict[] =>
    ids.filter((id) => !partners[side].has(id)).map((id) => ({ kind: 'ignore', side, id }));
  const [ofHubSpot, ofOfficernd] = [free('hubspot', hubspotIds), free('officernd', officerndIds)];
  const chosen = areNamed ? [...ofHubSpot, ...ofOfficernd] : ofHubSpot.length > 0 ? ofHubSpot : ofOfficernd;
  return chosen.length > 0
    ? { value: chosen }
    : { problem: `${listed([...hubspotIds, ...officerndIds])} has a link; "orsync unlink" ends it` };
}

function unlinkOf({ officerndIds, hubspotIds, partners }: Known): Read<readonly Verdict[]> {
  const ofOfficernd = officerndIds.flatMap((officerndId) => {
    const hubspotId = partners.officernd.get(officerndId);
    return hubspotId === undefined ? [] : [{ kind: 'keep-apart' as const, officerndId, hubspotId }];
  });
  const ofHubSpot = hubspotIds.flatMap((hubspotId) => {
    const officerndId = partners.hubspot.get(hubspotId);
    return officerndId === undefined ? [] : [{ kind: 'keep-apart' as const, officerndId, hubspotId }];
  });
  const ends = [...new Map([...ofOfficernd, ...ofHubSpot].map((pair) => [`${pair.officerndId} ${pair.hubspotId}`, pair])).values()];
  return ends.length > 0 ? { value: ends } : { problem: `${listed([...officerndIds, ...hubspotIds])} has no link` };
}

const LISTED = 5;

const listed = (ids: readonly string[]): string =>
  `${ids
    .slice(0, LISTED)
    .map((id) => asLabel(id))
    .join(', ')}${ids.length > LISTED ? ` and ${ids.length - LISTED} more` : ''}`;

/** Reads what a person says in a cell or an argument: `link OFFICERND HUBSPOT`, `keep-apart`, `create`, `ignore`, `unlink`. */
export function sayOf(said: readonly string[]): Read<Pick<Wish, 'say' | 'records'>> {
  const [first = '', ...records] = said;
  const say = words.find((word) => word === first.toLowerCase());
  if (say === undefined) return { problem: `${asLabel(first)} is no decision; choose from ${words.join(', ')}` };
  return { value: { say, records } };
}
