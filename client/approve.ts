import type { Entity } from '../domain/entity';
import type { SyncMode } from '../domain/report';
import type { Undoing } from '../domain/undoing';
import type { Part } from '../domain/part-of-list';
import type { Store } from '../store/store';
import { namedProposals } from './standing/named-proposals';
import type { Meant } from './standing/named-proposals';
import { choose, setPart } from './standing/parts';
import { waitingProposals } from './runs/held';

export { ApprovalRefusedError, presentBasis } from './standing/named-proposals';

/** P2: the proposals that a person has approved, or of which a part was. */
export interface ApprovedProposals {
  readonly proposals: readonly string[];
  /** The number of effects in all of them that are approved. */
  readonly operations: number;
  /** The number of effects of these proposals that nobody has decided about. They are held until somebody has. */
  readonly left?: number;
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
 * P2: records the approval of a proposal, of all that a run ended with, or of a part of it. Nothing is done yet: that takes a run that begins
 * now. Approving once more what is approved changes nothing, so an interrupted approval may be repeated. Throws `ApprovalRefusedError`.
 * @param part null means everything that nobody has rejected
 */
export async function approveIn(
  store: Store,
  tenant: string,
  meant: Meant,
  { by, note, at }: ApprovalRecord,
  part: Part | null = null,
): Promise<Recorded> {
  const kept = store.forTenant(tenant);
  const { proposals, entities } = await namedProposals(store, tenant, meant, { at, waiting: () => waitingProposals(kept) });
  const ids = proposals.map(({ id }) => id);
  const latest = await kept.runs.latest();
  const approval = { by, at, note, afterRunOf: latest?.startedAt ?? null };
  const undoes = proposals.find((proposal) => proposal.undoes !== undefined)?.undoes;
  const demand = { entities, ...(undoes !== undefined && { mode: 'incremental' as const, undoes }) };
  if (part === null) {
    await kept.proposals.approve(ids, approval);
    return { proposals: ids, operations: proposals.reduce((sum, { operations }) => sum + operations, 0), demand };
  }
  const chosen = await choose(kept, tenant, proposals, part);
  for (const one of chosen.lists) await setPart(kept, tenant, one, approval);
  return {
    proposals: chosen.lists.map(({ proposal }) => proposal.id),
    operations: chosen.lists.reduce((sum, { taken }) => sum + taken.length, 0),
    left: chosen.lists.reduce((sum, { rest }) => sum + rest.length, 0),
    demand,
  };
}
