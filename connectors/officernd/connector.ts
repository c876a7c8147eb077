import type { OfficerndResource } from '../../domain/entity';
import type { OfficerndId } from '../../domain/ids';
import type { JsonValue } from '../../domain/json';

/** An OfficeRnD record as the vendor answers it; `body` is the whole JSON object. */
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
  /** As the vendor has it: `String`, `Text`, `Boolean`, `Number`, `Date`, `select`, `multi-select` … in any case. */
  readonly type: string;
  /** `team` (company), `member`, `lead` (opportunity), … */
  readonly targets: readonly string[];
  readonly values: readonly string[];
}

export interface CallOptions {
  /** Aborts the call and its waits. */
  readonly signal?: AbortSignal;
  /** Called when the call is about to be sent, after all waiting; what it throws is thrown, and nothing is sent. */
  readonly beforeSend?: () => Promise<void>;
}

/**
 * One tenant's access to OfficeRnD. Every method throws `VendorError` and nothing else (an abort throws the signal's reason, `beforeSend`
 * what it likes), waits for the limiter, and counts its calls. A 401 is retried once with a fresh token; nothing else is retried here.
 */
export interface OfficerndConnector {
  /** One page of 50, in the vendor's order. */
  readonly listPage: (
    resource: OfficerndResource,
    request: { readonly cursor?: string; readonly modifiedSince?: string },
    options?: CallOptions,
  ) => Promise<OfficerndPage>;
  /** Reads one record; null when there is none. */
  readonly readOne: (resource: OfficerndResource, id: OfficerndId, options?: CallOptions) => Promise<OfficerndRecord | null>;
  /** All records whose link property is exactly this value (L12). */
  readonly findByLinkId: (resource: OfficerndResource, linkId: string, options?: CallOptions) => Promise<readonly OfficerndRecord[]>;
  /** All members with exactly this e-mail, as OfficeRnD compares it (L12). */
  readonly findMembersByEmail: (email: string, options?: CallOptions) => Promise<readonly OfficerndRecord[]>;
  /** Creates and answers the record. Not idempotent: look first (L12). */
  readonly create: (
    resource: OfficerndResource,
    body: Readonly<Record<string, JsonValue>>,
    options?: CallOptions,
  ) => Promise<OfficerndRecord>;
  /**
   * Writes the named top-level fields and answers the record; `properties` must be the whole bag (M9). Throws `not-found` when it is gone.
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
