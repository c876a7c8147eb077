import { MongoBulkWriteError } from 'mongodb';
import type { Filter } from 'mongodb';
import { chunksOf } from '../domain/chunks';
import { claimsOf, decisionKinds, obstacles, recordsOf } from '../domain/decision';
import type { Decision, DecisionKind, DecisionOutcome, Obstacle, Result, Said, Verdict } from '../domain/decision';
import { entities, sides } from '../domain/entity';
import type { Entity, Side } from '../domain/entity';
import { afterCursor, beginningWith, fetchLimit, inOneAnswer, toPage } from './paging';
import type { Page, PageRequest } from './paging';
import * as schema from './schema';
import type { Scope, StoredDocument } from './scope';
import { headerOf, idIn } from './scope';
import { isDuplicateKey, writeAll } from './writes';

/** `decisions`: what people have said about records (D1). A unique index keeps two that are in force from contradicting each other. */
export interface Decisions {
  /** Whether any decision is in force. */
  readonly areAny: () => Promise<boolean>;
  /** Those of an entity that are in force, in id order. */
  readonly inForce: (entity: Entity) => Promise<readonly Decision[]>;
  /** Adds all of them or none. Returns those in force that they contradict or repeat; then nothing is added. */
  readonly add: (decisions: readonly Decision[]) => Promise<readonly Decision[]>;
  /** Those in force that have a claim in common with these verdicts. */
  readonly claiming: (claims: readonly string[]) => Promise<readonly Decision[]>;
  /** Ends a decision's effect on later runs. Returns false when it is not in force. */
  readonly withdraw: (id: string, withdrawn: Said) => Promise<boolean>;
  /** Notes what a run has made of decisions. */
  readonly note: (outcomes: ReadonlyMap<string, DecisionOutcome>) => Promise<void>;
  readonly get: (id: string) => Promise<Decision | null>;
  /** The ids that begin so, in order. */
  readonly idsFrom: (beginning: string, limit: number) => Promise<readonly string[]>;
  /** How many are in force. */
  readonly countInForce: () => Promise<number>;
  /** Those in force that the last run could not carry out, in id order. */
  readonly pageBlocked: (request: PageRequest) => Promise<Page<Decision>>;
  /** In id order. */
  readonly page: (state: 'active' | 'withdrawn', request: PageRequest) => Promise<Page<Decision>>;
  /** All that name one of these records, withdrawn ones included. */
  readonly ofRecords: (
    entity: Entity,
    ids: { readonly officerndIds: readonly string[]; readonly hubspotIds: readonly string[] },
  ) => Promise<readonly Decision[]>;
}

interface StoredOutcome {
  readonly run: string;
  readonly at: Date;
  readonly state: Result['state'];
  readonly obstacle: Obstacle | null;
  readonly about: readonly string[];
}

interface DecisionDocument extends StoredDocument, Said {
  readonly id: string;
  readonly entity: Entity;
  readonly kind: DecisionKind;
  /** Of a decision to ignore: the side of its record. */
  readonly side: Side | null;
  readonly officerndId: string | null;
  readonly hubspotId: string | null;
  readonly prefers: 'hubspot' | null;
  readonly claims: readonly string[];
  readonly state: 'active' | 'withdrawn';
  readonly review: string | null;
  readonly withdrawn: Said | null;
  readonly outcome: StoredOutcome | null;
}

const active: Pick<DecisionDocument, 'state'> = { state: 'active' };
const said = { by: schema.text, at: schema.date, note: schema.textOrNull };

