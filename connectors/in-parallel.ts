import pLimit from 'p-limit';

/** Calls that run at the same time: a group of records that are written together is one round. Few enough that the limiter stays fair. */
const AT_ONCE = 12;

/** Maps with bounded concurrency. */
export type InParallel = <Item, Result>(items: readonly Item[], task: (item: Item) => Promise<Result>) => Promise<readonly Result[]>;

/**
 * Maps several lists, of whose items `atOnce` are worked on at the same time. When one of a list fails, those of it not yet begun are not,
 * those under way are waited for, and the first failure is thrown: nothing goes on writing behind the caller's back.
 */
export function createInParallel(atOnce: number): InParallel {
  const limit = pLimit(atOnce);
  return async (items, task) => {
    let failed = false;
    const outcomes = await Promise.allSettled(
      items.map((item) =>
        limit(async () => {
          if (failed) throw new Error('Not begun, since another one failed.');
          try {
            return await task(item);
          } catch (error) {
            failed = true;
            throw error;
          }
        }),
      ),
    );
    return outcomes.map((outcome) => valueOf(outcome));
  };
}

/** Maps one list with bounded concurrency, as `createInParallel` does. */
export const inParallel: InParallel = (items, task) => createInParallel(AT_ONCE)(items, task);

/** The value of what has come to its end, or throws why there is none: of several, the first in their order is told. */
export function valueOf<T>(outcome: PromiseSettledResult<T>): T {
  if (outcome.status === 'rejected') throw outcome.reason;
  return outcome.value;
}
