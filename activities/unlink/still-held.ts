import type { OfficerndId } from '../../domain/ids';
import type { Operation } from '../../domain/operation';
import { effectHash } from '../../store/content-hash';
import { REJECTED } from '../../domain/verdict';
import { approvedEffects, isLeft, leftStates, verdictsOf } from '../brakes';
import type { SliceWork } from '../slice/run-slice';

const brakes = ['unlink', 'officernd-gone'] as const;

/**
 * P1: plans once more what the run before has held, and returns the names of these pairs. Only an incremental run does, and no vendor is asked
 * for a proof (U2): what stays held is not done. So a list that waits makes no run dearer. Operations that a person has
 * approved are left out: they are proven and planned like any other.
 * @param isDue whether this run still finds what had led to the operation
 */
export async function holdAgain(
  work: SliceWork,
  officerndIds: readonly OfficerndId[],
  isDue: (operation: Operation) => boolean,
): Promise<ReadonlySet<string>> {
  const { store, run, input } = work;
  const { reading } = run;
  if (reading.kind === 'full' || reading.after === undefined || officerndIds.length === 0) return new Set();
  const held = { phase: 'unlink', entity: input.entity, kinds: ['unlink'], states: leftStates(run), officerndIds } as const;
  // At most two unlinks name one OfficeRnD record: that of its own link (U1), and that of a link id set elsewhere (U7).
  const { items } = await store.operations.page(reading.after, held, { after: null, limit: 2 * officerndIds.length });
  const due = items.filter((operation) => isLeft(operation) && isDue(operation));
  // No brake has held it where the applied preview did not list it.
  if (due.length === 0 || (await store.runs.get(reading.after))?.applies !== undefined) return new Set();
  const [approved, verdicts] = await Promise.all([
    Promise.all(brakes.map((kind) => approvedEffects(work, kind))),
    Promise.all(brakes.map((kind) => verdictsOf(work, kind))),
  ]);
  const isIn = (sets: readonly ReadonlySet<string>[], operation: Operation) => sets.some((hashes) => hashes.has(effectHash(operation)));
  const rejected = due.filter((operation) =>
    isIn(
      verdicts.map((one) => one.rejected),
      operation,
    ),
  );
  // One that was rejected before, and is not any more, is proven and planned anew.
  const again = due.filter((operation) => operation.state === 'held' && !rejected.includes(operation) && !isIn(approved, operation));
  await store.operations.plan(run.id, again, 'held');
  if (rejected.length > 0) await store.operations.plan(run.id, rejected, 'failed', REJECTED);
  return new Set([...again, ...rejected].map(({ id }) => id.slice('unlink/'.length)));
}