export const decisionsSpec: schema.CollectionSpec = {
  name: 'decisions',
  fields: {
    id: schema.text,
    entity: schema.oneOf(entities),
    kind: schema.oneOf(decisionKinds),
    side: schema.oneOf([...sides, null]),
    officerndId: schema.textOrNull,
    hubspotId: schema.textOrNull,
    prefers: schema.oneOf(['hubspot', null]),
    claims: schema.texts,
    state: schema.oneOf(['active', 'withdrawn']),
    review: schema.textOrNull,
    ...said,
    withdrawn: schema.orNull(schema.object(said)),
    outcome: schema.orNull(
      schema.object({
        run: schema.text,
        at: schema.date,
        state: schema.oneOf(['done', 'blocked']),
        obstacle: schema.oneOf([...obstacles, null]),
        about: schema.texts,
      }),
    ),
  },
  indexes: [
    { name: 'inOrder', key: { tenant: 1, state: 1, entity: 1, id: 1 } },
    { name: 'byState', key: { tenant: 1, state: 1, id: 1 } },
    { name: 'byOutcome', key: { tenant: 1, state: 1, 'outcome.state': 1, id: 1 } },
    { name: 'oneWord', key: { tenant: 1, claims: 1 }, unique: true, partialFilterExpression: active },
    { name: 'byOfficerndId', key: { tenant: 1, entity: 1, officerndId: 1 } },
    { name: 'byHubSpotId', key: { tenant: 1, entity: 1, hubspotId: 1 } },
  ],
};

/** Claims that are asked for in one query. */
const AT_ONCE = 1_000;

/** The `decisions` of one tenant. Those in force stay; withdrawn ones are history and expire. */
export function createDecisions(scope: Scope): Decisions {
  const collection = scope.collection<DecisionDocument>('decisions');
  const { tenant } = scope;
  const all = async (filter: Filter<DecisionDocument>, hint: string): Promise<readonly Decision[]> =>
    (await collection.find({ tenant, ...filter }, { hint, ...inOneAnswer(AT_ONCE) }).toArray()).map(toDecision);
  const claiming: Decisions['claiming'] = async (claims) => {
    const found: Decision[] = [];
    for (const some of chunksOf(claims, AT_ONCE)) found.push(...(await all({ ...active, claims: { $in: some } }, 'oneWord')));
    return [...new Map(found.map((decision) => [decision.id, decision])).values()];
  };
  const pageOf = async (filter: Filter<DecisionDocument>, hint: string, request: PageRequest): Promise<Page<Decision>> => {
    const found = await collection
      .find({ tenant, ...filter, ...afterCursor('id', request) }, { hint, sort: { id: 1 }, limit: fetchLimit(request) })
      .toArray();
    return toPage(found, request, { cursorOf: ({ id }) => id, read: toDecision });
  };
  return {
    areAny: async () => (await collection.findOne({ tenant, ...active }, { hint: 'inOrder', projection: { _id: 1 } })) !== null,
    inForce: async (entity) => {
      const found = collection.find({ tenant, ...active, entity }, { hint: 'inOrder', sort: { id: 1 }, ...inOneAnswer(AT_ONCE) });
      return (await found.toArray()).map(toDecision);
    },
    claiming,
    add: async (decisions) => {
      if (decisions.length === 0) return [];
      const documents = decisions.map((decision) => toDocument(scope, decision));
      const claims = documents.flatMap((document) => document.claims);
      const known = await claiming(claims);
      if (known.length > 0) return known;
      try {
        await scope.transaction((session) => collection.insertMany(documents, { session }));
        return [];
      } catch (error) {
        if (!isRefused(error)) throw error;
        // Another person was faster.
        const faster = await claiming(claims);
        if (faster.length === 0) throw error;
        return faster;
      }
    },
    withdraw: async (id, withdrawn) => {
      const set = { state: 'withdrawn', withdrawn, expiresAt: scope.historyExpiry() } as const;
      return (await collection.updateOne({ _id: idIn(scope, id), ...active }, { $set: set })).modifiedCount > 0;
    },
    note: (outcomes) =>
      writeAll(
        collection,
        [...outcomes].map(([id, outcome]) => ({
          updateOne: { filter: { _id: idIn(scope, id) }, update: { $set: { outcome: toStored(outcome) } } },
        })),
      ),
    get: async (id) => {
      const found = await collection.findOne({ _id: idIn(scope, id) });
      return found === null ? null : toDecision(found);
    },
    idsFrom: async (beginning, limit) =>
      (
        await collection
          .find({ _id: beginningWith(idIn(scope, beginning)) }, { hint: '_id_', sort: { _id: 1 }, limit })
          .project<Pick<Decision, 'id'>>({ id: 1 })
          .toArray()
      ).map(({ id }) => id),
    countInForce: () => collection.countDocuments({ tenant, ...active }, { hint: 'byState' }),
    page: (state, request) => pageOf({ state }, 'byState', request),
    pageBlocked: (request) => pageOf({ ...active, 'outcome.state': 'blocked' }, 'byOutcome', request),
    ofRecords: async (entity, { officerndIds, hubspotIds }) => {
      const [ofOfficernd, ofHubSpot] = await Promise.all([
        officerndIds.length === 0 ? [] : all({ entity, officerndId: { $in: officerndIds } }, 'byOfficerndId'),
        hubspotIds.length === 0 ? [] : all({ entity, hubspotId: { $in: hubspotIds } }, 'byHubSpotId'),
      ]);
      return [...new Map([...ofOfficernd, ...ofHubSpot].map((decision) => [decision.id, decision])).values()];
    },
  };
}

