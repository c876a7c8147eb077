import type { Entity, Side } from '../domain/entity';
import type { HubSpotId, OfficerndId } from '../domain/ids';
import type { JsonValue } from '../domain/json';
import type { Link, LinkOrigin, RetireReason, Snapshot } from '../domain/link';
import type { Observation } from '../domain/observation';
import type { Reading } from '../domain/plan-reading';
import type { Operation, OperationKind, OperationState, Phase } from '../domain/operation';
import type { ContentProof, Report, RunState, SyncMode } from '../domain/report';
import type { Review, ReviewKind } from '../domain/review';
import type { TenantMapping } from '../domain/tenant-mapping';
import type { Trouble } from '../domain/trouble';

/** Everything the engine keeps. All of it is per tenant; `tenant` is a store's own argument so that no verb can forget it. */
export interface Store {
  readonly tenants: Tenants;
  readonly limits: Limits;
  readonly budgets: Budgets;
  /** `historyDays`: how long history that is written from now on is kept. @default 90 */
  readonly forTenant: (tenant: string, options?: { readonly historyDays?: number }) => TenantStore;
  /** Creates collections, validators and indexes and runs due migrations; safe to call from several processes at once. */
  readonly prepare: () => Promise<void>;
  readonly close: () => Promise<void>;
}

/** `limits`: what all processes together may still send to one account (architecture.md §4). */
export interface Limits {
  /**
   * Takes up to `wanted` calls of what is free in the rolling window, and up to `ahead` more while a quarter of the window is left. `name` is
   * vendor and class: `hubspot/general`.
   */
  readonly lease: (tenant: string, name: string, request: LeaseRequest) => Promise<Lease>;
  /** No call of this class for so long; a shorter silence never shortens a longer one. */
  readonly silence: (tenant: string, name: string, forMs: number) => Promise<void>;
  /** So many calls of the account's window are used up, ours among them: for a window's length, only what others leave is given. */
  readonly noteUsed: (tenant: string, name: string, used: UsedWindow) => Promise<void>;
}

export interface UsedWindow {
  /** What the vendor allows all callers of the account together in `perMs`, and how much of that is used. */
  readonly max: number;
  readonly used: number;
  readonly perMs: number;
}

export interface LeaseRequest {
  readonly wanted: number;
  /** Calls that are expected soon. They have to be sent while they are good, since the window forgets them as if they had been. */
  readonly ahead: number;
  /** At most `count` calls in any `perMs`; null lets everything through but in a silence. */
  readonly limit: { readonly count: number; readonly perMs: number } | null;
  /** What `noteUsed` notes, noted first; null for nothing. */
  readonly used: UsedWindow | null;
}

export interface Lease {
  readonly given: number;
  /** When nothing was given: how long until something may be. */
  readonly waitMs: number;
  /** Those beyond `wanted` may be sent for so long, counted from when the lease was asked for; 0 where none was given. */
  readonly goodForMs: number;
}

/** `budgets`: how many calls a tenant's runs may still send to a vendor today, whichever process sends them. */
export interface Budgets {
  /** Takes up to `wanted` calls of what the day still has. What is taken counts as sent. */
  readonly take: (tenant: string, vendor: string, request: BudgetRequest) => Promise<BudgetLot>;
}

export interface BudgetRequest {
  readonly wanted: number;
  readonly perDay: number;
  /** When the present day ends; only heard where a new day begins. */
  readonly resetsAt: Date;
}

export interface BudgetLot {
  /** 0 when the day's calls are used up. */
  readonly given: number;
  readonly resetsAt: Date;
}

export interface StoredTenant {
  readonly tenant: string;
  /** The tenant file as parsed, secrets as references. */
  readonly config: JsonValue;
  readonly updatedAt: Date;
}

export interface Tenants {
  readonly put: (tenant: string, config: JsonValue, now: Date) => Promise<void>;
  readonly get: (tenant: string) => Promise<StoredTenant | null>;
  readonly list: () => Promise<readonly StoredTenant[]>;
  /** Removes the tenant and everything kept for it. False when there was none. */
  readonly remove: (tenant: string) => Promise<boolean>;
}

