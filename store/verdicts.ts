import { entities } from '../domain/entity';
import type { Entity } from '../domain/entity';
import { brakeKinds } from '../domain/proposal';
import type { BrakeKind } from '../domain/proposal';
import { verdictKinds } from '../domain/verdict';
import type { Verdict, VerdictKind, Verdicts as VerdictSets } from '../domain/verdict';
import { afterCursor, fetchLimit, toPage } from './paging';
import type { Page, PageRequest } from './paging';
import * as schema from './schema';
import type { Scope, StoredDocument } from './scope';
import { headerOf, idIn } from './scope';
import { operationKinds } from './stored-change';
import { writeAll } from './writes';

/** `verdicts`: a person's word about single effects of proposals, one document for each effect (P2). */
export interface VerdictStore {
  /** Records verdicts, in place of earlier ones about the same effects. */
  readonly put: (verdicts: readonly Verdict[]) => Promise<void>;
  /** The standing verdicts of a brake and entity. */
  readonly of: (brake: BrakeKind, entity: Entity) => Promise<VerdictSets>;
  /** Those of these effects that are rejected. */
  readonly rejectedAmong: (hashes: readonly string[]) => Promise<ReadonlySet<string>>;
  /** Takes standing verdicts back; they stay as history. Returns how many. */
  readonly end: (hashes: readonly string[]) => Promise<number>;
  /** Whether there is any standing verdict. */
  readonly any: () => Promise<boolean>;
  /** Notes that this run has planned these effects. */
  readonly seen: (run: string, hashes: readonly string[]) => Promise<void>;
  /** Ends the verdicts of these entities from before this moment that the run has not planned again: their case is over. */
  readonly endUnseen: (run: string, of: readonly Entity[], before: Date) => Promise<number>;
  /** Standing verdicts of one kind, in the order of their hashes. */
  readonly page: (kind: VerdictKind, request: PageRequest) => Promise<Page<Verdict>>;
}

interface VerdictDocument extends StoredDocument, Omit<Verdict, 'effect' | 'fields'> {
  readonly entity: Entity;
  readonly kind: Verdict['effect']['kind'];
  readonly officerndId: string | null;
  readonly hubspotId: string | null;
  readonly reason: string;
  readonly fields: readonly string[];
  readonly isOver: boolean;
  /** The last run that has planned the effect, or the proposal's id before any has. */
  readonly seenRun: string;
}

export const verdictsSpec: schema.CollectionSpec = {
  name: 'verdicts',
  fields: {
    hash: schema.text,
    verdict: schema.oneOf(verdictKinds),
    brake: schema.oneOf(brakeKinds),
    proposal: schema.text,
    entity: schema.oneOf(entities),
    kind: schema.oneOf(operationKinds),
    officerndId: schema.textOrNull,
    hubspotId: schema.textOrNull,
    reason: schema.text,
    fields: schema.texts,
    by: schema.text,
    at: schema.date,
    note: schema.textOrNull,
    isOver: schema.flag,
    seenRun: schema.text,
  },
  indexes: [
    { name: 'byBrake', key: { tenant: 1, isOver: 1, entity: 1, brake: 1 } },
    { name: 'inOrder', key: { tenant: 1, isOver: 1, verdict: 1, hash: 1 } },
  ],
};

/** The `verdicts` of one tenant. Those that are over are history and expire. */
export function createVerdicts(scope: Scope): VerdictStore {
  const collection = scope.collection<VerdictDocument>('verdicts');
  const { tenant } = scope;
  const named = (hashes: readonly string[]) => ({ _id: { $in: hashes.map((hash) => idIn(scope, hash)) } });
  const over = () => ({ $set: { isOver: true, expiresAt: scope.historyExpiry() } });
  return {
    put: (verdicts) =>
      writeAll(
        collection,
        verdicts.map((verdict) => {
          const { _id, ...replacement } = toDocument(scope, verdict);
          return { replaceOne: { filter: { _id }, replacement, upsert: true } };
        }),
      ),
    of: async (brake, entity) => {
      const found = await collection
        .find({ tenant, isOver: false, entity, brake }, { hint: 'byBrake' })
        .project<Pick<VerdictDocument, 'hash' | 'verdict'>>({ _id: 0, hash: 1, verdict: 1 })
        .toArray();
      const of = (kind: VerdictKind) => new Set(found.filter(({ verdict }) => verdict === kind).map(({ hash }) => hash));
      return { rejected: of('rejected'), waiting: of('waiting') };
    },
    rejectedAmong: async (hashes) => {
      if (hashes.length === 0) return new Set();
      const found = await collection.find({ ...named(hashes), isOver: false, verdict: 'rejected' }, { hint: '_id_' }).toArray();
      return new Set(found.map(({ hash }) => hash));
    },
    end: async (hashes) =>
      hashes.length === 0 ? 0 : (await collection.updateMany({ ...named(hashes), isOver: false }, over())).modifiedCount,
    any: async () => (await collection.findOne({ tenant, isOver: false }, { hint: 'byBrake' })) !== null,
    seen: async (run, hashes) => {
      if (hashes.length > 0) await collection.updateMany(named(hashes), { $set: { seenRun: run } });
    },
    endUnseen: async (run, of, before) => {
      const unseen = { tenant, isOver: false, entity: { $in: of }, seenRun: { $ne: run }, at: { $lt: before } };
      return (await collection.updateMany(unseen, over(), { hint: 'byBrake' })).modifiedCount;
    },
    page: async (kind, request) => {
      const found = await collection
        .find(
          { tenant, isOver: false, verdict: kind, ...afterCursor('hash', request) },
          { hint: 'inOrder', sort: { hash: 1 }, limit: fetchLimit(request) },
        )
        .toArray();
      return toPage(found, request, { cursorOf: ({ hash }) => hash, read: toVerdict });
    },
  };
}

const toDocument = (scope: Scope, { hash, verdict, brake, proposal, effect, fields, by, at, note }: Verdict): VerdictDocument => ({
  ...headerOf(scope, hash, scope.expiry()),
  hash,
  verdict,
  brake,
  proposal,
  entity: effect.entity,
  kind: effect.kind,
  officerndId: effect.officerndId,
  hubspotId: effect.hubspotId,
  reason: effect.reason,
  fields,
  by,
  at,
  note,
  isOver: false,
  seenRun: proposal,
});

const toVerdict = ({
  hash,
  verdict,
  brake,
  proposal,
  entity,
  kind,
  officerndId,
  hubspotId,
  reason,
  fields,
  by,
  at,
  note,
}: VerdictDocument) => ({
  hash,
  verdict,
  brake,
  proposal,
  effect: { entity, kind, officerndId, hubspotId, reason },
  fields,
  by,
  at,
  note,
});
