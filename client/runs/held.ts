import { entities as allEntities } from '../../domain/entity';
import type { Effect, Proposal } from '../../domain/proposal';
import { hasEndedWell } from '../../domain/report';
import type { HeldList } from '../../domain/report';
import type { Verdict } from '../../domain/verdict';
import { everyItem } from '../../store/paging';
import type { TenantStore } from '../../store/store';
import type { FoundRun } from './find-run';
import { readOperations } from './run-report';
import type { PlannedOperation } from './run-report';

/** A list that a brake holds, with the state of its proposal (P1). */
export interface HeldProposal extends HeldList {
  /** Null when the proposal has expired. `rejected` when a person has rejected all of it. */
  readonly state: Proposal['state'] | 'rejected' | null;
  /** The number of its operations that a person has rejected; absent where there are none. */
  readonly rejected?: number;
  readonly validUntil: string | null;
  readonly approvedBy: string | null;
  readonly approvedAt: string | null;
  readonly note: string | null;
  readonly held: readonly PlannedOperation[];
}

/** Runs that are looked through for the newest one of each entity. */
const RUNS = 20;

/** The lists that the newest runs hold: for each entity those of the newest run of it that has come to its end. */
export async function heldNow(store: TenantStore, mostEach: number): Promise<readonly HeldProposal[]> {
  const others = await store.runs.listOthers(RUNS);
  const ended = others.filter(
    // A run that applies a preview proposes nothing, so what the run before it holds is still held.
    ({ report }) => report !== null && report.finishedAt !== null && hasEndedWell(report.state) && report.applied === undefined,
  );
  const syncs = ended.filter(({ undoes }) => undoes === undefined);
  const lists = allEntities.flatMap((entity) => {
    const newest = syncs.find(({ entities }) => entities.includes(entity));
    return (newest?.report?.proposals ?? []).filter((list) => list.entity === entity);
  });
  // X3: no sync plans these again, so they wait until somebody approves them or they expire.
  const ofUndo = ended.flatMap(({ undoes, report }) => (undoes === undefined ? [] : (report?.proposals ?? [])));
  // T3: the next other run plans them again, in a list of its own.
  const forHints = await store.runs.listForHints(syncs[0]?.startedAt ?? new Date(0), RUNS);
  const ofOthers = [...ofUndo, ...forHints.flatMap(({ report }) => report?.proposals ?? [])];
  const open = new Set(
    (await store.proposals.byIds(ofOthers.map(({ id }) => id))).flatMap(({ id, state }) => (state === 'done' ? [] : [id])),
  );
  const once = new Map(ofOthers.filter(({ id }) => open.has(id)).map((list) => [list.id, list]));
  return withEffects(store, [...lists, ...once.values()], mostEach);
}

/** The ids of the proposals that wait for a person now (P1). */
export const waitingProposals = async (store: TenantStore): Promise<readonly string[]> =>
  (await heldNow(store, 0)).filter(isWaitingFor).map(({ id }) => id);

/** Whether a person still has to decide about a list. */
export const isWaitingFor = ({ state }: Pick<HeldProposal, 'state'>): boolean => state !== 'approved' && state !== 'rejected';

/** These lists with their effects. */
export async function withEffects(store: TenantStore, lists: readonly HeldList[], mostEach?: number): Promise<readonly HeldProposal[]> {
  const known = new Map((await store.proposals.byIds(lists.map(({ id }) => id))).map((proposal) => [proposal.id, proposal]));
  const verdicts = lists.length === 0 ? [] : await everyItem<Verdict>((request) => store.verdicts.page('rejected', request));
  return Promise.all(
    lists.map(async (list): Promise<HeldProposal> => {
      const proposal = known.get(list.id);
      const effects = mostEach === 0 ? [] : await everyItem<Effect>((request) => store.proposals.effects.page(list.id, request), mostEach);
      const rejected = verdicts.filter(({ proposal: of }) => of === list.id).length;
      return {
        ...list,
        state: rejected >= list.operations ? 'rejected' : (proposal?.state ?? null),
        ...(rejected > 0 && { rejected }),
        validUntil: proposal?.validUntil.toISOString() ?? null,
        approvedBy: proposal?.approval?.by ?? null,
        approvedAt: proposal?.approval?.at.toISOString() ?? null,
        note: proposal?.approval?.note ?? null,
        held: effects.map((effect) => ({ phase: list.phase, ...effect })).toSorted(byRecord),
      };
    }),
  );
}

/**
 * The operations that the brakes hold in a run. They are read from its proposals, which may outlive the run's own operations. A run of an
 * older version has no proposals.
 */
export async function heldOperations(found: FoundRun, lists: readonly HeldList[]): Promise<readonly PlannedOperation[]> {
  const fromProposals = (await withEffects(found.store, lists)).flatMap(({ held }) => held);
  return fromProposals.length > 0 ? fromProposals : readOperations(found, { state: 'held' });
}

const byRecord = (one: PlannedOperation, other: PlannedOperation): number => (nameOf(one) < nameOf(other) ? -1 : 1);

const nameOf = ({ kind, officerndId, hubspotId, fields }: PlannedOperation): string =>
  [kind, officerndId ?? '', hubspotId ?? '', ...fields.map(({ field }) => field)].join(' ');
