import { isDeepStrictEqual } from 'node:util';
import { createsNeedApproval, unlinkNeedsApproval } from '../domain/brake';
import type { Entity } from '../domain/entity';
import { CREATES, listOf } from '../domain/hints/braked-lists';
import type { OfficerndId } from '../domain/ids';
import type { OperationState, Phase } from '../domain/operation';
import { digestText, isStale, phaseOfBrake, proposalIdOf, VALID_DAYS } from '../domain/proposal';
import type { BrakeKind, ProposalBasis, ProposalKind } from '../domain/proposal';
import { noVerdicts, REJECTED } from '../domain/verdict';
import type { Verdicts } from '../domain/verdict';
import { effectHash, hashOf } from '../store/content-hash';
import type { OperationFilter, StateCount, StoredOperation } from '../store/operations';
import type { Run } from '../store/runs';
import { noteHeld, noteUsed } from '../store/proposal-facts';
import { isCarriedOut } from '../store/proposals';
import type { OfficerndActivities, RunRef } from './api';
import type { ActivityDeps } from './deps';
import { doneByHints } from './slice/let-through';
import { listedOf } from './slice/listed-effects';
import { heartbeating, openRun } from './slice/run-slice';
import type { Finish, SliceWork, Work } from './slice/run-slice';

/** The activity that releases what the brakes hold in a run that waits: one that an older version began. */
export const createBrakeActivities = (deps: ActivityDeps): Pick<OfficerndActivities, 'releaseHeld'> => ({
  releaseHeld: (input) => heartbeating(() => releaseHeld(deps, input)),
});

/** The run fact that remembers how many creations a person has released in a run that waited. */
const APPROVED_CREATES = 'approvedCreates';

const PAGE = 500;
const DAY_MS = 24 * 60 * 60_000;

/** The operations that each brake counts, among those of its phase. */
const heldBy: Readonly<Record<BrakeKind, Pick<OperationFilter, 'kinds' | 'reasons'>>> = {
  unlink: { kinds: ['unlink'], reasons: ['U1', 'U7', 'X2'] },
  'officernd-gone': { kinds: ['unlink'], reasons: ['U5'] },
  create: { kinds: ['create'] },
  erase: { reasons: ['M6'] },
  'first-link': { reasons: ['M2'] },
};

/**
 * U4: holds all unlinks that are planned for an entity, but for those that a person has approved; or none. U1 with U7, and U5, count each by
 * itself. So do links that are taken back (X2), in a run of their own. The counts come from the stored operations, so the call may be repeated. A preview holds nothing and counts what a run would hold.
 */
export async function brakeUnlinks(work: SliceWork): Promise<Finish> {
  const { store, run, input, mapping } = work;
  const { entity } = input;
  if (run.applies !== undefined) return holdUnlisted(work, 'unlink', { phase: 'unlink', entity });
  const waiting = new Map<BrakeKind, boolean>();
  for (const kind of unlinkBrakes) waiting.set(kind, await leaveRejected(work, kind));
  const before = await store.operations.countByState(run.id, 'unlink', entity);
  const planned = countOf(before, undefined, ['planned']);
  const dueOf = (kind: UnlinkBrake): number => countOf(before, heldBy[kind].reasons, ['planned', 'held']);
  if (unlinkBrakes.every((kind) => dueOf(kind) === 0)) return { counters: { held: 0 }, planned };
  const done = await doneByHints(work);
  const due = (kind: UnlinkBrake): number => dueOf(kind) + done(listOf(entity, kind));
  // The share counts only where the number alone is exceeded.
  const links = unlinkBrakes.some((kind) => unlinkNeedsApproval(due(kind), 0, mapping.brakes)) ? await store.links.countActive(entity) : 0;
  const strays = countOf(before, ['U7'], ['planned', 'held']);
  const isTooMany = (kind: UnlinkBrake): boolean =>
    unlinkNeedsApproval(due(kind), kind === 'unlink' ? links + strays : links, mapping.brakes);
  if (run.mode === 'preview') {
    const [wouldHold, wouldHoldGone] = unlinkBrakes.map((kind) => (isTooMany(kind) ? dueOf(kind) : 0));
    return { counters: { wouldHold: wouldHold ?? 0, wouldHoldGone: wouldHoldGone ?? 0 }, planned };
  }
  // An incremental run holds again what the run before has held, whatever their number is now.
  const isWaiting = (kind: UnlinkBrake): boolean => waiting.get(kind) === true;
  const holding = unlinkBrakes.filter((kind) => isTooMany(kind) || isWaiting(kind) || countOf(before, heldBy[kind].reasons, ['held']) > 0);
  if (holding.length === 0) return { counters: { held: 0 }, planned };
  for (const kind of holding) {
    if (isTooMany(kind) || isWaiting(kind)) await holdUnapproved(work, kind, { onlyWaiting: !isTooMany(kind) });
    await holdAsProposal(work, kind);
  }
  const after = await store.operations.countByState(run.id, 'unlink', entity);
  return { counters: { held: countOf(after, undefined, ['held']) }, planned: countOf(after, undefined, ['planned']) };
}

