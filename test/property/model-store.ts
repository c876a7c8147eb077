import { claimsOf } from '../../domain/decision';
import type { Decision, Verdict } from '../../domain/decision';
import type { Entity } from '../../domain/entity';
import type { ValueContext } from '../../domain/field-mapping';
import type { Link, LinkHistory, LinkOrigin, RetireReason, Snapshot } from '../../domain/link';
import { pairId } from '../../domain/link';
import type { FieldChange } from '../../domain/operation';
import type { Review } from '../../domain/review';
import type { TenantMapping } from '../../domain/tenant-mapping';

/** A value that gave way (A3). */
export interface Conflict {
  /** The run that kept it. A run keeps the same value only once. */
  readonly at: string;
  readonly kind: 'conflict' | 'first-link';
  readonly linkId: string;
  readonly change: FieldChange;
}

/** The data that the program keeps between runs. */
export interface ModelStore {
  /** Runs are named by their time. */
  readonly links: Map<string, LinkHistory>;
  readonly snapshots: Map<string, Snapshot>;
  /** `entity/hubspotId` (U5). */
  readonly suppressed: Set<string>;
  /** All reviews that were ever opened. */
  readonly reviews: Map<string, Review>;
  /** M10: link, side, field and value of each refusal. */
  readonly refusals: Set<string>;
  readonly conflicts: Conflict[];
  /** The creations that may have happened, by `entity/hubspotId` (L12). */
  readonly calling: Map<string, readonly FieldChange[]>;
  /** D1: all decisions that were ever taken down, by id. */
  readonly decisions: Map<string, Decision>;
}

export const emptyStore = (): ModelStore => ({
  links: new Map(),
  snapshots: new Map(),
  suppressed: new Set(),
  reviews: new Map(),
  refusals: new Set(),
  conflicts: [],
  calling: new Map(),
  decisions: new Map(),
});

export const copyStore = ({ links, snapshots, suppressed, reviews, refusals, conflicts, calling, decisions }: ModelStore): ModelStore => ({
  links: new Map(links),
  snapshots: new Map(snapshots),
  suppressed: new Set(suppressed),
  reviews: new Map(reviews),
  refusals: new Set(refusals),
  conflicts: [...conflicts],
  calling: new Map(calling),
  decisions: new Map(decisions),
});

/** The decisions about an entity's records that are in force. */
export const decisionsInForce = ({ decisions }: ModelStore, entity: Entity): readonly Decision[] =>
  [...decisions.values()].filter((decision) => decision.entity === entity && decision.withdrawn === null);

/** D1: takes down what a person says, unless it contradicts what is in force. */
export function takeDown(store: ModelStore, entity: Entity, verdict: Verdict): void {
  const claims = claimsOf(entity, verdict);
  const isTaken = decisionsInForce(store, entity).some((one) => claimsOf(entity, one.verdict).some((claim) => claims.includes(claim)));
  if (isTaken) return;
  const number = store.decisions.size;
  const id = `d${String(number).padStart(3, '0')}`;
  const said = { by: 'Ann', at: new Date(Date.UTC(2026, 0, 1) + number * 1000), note: null };
  store.decisions.set(id, { id, entity, verdict, ...said, review: null, withdrawn: null, outcome: null });
}

/** D1: notes that decisions were carried out. */
export function noteDone({ decisions }: ModelStore, id: string): void {
  const decision = decisions.get(id);
  if (decision !== undefined) decisions.set(id, { ...decision, outcome: { run: 'r', at: decision.at, result: { state: 'done' } } });
}

export const contextOf = ({ timeZone, statuses }: TenantMapping): ValueContext => ({ timeZone, statuses });

export const activeLinks = ({ links }: ModelStore, entity?: Entity): readonly Link[] =>
  [...links.values()].filter((link) => link.state === 'active' && (entity === undefined || link.entity === entity));

export const activeByHubSpot = (store: ModelStore, entity: Entity, id: string): Link | undefined =>
  activeLinks(store, entity).find(({ hubspotId }) => hubspotId === id);

export const activeByOfficernd = (store: ModelStore, entity: Entity, id: string): Link | undefined =>
  activeLinks(store, entity).find(({ officerndId }) => officerndId === id);

export interface NewLink {
  readonly entity: Entity;
  readonly officerndId: string;
  readonly hubspotId: string;
  readonly origin: LinkOrigin;
  readonly linkedAt: string;
  readonly pairedAt: string;
}

/** Adds an active link. Returns false if a record would get a second one, as by the store's two unique indexes (L13). */
export function activate(store: ModelStore, pair: NewLink): boolean {
  const { entity, officerndId, hubspotId } = pair;
  const id = pairId(entity, officerndId, hubspotId);
  const before = store.links.get(id);
  if (before?.state === 'active') return true;
  if (activeByHubSpot(store, entity, hubspotId) !== undefined || activeByOfficernd(store, entity, officerndId) !== undefined) return false;
  // A restored link keeps the time at which it was linked (U6).
  const linkedAt = pair.origin === 'restored' ? (before?.linkedAt ?? pair.linkedAt) : pair.linkedAt;
  store.links.set(id, { ...pair, id, state: 'active', reason: null, linkedAt, linkedRun: pair.pairedAt, retiredRun: null });
  return true;
}

/** The ended links of one of these records (U6). */
export const retiredOf = ({ links }: ModelStore, { entity, officerndId, hubspotId }: Pick<Link, 'entity' | 'officerndId' | 'hubspotId'>) =>
  [...links.values()].filter(
    (link) => link.state === 'retired' && link.entity === entity && (link.officerndId === officerndId || link.hubspotId === hubspotId),
  );

export function retire({ links }: ModelStore, id: string, reason: RetireReason, run: string): void {
  const link = links.get(id);
  if (link?.state === 'active') links.set(id, { ...link, state: 'retired', reason, retiredRun: run });
}

/** X2: phase 2 leaves the records of such a link alone. */
export function retireUndone({ links }: ModelStore, id: string, run: string): void {
  const link = links.get(id);
  if (link?.state === 'active') links.set(id, { ...link, state: 'retired', reason: null, retiredRun: run, undoneBy: run });
}

/** Whether a link of the record was taken back (X2). */
export const isUndone = ({ links }: ModelStore, entity: Entity, id: string): boolean =>
  [...links.values()].some(
    (link) => link.undoneBy !== undefined && link.entity === entity && (link.officerndId === id || link.hubspotId === id),
  );

export function keepConflict({ conflicts }: ModelStore, conflict: Conflict): void {
  const known = conflicts.findIndex(
    ({ at, linkId, change }) => at === conflict.at && linkId === conflict.linkId && change.field === conflict.change.field,
  );
  if (known === -1) conflicts.push(conflict);
  else conflicts[known] = conflict;
}
