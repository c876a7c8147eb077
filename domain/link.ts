import type { Entity } from './entity';
import type { HubSpotId, OfficerndId } from './ids';
import type { JsonValue } from './json';

/** Why a link ended: U1, U3, U5, U7, D1. */
export type RetireReason = 'hubspot-deleted' | 'merged' | 'officernd-deleted' | 'by-hand';

/** How a link came to be: L2, L3, L6, U3, U6. */
export type LinkOrigin = 'adopted' | 'email' | 'name' | 'created' | 'relinked' | 'restored';

/** The pairing of one OfficeRnD record with one HubSpot record. Each pair has one document, also after it has ended. */
export interface Link {
  readonly id: string;
  readonly entity: Entity;
  readonly officerndId: OfficerndId;
  readonly hubspotId: HubSpotId;
  readonly state: 'active' | 'retired';
  readonly reason: RetireReason | null;
  readonly origin: LinkOrigin;
  /** ISO 8601: when the pair was first linked; the older link survives a merge (U3). */
  readonly linkedAt: string;
  /** ISO 8601: when this pair was last made, also by following a merge or by being restored. */
  readonly pairedAt: string;
  /** D1: the decision by which the link was made, whatever its origin. */
  readonly decision?: string;
  /** X2: the run that took the link back. Phase 2 leaves both records alone. Absent of other links, and of active ones. */
  readonly undoneBy?: string;
}

/** The name of a pair within a tenant. The same pair always has the same name, so that a restored link finds its old base (U6). */
export const pairId = (entity: Entity, officerndId: OfficerndId, hubspotId: HubSpotId): string => `${entity}/${officerndId}/${hubspotId}`;

/** The two records that a pair's name is made of. HubSpot's ids are digits, so the last slash is ours. */
export function pairOf(id: string): Pick<Link, 'officerndId' | 'hubspotId'> {
  const [first, last] = [id.indexOf('/'), id.lastIndexOf('/')];
  return { officerndId: id.slice(first + 1, last), hubspotId: id.slice(last + 1) };
}

/** U6: whether another link of one of its records was made after this one. */
export const isSuperseded = ({ id, officerndId, hubspotId, pairedAt }: Link, others: readonly Link[]): boolean =>
  others.some(
    (other) => other.id !== id && other.pairedAt > pairedAt && (other.officerndId === officerndId || other.hubspotId === hubspotId),
  );

/**
 * The base of one field: what both sides held when they last agreed. Each side has a canonical form of its own, since a vendor may rewrite
 * what it is given (M7).
 */
export interface FieldBase {
  /** B3: the field's mark when the base was made; absent in bases older than marks. */
  readonly mark?: string;
  readonly officernd: SideBase;
  readonly hubspot: SideBase;
}

export interface SideBase {
  readonly canonical: string | null;
  readonly raw: JsonValue;
}

/** A link with the runs that made and ended it. */
export interface LinkHistory extends Link {
  readonly linkedRun: string;
  readonly retiredRun: string | null;
}

/** All bases of one link, by field key. A field that is missing was never agreed on (M2). */
export type Snapshot = Readonly<Record<string, FieldBase>>;