const unlinkBrakes = ['unlink', 'officernd-gone'] as const satisfies readonly BrakeKind[];
type UnlinkBrake = (typeof unlinkBrakes)[number];

/** Adds up the operations with one of these reasons, by default all of them, that are in one of these states. */
const countOf = (counts: readonly StateCount[], reasons: readonly string[] | undefined, states: readonly OperationState[]): number =>
  counts
    .filter(({ reason, state }) => states.includes(state) && (reasons === undefined || reasons.includes(reason)))
    .reduce((sum, { count }) => sum + count, 0);

/** Those of the given OfficeRnD records whose unlinking a brake holds (U4). */
export async function heldAmong(
  { store, run, input }: SliceWork,
  ids: readonly OfficerndId[],
  entity: Entity = input.entity,
): Promise<ReadonlySet<OfficerndId>> {
  if (ids.length === 0) return new Set();
  const held = { phase: 'unlink', entity, states: leftStates(run), officerndIds: ids } as const;
  const { items } = await store.operations.page(run.id, held, { after: null, limit: 2 * ids.length });
  return new Set(items.filter(isLeft).flatMap(({ officerndId }) => officerndId ?? []));
}

/** The states of operations that are left undone, because a brake holds them or a person has rejected them. */
export const leftStates = ({ hasVerdicts }: Pick<Run, 'hasVerdicts'>): readonly OperationState[] =>
  hasVerdicts === true ? ['held', 'failed'] : ['held'];

/** Whether a brake holds an operation, or a person has rejected it. */
export const isLeft = ({ state, error }: Pick<StoredOperation, 'state' | 'error'>): boolean =>
  state === 'held' || (state === 'failed' && error === REJECTED);

/**
 * L11: holds the planned creations, but for those that a person has approved, when the run has more than the limit. Creations that a person
 * has released in a run that waited do not count again. A preview holds nothing and counts what a run would hold.
 */
export async function brakeCreates(work: SliceWork): Promise<Finish> {
  const { store, run, mapping, input } = work;
  const creates = { phase: 'link', entity: input.entity, kinds: ['create'] } as const;
  if (run.applies !== undefined) return holdUnlisted(work, 'link', creates);
  const waits = await leaveRejected(work, 'create');
  const [all, released, rejected] = await Promise.all([
    store.operations.count(run.id, { kinds: ['create'] }),
    releasedCreates(work),
    run.hasVerdicts === true ? store.operations.count(run.id, { kinds: ['create'], state: 'failed', error: REJECTED }) : 0,
  ]);
  const isTooMany = createsNeedApproval(all - released - rejected + (await doneByHints(work))(CREATES), mapping.brakes);
  const countPlanned = () => store.operations.count(run.id, { ...creates, states: ['planned', 'calling'] });
  if (run.mode === 'preview') {
    const planned = await countPlanned();
    return { counters: { wouldHold: isTooMany ? planned : 0 }, planned };
  }
  // An attempt that died may have held them, and proposed nothing yet.
  const isWaiting = waits || (run.hasVerdicts === true && (await store.operations.count(run.id, { ...creates, state: 'held' })) > 0);
  if (isTooMany || isWaiting) {
    await holdUnapproved(work, 'create', { onlyWaiting: !isTooMany });
    await holdAsProposal(work, 'create');
  }
  const [held, planned] = await Promise.all([store.operations.count(run.id, { ...creates, state: 'held' }), countPlanned()]);
  return { counters: { held }, planned };
}

