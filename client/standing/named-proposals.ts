import { basisOf } from '../../config/proposal-basis';
import { parseTenantConfig } from '../../config/tenant-file';
import type { Entity } from '../../domain/entity';
import { asLabel } from '../../domain/printable';
import { isStale } from '../../domain/proposal';
import type { Proposal, ProposalBasis } from '../../domain/proposal';
import { heldIn } from '../../store/proposal-facts';
import { isCarriedOut } from '../../store/proposals';
import type { Store, TenantStore } from '../../store/store';
import { idBeginningWith } from '../runs/by-beginning';
import { findRun } from '../runs/find-run';

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
      | 'stale'
      | 'several'
      | 'nothing-named'
      | 'unknown-records',
    message: string,
  ) {
    super(message);
  }
}

/** The proposals that a person means, and the entities of the run that has to follow. */
export interface NamedProposals {
  readonly proposals: readonly Proposal[];
  /** Null means all that the tenant has configured. */
  readonly entities: readonly Entity[] | null;
}

/** The id of a proposal or of a run, or the beginning of one, and whether that run is under way. Null means the only proposal that waits. */
export interface Meant {
  readonly id: string | null;
  readonly isUnderWay: boolean;
}

/** The proposals that a person means, as far as they can be decided about now. Throws `ApprovalRefusedError` where none can. */
export async function namedProposals(
  store: Store,
  tenant: string,
  { id, isUnderWay }: Meant,
  { at, waiting }: { readonly at: Date; readonly waiting: () => Promise<readonly string[]> },
): Promise<NamedProposals> {
  const kept = store.forTenant(tenant);
  const { ids, ofRun } = await proposalsOf(store, tenant, { id: id ?? onlyOne(tenant, await waiting()), isUnderWay });
  const basis = await presentBasis(store, tenant);
  const found = new Map((await kept.proposals.byIds(ids)).map((proposal) => [proposal.id, proposal]));
  const judged = await Promise.all(
    ids.map(async (one) => {
      const proposal = found.get(one);
      return { proposal, refusal: proposal === undefined ? expired(tenant, one) : await refusalOf(kept, tenant, proposal, basis, at) };
    }),
  );
  const proposals = judged.flatMap(({ proposal, refusal }) => (proposal === undefined || refusal !== null ? [] : [proposal]));
  const [refused] = judged.flatMap(({ refusal }) => refusal ?? []);
  if (refused !== undefined && (ofRun === null || proposals.length === 0)) throw refused;
  return { proposals, entities: ofRun };
}

function onlyOne(tenant: string, waiting: readonly string[]): string {
  const [only, ...others] = waiting;
  if (only !== undefined && others.length === 0) return only;
  throw only === undefined
    ? new ApprovalRefusedError('nothing-held', `Nothing of ${tenant} waits for an approval; "orsync status ${tenant}" shows its state.`)
    : new ApprovalRefusedError(
        'several',
        `Several proposals of ${tenant} wait, so name one: ${waiting.map((id) => asLabel(id)).join(', ')}.`,
      );
}

/** The proposals that an id names: one, or those of a run. `ofRun` are that run's entities. */
async function proposalsOf(
  store: Store,
  tenant: string,
  { id, isUnderWay }: { readonly id: string; readonly isUnderWay: boolean },
): Promise<{ readonly ids: readonly string[]; readonly ofRun: readonly Entity[] | null }> {
  const kept = store.forTenant(tenant);
  const meant = await idBeginningWith(id, [kept.proposals.idsFrom, kept.runs.idsFrom]);
  if (meant !== null && (await kept.proposals.get(meant)) !== null) return { ids: [meant], ofRun: null };
  const found = await findRun(kept, meant ?? id);
  if (found !== null) {
    const held = heldIn(await found.store.runs.facts(found.run.id));
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
      `Proposal ${id} was made before the configuration of ${tenant} changed. ${renewal(tenant, proposal)}`,
    );
  }
  return state === 'open' && validUntil <= now ? expired(tenant, id, renewal(tenant, proposal)) : null;
}

const ofOtherPair = (tenant: string, id: string): ApprovalRefusedError =>
  new ApprovalRefusedError(
    'stale',
    `Proposal ${id} belongs to another organisation or portal than ${tenant} has now. Run "orsync sync ${tenant}", and approve what that holds.`,
  );

/** How to get a list that can be approved again. */
const renewal = (tenant: string, { kind }: Pick<Proposal, 'kind'>): string =>
  kind === 'import'
    ? `Run "orsync import ${tenant} links FILE" once more, and approve what that proposes.`
    : `Run "orsync sync ${tenant}", and approve what that holds.`;

const expired = (tenant: string, id: string, remedy = renewal(tenant, { kind: 'unlink' })): ApprovalRefusedError =>
  new ApprovalRefusedError('expired', `Proposal ${id} has expired: a list can be approved for 14 days. ${remedy}`);

const nothingHeld = (tenant: string, run: string): ApprovalRefusedError =>
  new ApprovalRefusedError(
    'nothing-held',
    `Run ${run} holds no changes that wait for approval; "orsync status ${tenant}" shows its state.`,
  );
