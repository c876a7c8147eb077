import type { HubSpotObject } from '../../domain/entity';
import type { HubSpotId } from '../../domain/ids';
import type { RefusedField } from '../errors';

/** A HubSpot record as the rest of the program sees it. */
export interface HubSpotRecord {
  readonly id: HubSpotId;
  /** Strings or null, as HubSpot has them. */
  readonly properties: Readonly<Record<string, string | null>>;
  /** Associated companies, the primary one first; empty when associations were not asked for. */
  readonly companyIds: readonly HubSpotId[];
  /** Associated contacts; empty when associations were not asked for. */
  readonly contactIds: readonly HubSpotId[];
  /** All ids merged into this record (`hs_merged_object_ids`, always asked for). */
  readonly mergedIds: readonly HubSpotId[];
  /** ISO 8601, UTC. */
  readonly createdAt: string;
  /** ISO 8601, UTC; moves without anybody's edit, so it decides nothing on its own. */
  readonly updatedAt: string;
}

export interface HubSpotPage {
  readonly records: readonly HubSpotRecord[];
  /** Opaque; null on the last page. */
  readonly after: string | null;
}

export interface HubSpotUpdate {
  readonly id: HubSpotId;
  /** `''` clears. */
  readonly properties: Readonly<Record<string, string>>;
}

/** What became of one input of a batch update; every input has one (apis/hubspot.md §3.3). */
export type HubSpotUpdateOutcome =
  | { readonly kind: 'updated' }
  /** No record has this id. */
  | { readonly kind: 'missing' }
  /** The answer names the input nowhere: merged away, or silently left out. Read it again. */
  | { readonly kind: 'unaccounted' }
  /** Nothing of this input was written. */
  | { readonly kind: 'refused'; readonly refusedFields: readonly RefusedField[]; readonly reason: string };

export interface HubSpotPropertyDefinition {
  readonly name: string;
  readonly label: string;
  readonly type: string;
  readonly fieldType: string;
  readonly options: readonly { readonly label: string; readonly value: string }[];
  /** Calculated, or marked read-only. */
  readonly readOnly: boolean;
  readonly archived: boolean;
}

export interface HubSpotPipeline {
  readonly id: string;
  readonly label: string;
  readonly stages: readonly HubSpotStage[];
}

export interface HubSpotStage {
  readonly id: string;
  readonly label: string;
  /** 0–1. */
  readonly probability: number | null;
}

export interface CallOptions {
  /** Aborts the call and its waits. */
  readonly signal?: AbortSignal;
  /** Called when a call is about to be sent, after all waiting; what it throws is thrown, and nothing is sent. */
  readonly beforeSend?: () => Promise<void>;
}

/** What HubSpot says of the account that a token belongs to. */
export interface HubSpotAccount {
  readonly portalId: string;
  readonly timeZone: string;
  /** ISO 4217, such as `GBP`. */
  readonly companyCurrency?: string | undefined;
}

/**
 * One tenant's access to HubSpot. Every method throws `VendorError` and nothing else (an abort throws the signal's reason, `beforeSend`
 * what it likes), waits for the limiter, and counts its calls. None retries: that is the activities' part.
 */
export interface HubSpotConnector {
  /** The ledger's name for a batch call. */
  readonly batchRoute: (object: HubSpotObject, action: 'read' | 'update') => string;
  /** The portal this token belongs to. */
  readonly account: (options?: CallOptions) => Promise<HubSpotAccount>;
  /** The scopes that the token has, or null where HubSpot does not tell: not of every kind of token. */
  readonly grantedScopes: (options?: CallOptions) => Promise<readonly string[] | null>;
  readonly properties: (object: HubSpotObject, options?: CallOptions) => Promise<readonly HubSpotPropertyDefinition[]>;
  readonly dealPipelines: (options?: CallOptions) => Promise<readonly HubSpotPipeline[]>;
  /** One page of 100 live records in id order. Too many property names for one URL are split over several requests and joined. */
  readonly listPage: (
    object: HubSpotObject,
    request: {
      readonly properties: readonly string[];
      readonly associations: readonly ('companies' | 'contacts')[];
      readonly after?: string;
    },
    options?: CallOptions,
  ) => Promise<HubSpotPage>;
  /**
   * Ids of live records that were modified since a moment, in id order, 200 a page; `afterId` goes on behind the last id of the page
   * before. HubSpot's search lags: start early, and read the records themselves by id.
   */
  readonly searchModified: (
    object: HubSpotObject,
    request: { readonly since: string; readonly afterId?: HubSpotId },
    options?: CallOptions,
  ) => Promise<{ readonly ids: readonly HubSpotId[]; readonly next: HubSpotId | null }>;
  /** Associations of any number of records (100 a call), the primary company first; every id that was asked for has an entry. */
  readonly associations: (
    object: HubSpotObject,
    to: 'companies' | 'contacts',
    ids: readonly HubSpotId[],
    options?: CallOptions,
  ) => Promise<ReadonlyMap<HubSpotId, readonly HubSpotId[]>>;
  /**
   * Reads any number of records by id (100 a call), keyed by the id that was ASKED for: a merged-away id gives the survivor under the old
   * key (compare `record.id`). An id that no live record answers to is absent from the map. Associations are not read.
   */
  readonly batchRead: (
    object: HubSpotObject,
    ids: readonly HubSpotId[],
    properties: readonly string[],
    options?: CallOptions,
  ) => Promise<ReadonlyMap<HubSpotId, HubSpotRecord>>;
  /** Reads one record by exactly that id, following merges; null when there is none or it is archived (U2, U3). */
  readonly readOne: (
    object: HubSpotObject,
    id: HubSpotId,
    properties: readonly string[],
    options?: CallOptions,
  ) => Promise<HubSpotRecord | null>;
  /**
   * Writes any number of records (100 a call, ids unique), keyed by id. A 400 that names bad values is split in halves until the records it
   * concerns are found, so that one bad record does not hold back the others.
   */
  readonly batchUpdate: (
    object: HubSpotObject,
    updates: readonly HubSpotUpdate[],
    options?: CallOptions,
  ) => Promise<ReadonlyMap<HubSpotId, HubSpotUpdateOutcome>>;
}
