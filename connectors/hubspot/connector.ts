import type { HubSpotObject } from '../../domain/entity';
import type { HubSpotProperty } from '../../config/resolve/definitions';
import type { IdRange } from '../../domain/count-tree';
import type { HubSpotRecord } from '../../domain/hubspot-record';
import type { HubSpotId } from '../../domain/ids';
import type { RefusedField, VendorError } from '../errors';
import type { CallOptions } from '../call-options';
import type { AccountCalls } from './account-limits';
import type { Place, WritePlace } from '../limits';
import type { LookTooOld } from '../look-too-old';

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

/** The outcome of one input of a batch update; every input has one. */
export type HubSpotUpdateOutcome =
  | { readonly kind: 'updated' }
  /** No record has this id. */
  | { readonly kind: 'missing' }
  /** The answer does not mention the input: its record was merged away, or HubSpot left it out. Read the record again. */
  | { readonly kind: 'unaccounted' }
  /** HubSpot wrote nothing of this input. */
  | {
      readonly kind: 'refused';
      readonly refusedFields: readonly RefusedField[];
      readonly reason: string;
      /** HubSpot's own words. They may hold personal data (A6). */
      readonly said?: string;
    };

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

export interface BatchUpdateOptions extends CallOptions {
  /**
   * M8: reads records of the batch again, before they are sent once more. That is after `beforeSend` has thrown `LookTooOld`, and after a
   * write that may have happened. Returns those that may be written as planned, and the place for that call. The others become `unaccounted`. Null
   * sends nothing more, and the error is thrown.
   */
  readonly lookAgain?: (ids: readonly HubSpotId[], reason: LookTooOld | VendorError) => Promise<LookedAgain | null>;
}

export interface LookedAgain {
  readonly unchanged: ReadonlySet<HubSpotId>;
  readonly place: Place | undefined;
}

/** The account that a token belongs to. */
export interface HubSpotAccount {
  readonly portalId: string;
  readonly timeZone: string;
  /** ISO 4217, such as `GBP`. */
  readonly companyCurrency?: string | undefined;
}

export interface BatchReadOptions extends CallOptions {
  /** Of ids that the batches did not show, returns those that need not be read alone: they are known to be gone. Only asked if there are any. */
  readonly knownGone?: (missing: readonly HubSpotId[]) => Promise<ReadonlySet<HubSpotId>>;
}

/**
 * One tenant's access to HubSpot. Every method waits for the limiter and counts its calls. It throws only `VendorError`, the signal's
 * reason after an abort, or the error of `beforeSend`. No method repeats a write that may have happened: the activities do, after a look.
 */
export interface HubSpotConnector {
  /** M8: waits until a batch can be read again and written without another wait. */
  readonly reserve: (options?: Pick<CallOptions, 'signal'>) => Promise<WritePlace>;
  /** The route of a batch call, as the call ledger names it. */
  readonly batchRoute: (object: HubSpotObject, action: 'read' | 'update') => string;
  /** The calls of the day that the account has left, by HubSpot's last answer; null where its answers do not say. */
  readonly callsLeft: () => AccountCalls | null;
  /** Returns the portal that the token belongs to. */
  readonly account: (options?: CallOptions) => Promise<HubSpotAccount>;
  /** Returns the token's scopes, or null where HubSpot does not say: it does for a private app's token only. */
  readonly grantedScopes: (options?: CallOptions) => Promise<readonly string[] | null>;
  readonly properties: (object: HubSpotObject, options?: CallOptions) => Promise<readonly HubSpotProperty[]>;
  readonly dealPipelines: (options?: CallOptions) => Promise<readonly HubSpotPipeline[]>;
  /** Returns one page of 100 live records in id order. Property names that don't fit into one URL are spread over several requests. */
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
   * Returns ids of live records modified since a moment, in id order, 200 a page. `afterId` is the last id of the page before.
   * HubSpot's search lags behind: choose an earlier moment, and read the records themselves by id.
   */
  readonly searchModified: (
    object: HubSpotObject,
    request: { readonly since: string; readonly afterId?: HubSpotId },
    options?: CallOptions,
  ) => Promise<{
    readonly ids: readonly HubSpotId[];
    readonly next: HubSpotId | null;
    /** How many there are behind `afterId`, those of the page included. */
    readonly total: number;
  }>;
  /**
   * Returns how many live records have an id in this range. The search index answers, which lags behind: the number may count a record
   * that is gone, and leave out one that is new. It proves nothing about a single record (U2).
   */
  readonly countIds: (object: HubSpotObject, range: IdRange, options?: CallOptions) => Promise<number>;
  /** Returns the ids of live records in a range, 200 a call, by the same index. An id that is missing proves nothing either. */
  readonly listIds: (object: HubSpotObject, range: IdRange, options?: CallOptions) => Promise<readonly HubSpotId[]>;
  /** Returns the associations of any number of records (100 a call), the primary company first. Every requested id has an entry. */
  readonly associations: (
    object: HubSpotObject,
    to: 'companies' | 'contacts',
    ids: readonly HubSpotId[],
    options?: CallOptions,
  ) => Promise<ReadonlyMap<HubSpotId, readonly HubSpotId[]>>;
  /**
   * Reads any number of records by id (100 a call), without associations. The map's keys are the REQUESTED ids: under the id of a merged
   * record lies the record that it was merged into (compare `record.id`). An id without a live record is absent from the map.
   */
  readonly batchRead: (
    object: HubSpotObject,
    ids: readonly HubSpotId[],
    properties: readonly string[],
    options?: BatchReadOptions,
  ) => Promise<ReadonlyMap<HubSpotId, HubSpotRecord>>;
  /** Reads one record by this id, and follows merges. Null when there is none or it is archived (U2, U3). */
  readonly readOne: (
    object: HubSpotObject,
    id: HubSpotId,
    properties: readonly string[],
    options?: CallOptions,
  ) => Promise<HubSpotRecord | null>;
  /** T3: the ids that HubSpot has a deleted record of, which it could restore (100 a call). */
  readonly archivedAmong: (object: HubSpotObject, ids: readonly HubSpotId[], options?: CallOptions) => Promise<ReadonlySet<HubSpotId>>;
  /**
   * Writes any number of records (100 a call, ids unique) and returns their outcomes by id. If HubSpot refuses a batch because of bad
   * values, it is divided until the bad records are found. So one bad record does not stop the others.
   */
  readonly batchUpdate: (
    object: HubSpotObject,
    updates: readonly HubSpotUpdate[],
    options?: BatchUpdateOptions,
  ) => Promise<ReadonlyMap<HubSpotId, HubSpotUpdateOutcome>>;
}
