import { entities } from '../domain/entity';
import type { Entity } from '../domain/entity';
import type { Effect } from '../domain/proposal';
import { effectHash } from './content-hash';
import { afterCursor, fetchLimit, inOneAnswer, toPage } from './paging';
import type { Page, PageRequest } from './paging';
import * as schema from './schema';
import type { Scope, StoredDocument } from './scope';
import { headerOf } from './scope';
import { fromChange, operationKinds, storedChange, toChange } from './stored-change';
import type { StoredChange } from './stored-change';
import { writeAll } from './writes';

/** `heldEffects`: the lists of proposals, one document for each effect. They outlive the operations of the run that planned them. */
export interface HeldEffects {
  /** Stores effects of a proposal. Repeating is harmless. */
  readonly add: (proposal: string, effects: readonly Effect[], expiresAt: Date) => Promise<void>;
  /** In the order of their hashes. */
  readonly page: (proposal: string, request: PageRequest) => Promise<Page<Effect>>;
  /** The hashes of all effects of these proposals. */
  readonly hashes: (proposals: readonly string[]) => Promise<ReadonlySet<string>>;
  /** The effects on any of these records, of whatever proposal. */
  readonly ofRecords: (
    entity: Entity,
    ids: { readonly officerndIds: readonly string[]; readonly hubspotIds: readonly string[] },
  ) => Promise<readonly ListedEffect[]>;
  readonly keepUntil: (proposals: readonly string[], expiresAt: Date) => Promise<void>;
}

/** An effect, and the proposal that it is on. */
export interface ListedEffect {
  readonly proposal: string;
  readonly effect: Effect;
}

interface HeldEffectDocument extends StoredDocument, Omit<Effect, 'fields' | 'officerndId' | 'hubspotId'> {
  readonly proposal: string;
  readonly hash: string;
  readonly officerndId: string | null;
  readonly hubspotId: string | null;
  readonly fields: readonly StoredChange[];
}

export const heldEffectsSpec: schema.CollectionSpec = {
  name: 'heldEffects',
  fields: {
    proposal: schema.text,
    hash: schema.text,
    entity: schema.oneOf(entities),
    kind: schema.oneOf(operationKinds),
    officerndId: schema.textOrNull,
    hubspotId: schema.textOrNull,
    reason: schema.text,
    fields: schema.listOf(storedChange),
  },
  indexes: [
    { name: 'ofProposal', key: { tenant: 1, proposal: 1, hash: 1 } },
    { name: 'ofHubSpotRecord', key: { tenant: 1, hubspotId: 1 } },
    { name: 'ofOfficerndRecord', key: { tenant: 1, officerndId: 1 } },
  ],
};

/** The `heldEffects` of one tenant. */
export function createHeldEffects(scope: Scope): HeldEffects {
  const collection = scope.collection<HeldEffectDocument>('heldEffects');
  const { tenant } = scope;
  return {
    add: (proposal, effects, expiresAt) =>
      writeAll(
        collection,
        effects.map((effect) => {
          const { _id, ...replacement } = toDocument(scope, { proposal, effect, expiresAt });
          return { replaceOne: { filter: { _id }, replacement, upsert: true } };
        }),
      ),
    page: async (proposal, request) => {
      const found = await collection
        .find(
          { tenant, proposal, ...afterCursor('hash', request) },
          { hint: 'ofProposal', sort: { hash: 1 }, limit: fetchLimit(request), ...inOneAnswer(fetchLimit(request)) },
        )
        .toArray();
      return toPage(found, request, { cursorOf: ({ hash }) => hash, read: toEffect });
    },
    hashes: async (proposals) => {
      if (proposals.length === 0) return new Set();
      const found = collection
        .find({ tenant, proposal: { $in: proposals } }, { hint: 'ofProposal' })
        .project<Pick<HeldEffectDocument, 'hash'>>({ _id: 0, hash: 1 });
      return new Set((await found.toArray()).map(({ hash }) => hash));
    },
    ofRecords: async (entity, { officerndIds, hubspotIds }) => {
      const found = await Promise.all([
        collection.find({ tenant, entity, hubspotId: { $in: hubspotIds } }, { hint: 'ofHubSpotRecord' }).toArray(),
        collection.find({ tenant, entity, officerndId: { $in: officerndIds } }, { hint: 'ofOfficerndRecord' }).toArray(),
      ]);
      const each = new Map(found.flat().map((document) => [document._id, document]));
      return [...each.values()].map((document) => ({ proposal: document.proposal, effect: toEffect(document) }));
    },
    keepUntil: async (proposals, expiresAt) => {
      await collection.updateMany({ tenant, proposal: { $in: proposals } }, { $set: { expiresAt } });
    },
  };
}

interface Held {
  readonly proposal: string;
  readonly effect: Effect;
  readonly expiresAt: Date;
}

function toDocument(scope: Scope, { proposal, effect, expiresAt }: Held): HeldEffectDocument {
  const { entity, kind, officerndId, hubspotId, reason, fields } = effect;
  const hash = effectHash(effect);
  return {
    ...headerOf(scope, `${proposal}/${hash}`, expiresAt),
    proposal,
    hash,
    entity,
    kind,
    officerndId,
    hubspotId,
    reason,
    fields: fields.map(toChange),
  };
}

const toEffect = ({ entity, kind, officerndId, hubspotId, reason, fields }: HeldEffectDocument): Effect => ({
  entity,
  kind,
  officerndId,
  hubspotId,
  reason,
  fields: fields.map(fromChange),
});
