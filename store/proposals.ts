import { entities } from '../domain/entity';
import type { Entity } from '../domain/entity';
import { phases } from '../domain/operation';
import { brakeKinds, proposalIdOf, proposalStates } from '../domain/proposal';
import type { Approval, BrakeKind, Proposal, ProposalKind } from '../domain/proposal';
import { beginningWith } from './paging';
import type { Runs } from './runs';
import * as schema from './schema';
import type { Scope, StoredDocument } from './scope';
import { headerOf, idIn } from './scope';
import { createHeldEffects } from './held-effects';
import type { HeldEffects } from './held-effects';

/** `proposals`: the lists that brakes hold or that are to be imported, and who approved them (P1, P2). */
export interface Proposals {
  /** Opens a proposal whose effects are stored. One that is open or approved stays as it is; one that is done is open again. */
  readonly open: (proposal: NewProposal) => Promise<void>;
  readonly get: (id: string) => Promise<Proposal | null>;
  readonly byIds: (ids: readonly string[]) => Promise<readonly Proposal[]>;
  /** The ids of proposals that begin so, in order. */
  readonly idsFrom: (beginning: string, limit: number) => Promise<readonly string[]>;
  /** Those of a kind that a person has approved. */
  readonly approved: (kind: ProposalKind, entity: Entity) => Promise<readonly Proposal[]>;
  /** Records who approved these proposals, where nobody has yet. They are kept from now on as long as other history. */
  readonly approve: (ids: readonly string[], approval: Approval) => Promise<void>;
  /** Notes that approved proposals have been carried out. */
  readonly finish: (ids: readonly string[]) => Promise<void>;
  readonly effects: HeldEffects;
}

/** A proposal as a run makes it. */
export type NewProposal = Pick<
  Proposal,
  'digest' | 'kind' | 'phase' | 'entity' | 'operations' | 'basis' | 'openedAt' | 'validUntil' | 'undoes'
>;

interface ProposalDocument extends StoredDocument, Omit<Proposal, 'kind'> {
  readonly kind: BrakeKind;
  /** An import. Its `kind` is one that the release before knows: none of its effects is one that a brake would ask for. */
  readonly imports?: true;
}

const basis = schema.object({ pair: schema.text, configuration: schema.text });
const approval = schema.object({ by: schema.text, at: schema.date, note: schema.textOrNull, afterRunOf: schema.dateOrNull });

export const proposalsSpec: schema.CollectionSpec = {
  name: 'proposals',
  fields: {
    id: schema.text,
    digest: schema.text,
    kind: schema.oneOf(brakeKinds),
    phase: schema.oneOf(phases),
    entity: schema.oneOf(entities),
    operations: schema.count,
    state: schema.oneOf(proposalStates),
    basis,
    openedAt: schema.date,
    validUntil: schema.date,
    approval: schema.orNull(approval),
  },
  optional: { imports: schema.flag, undoes: { bsonType: 'object' } },
  indexes: [{ name: 'byKind', key: { tenant: 1, kind: 1, entity: 1, state: 1 } }],
};

/** The `proposals` of one tenant. Open ones expire when they can't be approved any more. */
export function createProposals(scope: Scope): Proposals {
  const collection = scope.collection<ProposalDocument>('proposals');
  const { tenant } = scope;
  const effects = createHeldEffects(scope);
  const idsOf = (ids: readonly string[]) => ({ _id: { $in: ids.map((id) => idIn(scope, id)) } });
  return {
    open: async ({ digest, kind, phase, entity, operations, basis: of, openedAt, validUntil, undoes }) => {
      const id = proposalIdOf(digest);
      const { _id, ...header } = headerOf(scope, id, validUntil);
      const more = undoes === undefined ? {} : { undoes };
      const known = { id, digest, ...storedKind(kind), phase, entity, operations, basis: of, openedAt, validUntil };
      const fresh = { ...header, ...known, approval: null, ...more };
      await collection.deleteOne({ _id, $or: [{ state: 'done' }, { state: 'open', validUntil: { $lte: openedAt } }] });
      await collection.updateOne({ _id }, { $setOnInsert: { ...fresh, state: 'open' } }, { upsert: true });
    },
    get: async (id) => {
      const found = await collection.findOne({ _id: idIn(scope, id) });
      return found === null ? null : toProposal(found);
    },
    byIds: async (ids) => (ids.length === 0 ? [] : (await collection.find(idsOf(ids)).toArray()).map(toProposal)),
    idsFrom: async (beginning, limit) =>
      (
        await collection
          .find({ _id: beginningWith(idIn(scope, beginning)) }, { hint: '_id_', sort: { _id: 1 }, limit })
          .project<Pick<Proposal, 'id'>>({ id: 1 })
          .toArray()
      ).map(({ id }) => id),
    approved: async (kind, entity) => {
      const ofKind = { kind: storedKind(kind).kind, imports: kind === 'import' ? true : { $exists: false } } as const;
      return (await collection.find({ tenant, ...ofKind, entity, state: 'approved' }, { hint: 'byKind' }).toArray()).map(toProposal);
    },
    approve: async (ids, given) => {
      const expiresAt = scope.historyExpiry();
      // The effects first: they are needed for as long as the approval.
      await effects.keepUntil(ids, expiresAt);
      await collection.updateMany({ ...idsOf(ids), state: 'open' }, { $set: { state: 'approved', approval: given, expiresAt } });
    },
    finish: async (ids) => {
      if (ids.length > 0) await collection.updateMany({ ...idsOf(ids), state: 'approved' }, { $set: { state: 'done' } });
    },
    effects,
  };
}

/**
 * Whether a run has read everything since the approval. It has done what it could of the list, so the rest needs another approval (P2). A list
 * of a run that takes back is done by such a run, which says so itself.
 */
export const isCarriedOut = async (
  { hasReadAllSince }: Pick<Runs, 'hasReadAllSince'>,
  { entity, approval, undoes }: Pick<Proposal, 'entity' | 'approval' | 'undoes'>,
): Promise<boolean> => undoes === undefined && hasReadAllSince(entity, approval?.afterRunOf ?? null);

const storedKind = (kind: ProposalKind): Pick<ProposalDocument, 'kind' | 'imports'> =>
  kind === 'import' ? { kind: 'create', imports: true } : { kind };

const toProposal = (stored: ProposalDocument): Proposal => ({
  id: stored.id,
  digest: stored.digest,
  kind: stored.imports === true ? 'import' : stored.kind,
  phase: stored.phase,
  entity: stored.entity,
  operations: stored.operations,
  state: stored.state,
  basis: stored.basis,
  openedAt: stored.openedAt,
  validUntil: stored.validUntil,
  approval: stored.approval,
  ...(stored.undoes !== undefined && { undoes: stored.undoes }),
});
