import type { OfficerndResource } from '../../domain/entity';
import type { OfficerndId } from '../../domain/ids';
import type { JsonValue } from '../../domain/json';
import type { CallOptions } from '../call-options';
import type { WritePlace } from '../limits';

/** An OfficeRnD record. `body` is its complete JSON object, as the vendor sends it. */
export interface OfficerndRecord {
  readonly id: OfficerndId;
  readonly body: Readonly<Record<string, JsonValue>>;
}

export interface OfficerndPage {
  readonly records: readonly OfficerndRecord[];
  /** Opaque; null on the last page. */
  readonly cursor: string | null;
}

export interface OfficerndLocation {
  readonly id: string;
  readonly name: string;
}

export interface OfficerndOpportunityStatus {
  readonly id: string;
  /** The label: OfficeRnD calls it `description`. */
  readonly description: string;
  /** 0–100. */
  readonly probability: number | null;
}

export interface OfficerndCustomProperty {
  readonly key: string;
  readonly title: string;
  /** The vendor's word: `String`, `Text`, `Boolean`, `Number`, `Date`, `select`, `multi-select` …, in upper or lower case. */
  readonly type: string;
  /** `team` (company), `member`, `lead` (opportunity), … */
  readonly targets: readonly string[];
  readonly values: readonly string[];
}

/**
 * One tenant's access to OfficeRnD. Every method waits for the limiter and counts its calls. It throws only `VendorError`, the signal's
 * reason after an abort, or the error of `beforeSend`. After a 401 it retries once with a new token. It repeats no write that may have
 * happened: the activities do, after a look.
 */
export interface OfficerndConnector {
  /**
   * M8: waits until a record can be read again and written without another wait. Returns places for as many records as there is room for
   * now, at least one and at most `most`.
   */
  readonly reserve: (most: number, options?: Pick<CallOptions, 'signal'>) => Promise<readonly WritePlace[]>;
  /** Returns one page of 50 records, in the vendor's order. */
  readonly listPage: (
    resource: OfficerndResource,
    request: { readonly cursor?: string; readonly modifiedSince?: string },
    options?: CallOptions,
  ) => Promise<OfficerndPage>;
  /** Reads one record; null when there is none. */
  readonly readOne: (resource: OfficerndResource, id: OfficerndId, options?: CallOptions) => Promise<OfficerndRecord | null>;
  /** Returns all records whose link property has exactly this value (L12). */
  readonly findByLinkId: (resource: OfficerndResource, linkId: string, options?: CallOptions) => Promise<readonly OfficerndRecord[]>;
  /** Returns all members with this e-mail; capitals and surrounding white space don't matter (L12). */
  readonly findMembersByEmail: (email: string, options?: CallOptions) => Promise<readonly OfficerndRecord[]>;
  /** Creates a record and returns it. A repeated call creates a second record: look for the first one before (L12). */
  readonly create: (
    resource: OfficerndResource,
    body: Readonly<Record<string, JsonValue>>,
    options?: CallOptions,
  ) => Promise<OfficerndRecord>;
  /**
   * Writes the named top-level fields and returns the record. `properties` must hold all custom properties, because OfficeRnD replaces them
   * all (M9). Throws `not-found` when the record is gone.
   */
  readonly update: (
    resource: OfficerndResource,
    id: OfficerndId,
    body: Readonly<Record<string, JsonValue>>,
    options?: CallOptions,
  ) => Promise<OfficerndRecord>;
  readonly locations: (options?: CallOptions) => Promise<readonly OfficerndLocation[]>;
  readonly opportunityStatuses: (options?: CallOptions) => Promise<readonly OfficerndOpportunityStatus[]>;
  readonly customProperties: (options?: CallOptions) => Promise<readonly OfficerndCustomProperty[]>;
}