/**
 * Holds what a run has planned beside the list of the preview that it applies. No brake counts in such a run: a person has seen the list, and
 * nothing else is done.
 */
async function holdUnlisted(work: SliceWork, phase: Phase, filter: OperationFilter): Promise<Finish> {
  const { store, run } = work;
  for await (const planned of pagesWith(work, { ...filter, state: 'planned' })) {
    const listed = new Set((await listedOf(work, phase, planned)).map(({ id }) => id));
    const unlisted = planned.map(({ id }) => id).filter((id) => !listed.has(id));
    await store.operations.setState(run.id, unlisted, 'held');
  }
  const [unlisted, planned] = await Promise.all([
    store.operations.count(run.id, { ...filter, state: 'held' }),
    store.operations.count(run.id, { ...filter, states: ['planned', 'calling'] }),
  ]);
  return { counters: { held: 0, unlisted }, planned };
}

async function releasedCreates({ store, run }: Pick<Work, 'store' | 'run'>): Promise<number> {
  const released = (await store.runs.facts(run.id))[APPROVED_CREATES];
  return typeof released === 'number' ? released : 0;
}

/**
 * P2: the hashes of the effects that a person has approved for this entity and brake. Ask only where a brake would hold something.
 */
export const approvedEffects = async (work: SliceWork, kind: BrakeKind): Promise<ReadonlySet<string>> =>
  work.store.proposals.effects.hashes(await approvedProposals(work, kind));

/**
 * P2: the proposals of this entity and kind that a person has approved, in the order of their ids. Neither a stale one is among them, nor
 * one that a later run has carried out. The run notes that it makes use of them.
 */
export async function approvedProposals(work: SliceWork, kind: ProposalKind): Promise<readonly string[]> {
  const { store, run, input } = work;
  const usable: string[] = [];
  for (const proposal of await store.proposals.approved(kind, input.entity)) {
    // X3: a sync does nothing of an undo's list, and the other way round.
    if (!isDeepStrictEqual(proposal.undoes, run.undoes)) continue;
    if (await isCarriedOut(store.runs, proposal)) await store.proposals.finish([proposal.id]);
    else if (!isStale(proposal, basisOf(work))) usable.push(proposal.id);
  }
  for (const id of usable) await noteUsed(store.runs, run.id, id);
  return usable.toSorted();
}

/** The verdicts of a brake that stood when the run began (P2). Most runs have none, and ask nothing. */
export const verdictsOf = ({ store, run, input }: SliceWork, kind: BrakeKind): Promise<Verdicts> =>
  run.hasVerdicts === true ? store.verdicts.of(kind, input.entity) : Promise.resolve(noVerdicts);

/**
 * P2: ends the planned operations of a brake that a person has rejected, and notes which verdicts still have a case. Returns whether some
 * operation waits for a verdict of its own.
 */
async function leaveRejected(work: SliceWork, kind: BrakeKind): Promise<boolean> {
  const { store, run } = work;
  const { rejected, waiting } = await verdictsOf(work, kind);
  if (rejected.size + waiting.size === 0) return false;
  let isWaiting = false;
  for await (const planned of pagesOf(work, kind, 'planned')) {
    const hashed = planned.map(({ id, ...effect }) => ({ id, hash: effectHash(effect) }));
    const leave = hashed.filter(({ hash }) => rejected.has(hash));
    const wait = hashed.filter(({ hash }) => waiting.has(hash));
    isWaiting ||= wait.length > 0;
    await store.verdicts.seen(
      run.id,
      [...leave, ...wait].map(({ hash }) => hash),
    );
    await store.operations.setState(
      run.id,
      leave.map(({ id }) => id),
      'failed',
      REJECTED,
    );
  }
  return isWaiting;
}

/** Runs that an older version began know of nothing that a proposal belongs to: what they propose is stale. */
const basisOf = ({ run }: SliceWork): ProposalBasis => run.basis ?? { pair: '', configuration: '' };