/** Whether a unique index refused one of several documents. */
const isRefused = (error: unknown): boolean =>
  isDuplicateKey(error) || (error instanceof MongoBulkWriteError && error.code === DUPLICATE_KEY);

/** MongoDB's code for a document that a unique index refuses. */
const DUPLICATE_KEY = 11_000;

function toDocument(scope: Scope, { id, entity, verdict, by, at, note, review, withdrawn, outcome }: Decision): DecisionDocument {
  return {
    ...headerOf(scope, id, scope.expiry()),
    id,
    entity,
    kind: verdict.kind,
    side: verdict.kind === 'ignore' ? verdict.side : null,
    ...recordsOf(verdict),
    prefers: verdict.kind === 'link' ? verdict.prefers : null,
    claims: claimsOf(entity, verdict),
    state: withdrawn === null ? 'active' : 'withdrawn',
    by,
    at,
    note,
    review,
    withdrawn,
    outcome: outcome === null ? null : toStored(outcome),
  };
}

const toStored = ({ run, at, result }: DecisionOutcome): StoredOutcome => ({
  run,
  at,
  state: result.state,
  obstacle: result.state === 'blocked' ? result.obstacle : null,
  about: result.state === 'blocked' ? result.about : [],
});

const toDecision = (document: DecisionDocument): Decision => ({
  id: document.id,
  entity: document.entity,
  verdict: toVerdict(document),
  by: document.by,
  at: document.at,
  note: document.note,
  review: document.review,
  withdrawn: document.withdrawn,
  outcome: document.outcome === null ? null : toOutcome(document.outcome),
});

function toVerdict({ kind, side, officerndId, hubspotId, prefers }: DecisionDocument): Verdict {
  const [ofOfficernd, ofHubSpot] = [officerndId ?? '', hubspotId ?? ''];
  switch (kind) {
    case 'link':
      return { kind, officerndId: ofOfficernd, hubspotId: ofHubSpot, prefers };
    case 'keep-apart':
      return { kind, officerndId: ofOfficernd, hubspotId: ofHubSpot };
    case 'create':
      return { kind, hubspotId: ofHubSpot };
    case 'ignore':
      return side === 'officernd' ? { kind, side, id: ofOfficernd } : { kind, side: 'hubspot', id: ofHubSpot };
  }
}

const toOutcome = ({ run, at, state, obstacle, about }: StoredOutcome): DecisionOutcome => ({
  run,
  at,
  result: state === 'done' || obstacle === null ? { state: 'done' } : { state: 'blocked', obstacle, about },
});
