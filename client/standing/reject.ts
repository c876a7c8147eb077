import { partNames } from '../../domain/part-of-list';
import type { Part } from '../../domain/part-of-list';
import type { Verdict } from '../../domain/verdict';
import { everyItem } from '../../store/paging';
import type { Store, TenantStore } from '../../store/store';
import type { ApprovalRecord } from '../approve';
import { waitingProposals } from '../runs/held';
import { ApprovalRefusedError, namedProposals } from './named-proposals';
import type { Meant } from './named-proposals';
import { choose, verdictsOn } from './parts';

/** P2: what a person has rejected. */
export interface RejectedProposals {
  readonly proposals: readonly string[];
  /** The number of effects that are rejected. */
  readonly operations: number;
  /** The number of effects of these proposals that nobody has decided about. They are held until somebody has. */
  readonly left: number;
}

const everything: Part = { entities: null, ids: null };

/**
 * P2: records that a person wants nothing of a proposal, of all that a run ended with, or of a part of it. No run does these effects, and none
 * proposes them again, until something about them has changed. Throws `ApprovalRefusedError`.
 */
export async function rejectIn(
  store: Store,
  tenant: string,
  meant: Meant,
  { by, note, at }: ApprovalRecord,
  part: Part | null = null,
): Promise<RejectedProposals> {
  const kept = store.forTenant(tenant);
  const { proposals } = await namedProposals(store, tenant, meant, { at, waiting: () => waitingProposals(kept) });
  const { lists } = await choose(kept, tenant, proposals, part ?? everything);
  const imports = lists.filter(({ proposal }) => proposal.kind === 'import');
  if (imports.some(({ rest }) => rest.length > 0))
    throw new ApprovalRefusedError(
      'nothing-named',
      'A list of links to import is rejected as a whole. To leave some out, approve the others.',
    );
  await kept.proposals.finish(imports.map(({ proposal }) => proposal.id));
  for (const { proposal, taken, rest } of lists) {
    await kept.verdicts.put([
      ...verdictsOn(proposal, rest, 'waiting', { by, at, note }),
      ...verdictsOn(proposal, taken, 'rejected', { by, at, note }),
    ]);
  }
  return {
    proposals: lists.map(({ proposal }) => proposal.id),
    operations: lists.reduce((sum, { taken }) => sum + taken.length, 0),
    left: lists.reduce((sum, { rest }) => sum + rest.length, 0),
  };
}

/** Everything that stands as rejected. */
export const rejectedNow = (kept: TenantStore): Promise<readonly Verdict[]> =>
  everyItem<Verdict>((request) => kept.verdicts.page('rejected', request));

/** Takes rejections back: the next run proposes these effects again, whatever their number is. Returns how many they are. */
export async function withdrawRejections(kept: TenantStore, part: Part, { by, note, at }: ApprovalRecord): Promise<number> {
  const isNamed = partNames(part);
  const meant = (await rejectedNow(kept)).filter(({ effect }) => isNamed(effect));
  await kept.verdicts.put(meant.map((verdict) => ({ ...verdict, verdict: 'waiting', by, note, at })));
  return meant.length;
}