export interface TenantStore {
  readonly observations: Observations;
  readonly links: Links;
  readonly snapshots: Snapshots;
  readonly operations: Operations;
  readonly conflicts: Conflicts;
  readonly reviews: Reviews;
  readonly failures: Failures;
  readonly suppressions: Suppressions;
  readonly runs: Runs;
  readonly callLedger: CallLedgerStore;
  /**
   * A twin for previews: the same verbs on collections of its own (`preview_links`, …), filled with a copy of this tenant's links, snapshots,
   * suppressions, reviews and failures, made inside the server and replacing any earlier preview of the tenant. Documents expire after a day.
   */
  readonly startPreview: () => Promise<TenantStore>;
  /** The twin as it is, without a new copy. */
  readonly preview: () => TenantStore;
}

export interface Page<T> {
  readonly items: readonly T[];
  /** Pass it back to go on; null at the end. */
  readonly next: string | null;
}

/** `observations`: what was last read. A record is live in a generation (`Run.generation`, the argument `run` of these verbs) when a run of it has seen it. */
export interface Observations {
  /** Stores what a run has read; a record that has not changed costs no rewrite of its values. Repeating is harmless. */
  readonly record: (run: string, observations: readonly Observation[]) => Promise<{ readonly changed: number; readonly unchanged: number }>;
  /** Ids of live records, in order (they compare as strings). Read from an index alone: a run goes over all records several times. */
  readonly pageIds: (run: string, side: Side, entity: Entity, request: PageRequest) => Promise<Page<string>>;
  /** Live OfficeRnD records that carry a link id, in id order (L2, U7). Read from an index alone. */
  readonly pageLinkIds: (run: string, entity: Entity, request: PageRequest) => Promise<Page<LinkIdCarrier>>;
  /** Those of the ids that are live. Read from an index alone. */
  readonly liveAmong: (run: string, side: Side, entity: Entity, ids: readonly string[]) => Promise<ReadonlySet<string>>;
  /** Content hashes of live records, by id: tells what is live, and what has changed, without its values. See `observationHash`. */
  readonly hashesByIds: (run: string, side: Side, entity: Entity, ids: readonly string[]) => Promise<ReadonlyMap<string, string>>;
  /** The parents of live records, by id, without anything else of them. */
  readonly parentsByIds: (
    run: string,
    side: Side,
    entity: Entity,
    ids: readonly string[],
  ) => Promise<ReadonlyMap<string, Pick<Observation, 'parents'>>>;
  /** Live records by id. */
  readonly byIds: (run: string, side: Side, entity: Entity, ids: readonly string[]) => Promise<ReadonlyMap<string, Observation>>;
  /** Live HubSpot records that one of these ids was merged into, by the id that was asked for (U3). */
  readonly byMergedIds: (run: string, entity: Entity, ids: readonly HubSpotId[]) => Promise<ReadonlyMap<HubSpotId, Observation>>;
  /** Live records that have one of these keys in `observation.keys` (L3); each once. */
  readonly byKeys: (
    run: string,
    side: Side,
    entity: Entity,
    kind: 'email' | 'name',
    keys: readonly string[],
  ) => Promise<readonly Observation[]>;
  /** Live OfficeRnD records whose link id is one of these. */
  readonly byLinkIds: (run: string, entity: Entity, linkIds: readonly string[]) => Promise<readonly LinkIdCarrier[]>;
  readonly countLive: (run: string, side: Side, entity: Entity) => Promise<number>;
  /** How many records are live, and a hash of what they hold, for each side of these entities. */
  readonly contents: (run: string, entities: readonly Entity[]) => Promise<readonly SideContent[]>;
  /** Forgets these records: they are known to be gone, or to be another record by now. */
  readonly forget: (run: string, side: Side, entity: Entity, ids: readonly string[]) => Promise<void>;
  /** Forgets records that the given run has not seen. */
  readonly forgetUnseen: (run: string, side: Side, entity: Entity) => Promise<number>;
}

/** All live records of one side and entity. */
export interface SideContent extends ContentProof {
  readonly side: Side;
  readonly entity: Entity;
}