/** Holds the planned operations of a brake that no person has approved; or only those of them that wait for a verdict. */
async function holdUnapproved(work: SliceWork, kind: BrakeKind, { onlyWaiting }: { readonly onlyWaiting: boolean }): Promise<void> {
  const { store, run } = work;
  const approved = await approvedEffects(work, kind);
  const filter = { ...filterOf(work, kind), state: 'planned' } as const;
  if (approved.size === 0 && !onlyWaiting) {
    await store.operations.move(run.id, filter, 'held');
    return;
  }
  const { waiting } = await verdictsOf(work, kind);
  for await (const planned of pagesOf(work, kind, 'planned')) {
    const isHeld = (hash: string): boolean => !approved.has(hash) && (!onlyWaiting || waiting.has(hash));
    const unapproved = planned.filter((operation) => isHeld(effectHash(operation)));
    await store.operations.setState(
      run.id,
      unapproved.map(({ id }) => id),
      'held',
    );
  }
}

/**
 * P1: stores what a brake holds in this run as a proposal, and notes it for the report. A run that holds the same list as an earlier one
 * refers to the same proposal and stores nothing of it. Call it when the operations are held; without any it does nothing.
 */
export async function holdAsProposal(work: SliceWork, kind: BrakeKind): Promise<void> {
  const { store, run, input } = work;
  const { entity, tenant } = input;
  const effects: string[] = [];
  for await (const held of pagesOf(work, kind, 'held')) effects.push(...held.map(effectHash));
  if (effects.length === 0) return;
  const basis = basisOf(work);
  const phase = phaseOfBrake[kind];
  const digest = hashOf(digestText({ tenant, kind, entity, basis, effects }));
  const id = proposalIdOf(digest);
  const openedAt = work.now();
  const known = await store.proposals.get(id);
  if (known === null || known.state === 'done' || known.validUntil <= openedAt) {
    const validUntil = new Date(openedAt.getTime() + VALID_DAYS * DAY_MS);
    for await (const held of pagesOf(work, kind, 'held')) await store.proposals.effects.add(id, held, validUntil);
    const undoes = run.undoes === undefined ? {} : { undoes: run.undoes };
    await store.proposals.open({ digest, kind, phase, entity, operations: effects.length, basis, openedAt, validUntil, ...undoes });
  }
  await noteHeld(store.runs, run.id, { id, phase, entity, kind, operations: effects.length, digest });
}

const filterOf = ({ input: { entity } }: SliceWork, kind: BrakeKind): OperationFilter => ({
  phase: phaseOfBrake[kind],
  entity,
  ...heldBy[kind],
});

/** The operations of a brake in one state, page by page. */
const pagesOf = (work: SliceWork, kind: BrakeKind, state: 'planned' | 'held'): AsyncGenerator<readonly StoredOperation[]> =>
  pagesWith(work, { ...filterOf(work, kind), state });

/** The operations of a filter, page by page. A page's operations may leave it meanwhile. */
async function* pagesWith({ store, run }: SliceWork, filter: OperationFilter): AsyncGenerator<readonly StoredOperation[]> {
  for (let after: string | null = null; ;) {
    const request = { after, limit: PAGE };
    const { items, next }: Awaited<ReturnType<typeof store.operations.page>> = await store.operations.page(run.id, filter, request);
    yield items;
    if (next === null) return;
    after = next;
  }
}

/**
 * U4, L11: moves this run's held operations back to planned, and those of no other run. Needs no secret. If a secret stopped working while
 * the run waited, only the steps that need it are blocked.
 */
async function releaseHeld(deps: ActivityDeps, ref: RunRef): Promise<number> {
  const { store, run } = await openRun(deps, ref);
  // If an attempt dies before the next line, a later brake asks once more. It never allows more creations than were approved.
  const creates = await store.operations.move(run.id, { kinds: ['create'], state: 'held' }, 'planned');
  if (creates > 0) await store.runs.setFact(run.id, APPROVED_CREATES, (await releasedCreates({ store, run })) + creates);
  return creates + (await store.operations.move(run.id, { state: 'held' }, 'planned'));
}
