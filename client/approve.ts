import { basisOf } from '../config/proposal-basis';
import { parseTenantConfig } from '../config/tenant-file';
import type { Entity } from '../domain/entity';
import type { SyncMode } from '../domain/report';
import type { Undoing } from '../domain/undoing';
import { isStale } from '../domain/proposal';
import type { Proposal, ProposalBasis } from '../domain/proposal';
import { heldIn } from '../store/proposal-facts';
import { isCarriedOut } from '../store/proposals';
import type { Store, TenantStore } from '../store/store';
import { findRun } from './runs/find-run';

/** Thrown when there is no list that a person's word could be for, or it is no longer good. The message says why, and what to do. */
export class ApprovalRefusedError extends Error {
  override readonly name = 'ApprovalRefusedError';

  constructor(
    readonly kind:
      | 'unknown-proposal'
      | 'unknown-preview'
      | 'no-preview'
      | 'unfinished'
      | 'nothing-held'
      | 'expired'
      | 'carried-out'
      | 'stale',
    message: string,
  ) {
    super(message);
  }
}

/** P2: the proposals that a person has approved. */
export interface ApprovedProposals {
  readonly proposals: readonly string[];
  /** The number of effects in all of them. */
  readonly operations: number;
}

/** The proposals that were approved, and the entities of the run that has to follow. */
interface Recorded extends ApprovedProposals {
  readonly demand: {
    /** Null means all that the tenant has configured. */
    readonly entities: readonly Entity[] | null;
    /** X3: a list of a run that takes back is done by another such run. */
    readonly mode?: SyncMode;
    readonly undoes?: Undoing;
  };
}

export interface ApprovalRecord {
  readonly by: string;
  readonly note: string | null;
  readonly at: Date;
}

/**
 * P2: records the approval of a proposal, or of all that a run ended with. Nothing is done yet: that takes a run that begins now. Approving
 * once more what is approved changes nothing, so an interrupted approval may be repeated. Throws `ApprovalRefusedError`.
 * @param named the id of a proposal or of a run, and whether that run is under way
 */
export async function approveIn(
  store: Store,
  tenant: string,
  named: { readonly id: string; readonly isUnderWay: boolean },
  { by, note, at }: ApprovalRecord,
): Promise<Recorded> {
  const kept = store.forTenant(tenant);
  const { ids, ofRun } = await proposalsOf(store, tenant, named);
  const basis = await presentBasis(store, tenant);
  const found = new Map((await kept.proposals.byIds(ids)).map((proposal) => [proposal.id, proposal]));
  const judged = await Promise.all(
    ids.map(async (one) => {
      const proposal = found.get(one);
      return { proposal, refusal: proposal === undefined ? expired(tenant, one) : await refusalOf(kept, tenant, proposal, basis, at) };
    }),
  );
  const good = judged.flatMap(({ proposal, refusal }) => (proposal === undefined || refusal !== null ? [] : [proposal]));
  const [refused] = judged.flatMap(({ refusal }) => refusal ?? []);
  if (refused !== undefined && (ofRun === null || good.length === 0)) throw refused;
  const proposals = good.map((proposal) => proposal.id);
  const latest = await kept.runs.latest();
  await kept.proposals.approve(proposals, { by, at, note, afterRunOf: latest?.startedAt ?? null });
  const undoes = good.find((proposal) => proposal.undoes !== undefined)?.undoes;
  const again = undoes === undefined ? {} : { mode: 'incremental' as const, undoes };
  return { proposals, operations: good.reduce((sum, { operations }) => sum + operations, 0), demand: { entities: ofRun, ...again } };
}

/** The proposals that an id names: one, or those of a run. `ofRun` are that run's entities. */
async function proposalsOf(
  store: Store,
  tenant: string,
  { id, isUnderWay }: { readonly id: string; readonly isUnderWay: boolean },
): Promise<{ readonly ids: readonly string[]; readonly ofRun: readonly Entity[] | null }> {
  const kept = store.forTenant(tenant);
  if ((await kept.proposals.get(id)) !== null) return { ids: [id], ofRun: null };
  const found = await findRun(kept, id);
  if (found !== null) {
    const held = heldIn(await found.store.runs.facts(id));
    if (held.length === 0) throw nothingHeld(tenant, id);
    return { ids: held.map((one) => one.id), ofRun: found.run.entities };
  }
  // A run of which nothing is stored holds nothing, but it is not unknown.
  if (isUnderWay) throw nothingHeld(tenant, id);
  for (const aside of await store.pairs.aside(tenant)) {
    if ((await store.forTenant(aside).proposals.get(id)) !== null) throw ofOtherPair(tenant, id);
  }
  throw new ApprovalRefusedError(
    'unknown-proposal',
    `${tenant} has no proposal and no run ${id}; "orsync status ${tenant}" lists what is held now.`,
  );
}

/** The pair and the configuration that a list has to belong to now (P2). Null where the configuration was removed. */
export async function presentBasis({ tenants }: Store, tenant: string): Promise<ProposalBasis | null> {
  const stored = await tenants.get(tenant);
  return stored === null ? null : basisOf(parseTenantConfig(stored.config, `tenant ${tenant}`), stored);
}

/** Why a proposal can't be approved now, or null. */
async function refusalOf(
  { runs }: TenantStore,
  tenant: string,
  proposal: Proposal,
  present: ProposalBasis | null,
  now: Date,
): Promise<ApprovalRefusedError | null> {
  const { id, basis, state, validUntil } = proposal;
  if (state === 'done' || (state === 'approved' && (await isCarriedOut(runs, proposal)))) {
    return new ApprovalRefusedError(
      'carried-out',
      `Proposal ${id} has been approved and carried out already; "orsync status ${tenant}" lists what is held now.`,
    );
  }
  if (present === null || present.pair !== basis.pair) return ofOtherPair(tenant, id);
  if (isStale({ basis }, present)) {
    return new ApprovalRefusedError(
      'stale',
      `Proposal ${id} was made before the configuration of ${tenant} changed. Run "orsync sync ${tenant}", and approve what that holds.`,
    );
  }
  return state === 'open' && validUntil <= now ? expired(tenant, id) : null;
}

const ofOtherPair = (tenant: string, id: string): ApprovalRefusedError =>
  new ApprovalRefusedError(
    'stale',
    `Proposal ${id} belongs to another organisation or portal than ${tenant} has now. Run "orsync sync ${tenant}", and approve what that holds.`,
  );

const expired = (tenant: string, id: string): ApprovalRefusedError =>
  new ApprovalRefusedError(
    'expired',
    `Proposal ${id} has expired: a list can be approved for 14 days. Run "orsync sync ${tenant}", and approve what that holds.`,
  );

const nothingHeld = (tenant: string, run: string): ApprovalRefusedError =>
  new ApprovalRefusedError(
    'nothing-held',
    `Run ${run} holds no changes that wait for approval; "orsync status ${tenant}" shows its state.`,
  );