/** An OfficeRnD record with the link id that it carries. */
export interface LinkIdCarrier {
  readonly id: OfficerndId;
  readonly linkId: string;
}

export interface PageRequest {
  readonly after: string | null;
  readonly limit: number;
}

/** `links`. L13 is kept by unique partial indexes on active links, one a side. */
export interface Links {
  /** Active links in id order. */
  readonly page: (entity: Entity, request: PageRequest) => Promise<Page<StoredLink>>;
  /** Retired links with this reason, in id order (U6). */
  readonly pageRetired: (entity: Entity, reason: RetireReason, request: PageRequest) => Promise<Page<Link>>;
  /** Links that have ended, of any of these records. */
  readonly retiredOf: (
    entity: Entity,
    ids: { readonly officerndIds: readonly OfficerndId[]; readonly hubspotIds: readonly HubSpotId[] },
  ) => Promise<readonly Link[]>;
  /** Those of one side's ids that have an active link. */
  readonly linkedAmong: (side: Side, entity: Entity, ids: readonly string[]) => Promise<ReadonlySet<string>>;
  readonly activeByHubSpotIds: (entity: Entity, ids: readonly HubSpotId[]) => Promise<ReadonlyMap<HubSpotId, Link>>;
  readonly activeByOfficerndIds: (entity: Entity, ids: readonly OfficerndId[]) => Promise<ReadonlyMap<OfficerndId, Link>>;
  /**
   * Makes pairs active links (a pair that was retired comes back; `restored`, it keeps its age). Repeating is harmless. A pair that would give a record a second active link
   * is not linked and is answered in `refused` (L13).
   */
  readonly activate: (pairs: readonly NewLink[]) => Promise<{ readonly refused: readonly NewLink[] }>;
  readonly retire: (id: string, reason: RetireReason, run: string) => Promise<void>;
  /**
   * U3: retires a link as `merged` and makes the pair one, both or neither. Repeating is harmless. Answers false, and changes nothing, when the
   * pair would give a record a second active link (L13).
   */
  readonly relink: (oldId: string, pair: NewLink) => Promise<boolean>;
  /** Notes by link id what was compared when nothing was left to do; null forgets it. Making a link active anew forgets it, too. */
  readonly settle: (stamps: ReadonlyMap<string, string | null>) => Promise<void>;
  readonly countActive: (entity: Entity) => Promise<number>;
}

export interface StoredLink extends Link {
  /** Stands for all that the last comparison depended on, where it left nothing to do: while it is the same, neither does the next. */
  readonly settled: string | null;
}

export interface NewLink {
  readonly entity: Entity;
  readonly officerndId: OfficerndId;
  readonly hubspotId: HubSpotId;
  readonly origin: LinkOrigin;
  readonly run: string;
  readonly linkedAt: string;
  readonly pairedAt: string;
}

/** `snapshots`: the base of each link, by link id. Outlives retirement (U6). */
export interface Snapshots {
  readonly byLinkIds: (ids: readonly string[]) => Promise<ReadonlyMap<string, Snapshot>>;
  /** Replaces the snapshots of these links. */
  readonly save: (snapshots: ReadonlyMap<string, Snapshot>, entity: Entity) => Promise<void>;
}

export interface StoredOperation extends Operation {
  readonly run: string;
  readonly state: OperationState;
  /** Why it failed: an error class (`refused`, `unavailable`, …), never vendor text with personal data. */
  readonly error: string | null;
}

/** `operations`: append-only history of what was done and why, and the journal that makes writes repeatable. */
export interface Operations {
  /** Adds operations that are not there yet (by run and id); existing ones are left as they are. */
  readonly plan: (run: string, operations: readonly Operation[], state?: 'planned' | 'held') => Promise<void>;
  readonly setState: (run: string, ids: readonly string[], state: OperationState, error?: string) => Promise<void>;
  readonly byIds: (run: string, ids: readonly string[]) => Promise<ReadonlyMap<string, StoredOperation>>;
  /** In id order. */
  readonly page: (run: string, filter: OperationFilter, request: PageRequest) => Promise<Page<StoredOperation>>;
  readonly count: (run: string, filter: OperationFilter) => Promise<number>;
  /** Creations of these HubSpot records that were being called in any run and whose end is not known (L12). */
  readonly unfinishedCreates: (entity: Entity, ids: readonly HubSpotId[]) => Promise<readonly StoredOperation[]>;
  /** Applied operations per phase, entity, kind and reason, each pair of records counted once. */
  readonly tally: (run: string) => Promise<readonly OperationTally[]>;
  /** How many different pairs of records the operations of a filter concern. */
  readonly countPairs: (run: string, filter: OperationFilter) => Promise<number>;
  /** Turns all operations of a filter from one state into another: holding and releasing a brake's list. */
  readonly move: (run: string, filter: OperationFilter & { readonly state: OperationState }, to: OperationState) => Promise<number>;
}

export interface OperationFilter {
  readonly phase?: Phase;
  readonly entity?: Entity;
  readonly kinds?: readonly OperationKind[];
  /** `U1`, `U7`, … */
  readonly reasons?: readonly string[];
  readonly state?: OperationState;
  readonly states?: readonly OperationState[];
  readonly officerndIds?: readonly OfficerndId[];
  readonly hubspotIds?: readonly HubSpotId[];
}

export interface OperationTally {
  readonly phase: Phase;
  readonly entity: Entity;
  readonly kind: OperationKind;
  readonly reason: string;
  readonly count: number;
}

/** A value that gave way (M2 `first-link`, M4 `conflict`), or a difference that stays (M5, M12 `drift`). */
export interface ConflictRecord {
  readonly kind: 'conflict' | 'first-link' | 'drift';
  readonly run: string;
  readonly entity: Entity;
  readonly linkId: string;
  readonly officerndId: OfficerndId;
  readonly hubspotId: HubSpotId;
  readonly field: string;
  readonly rule: string;
  readonly base: JsonValue;
  readonly officernd: JsonValue;
  readonly hubspot: JsonValue;
  readonly at: Date;
}

/** `conflicts`. One document for each kind, run, link and field; recorded before the write that makes the value disappear (A3). */
export interface Conflicts {
  /** Recorded again in the same run, a conflict shows the later values: the plan that was made last is the one that is carried out (M8). */
  readonly record: (conflicts: readonly ConflictRecord[]) => Promise<void>;
  readonly countByKind: (run: string) => Promise<Readonly<Record<ConflictRecord['kind'], number>>>;
  readonly page: (run: string, request: PageRequest) => Promise<Page<ConflictRecord>>;
}

/** `reviews`: cases that wait for a person. */
export interface Reviews {
  /** Opens reviews, or notes that open ones were found again by this run. One that a person has dismissed stays dismissed. */
  readonly open: (run: string, reviews: readonly Review[], now: Date) => Promise<void>;
  /** Reviews that this run has found and that name one of these records, dismissed ones among them: what they are about still stands. */
  readonly ofRun: (
    run: string,
    entity: Entity,
    ids: { readonly officerndIds: readonly OfficerndId[]; readonly hubspotIds: readonly HubSpotId[] },
  ) => Promise<readonly Review[]>;
  /** Closes reviews of an entity and these kinds that this run has not found again; a dismissed one that comes back later is open again. */
  readonly closeUnseen: (run: string, entity: Entity, kinds: readonly ReviewKind[], now: Date) => Promise<number>;
  /** A person wants to hear no more of an open case while it stays the same. Answers false when there is no such open review. */
  readonly dismiss: (id: string, now: Date) => Promise<boolean>;
  readonly countOpen: () => Promise<number>;
  readonly listOpen: (request: PageRequest) => Promise<Page<Review>>;
}

export interface Failure {
  readonly entity: Entity;
  /** The record: HubSpot's id for a creation, the link id for an update, OfficeRnD's id for an unlink. */
  readonly subject: string;
  readonly phase: Phase;
  /** The field that was refused, or null when the whole record was (M10). */
  readonly field: string | null;
  /** Error class and cleaned reason: `location-unresolved`, `no-name`, `INVALID_OPTION`, `unavailable`. */
  readonly reason: string;
  /** Hash of the data and configuration that failed: while it is the same, nothing is sent again where the rule says so (L6, M10). */
  readonly dataHash: string;
}

export interface StoredFailure extends Failure {
  /** Different runs in which it failed. */
  readonly runs: number;
  readonly lastRun: string;
  readonly parked: boolean;
  /** Someone asked for another try (`orsync retry`), or it never was sent: send it again. */
  readonly retryRequested: boolean;
}

/** `failures`: one document for each subject, phase and field; gone when it works. Ten failures in different runs park it. */
export interface Failures {
  readonly record: (run: string, failures: readonly Failure[], now: Date) => Promise<void>;
  readonly bySubjects: (entity: Entity, phase: Phase, subjects: readonly string[]) => Promise<readonly StoredFailure[]>;
  readonly clear: (entity: Entity, phase: Phase, subjects: readonly string[], fields?: readonly (string | null)[]) => Promise<void>;
  /** Asks for another try of everything, or of an entity, or of these subjects; answers how many. */
  readonly requestRetry: (filter: { readonly entity?: Entity; readonly subjects?: readonly string[] }) => Promise<number>;
  /** Failures recorded by this run. */
  readonly countOfRun: (run: string) => Promise<number>;
  readonly countParked: () => Promise<number>;
  readonly list: (request: PageRequest) => Promise<Page<StoredFailure>>;
}

/** `suppressions`: HubSpot records whose OfficeRnD twin was deleted there (U5). */
export interface Suppressions {
  readonly add: (entity: Entity, ids: readonly HubSpotId[], run: string, now: Date) => Promise<void>;
  readonly among: (entity: Entity, ids: readonly HubSpotId[]) => Promise<ReadonlySet<HubSpotId>>;
  readonly remove: (entity: Entity, ids: readonly HubSpotId[]) => Promise<void>;
}

export interface Run {
  readonly id: string;
  readonly mode: SyncMode;
  readonly entities: readonly Entity[];
  readonly state: RunState;
  readonly startedAt: Date;
  readonly finishedAt: Date | null;
  /** Resolved at the start and frozen. */
  readonly mapping: TenantMapping;
  readonly mappingHash: string;
  readonly reading: Reading;
  /** Observations of this generation are live: the id of the run that read everything last, this one or an earlier one. */
  readonly generation: string;
  /** When that run began. */
  readonly generationAt: Date;
  /** Why a run is blocked or failed: one sentence for people, and the setting it concerns. */
  readonly trouble: Trouble | null;
  readonly report: Report | null;
}

/** `runs`. */
export interface Runs {
  /** Stores a new run; when it is there already, answers it as it is. */
  readonly start: (run: Run) => Promise<Run>;
  readonly get: (id: string) => Promise<Run | null>;
  readonly latest: () => Promise<Run | null>;
  /** Newest first. */
  readonly list: (limit: number) => Promise<readonly Run[]>;
  readonly setState: (id: string, state: RunState, trouble: Run['trouble']) => Promise<void>;
  readonly finish: (id: string, report: Report, now: Date) => Promise<void>;
  /**
   * Takes over a slice: answers a number greater than any given before for the same run and slice. `holds` is true while no later one was given,
   * so that an attempt that was timed out but is alive stops writing (architecture.md §3).
   */
  readonly takeFence: (id: string, slice: string) => Promise<number>;
  readonly holdsFence: (id: string, slice: string, fence: number) => Promise<boolean>;
  /** Facts that a run must not lose between slices: observation totals, counters. */
  readonly setFact: (id: string, name: string, value: JsonValue) => Promise<void>;
  readonly facts: (id: string) => Promise<Readonly<Record<string, JsonValue>>>;
}

export interface CallLedgerStore {
  /** Adds counts to a run. */
  readonly add: (run: string, counts: readonly LedgerCount[]) => Promise<void>;
  readonly ofRun: (run: string) => Promise<readonly LedgerCount[]>;
}

export interface LedgerCount {
  readonly vendor: 'hubspot' | 'officernd';
  readonly route: string;
  /** `predicted`: a preview did not send it, the run that it stands for would. */
  readonly outcome: 'ok' | 'rate-limited' | 'failed' | 'predicted';
  readonly count: number;
}
