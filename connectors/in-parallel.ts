import pLimit from 'p-limit';

/** How many calls run at the same time: enough for a group of records that are written together, few enough to keep the limiter fair. */
const AT_ONCE = 12;

/** Maps a list with bounded concurrency; results come in the list's order. */
export type InParallel = <Item, Result>(items: readonly Item[], task: (item: Item) => Promise<Result>) => Promise<readonly Result[]>;

/**
 * Maps several lists, with at most `atOnce` tasks at the same time over all of them. After a task fails, no further task of its list
 * starts. The list waits for its running tasks and then throws the first failure, so no task writes after its caller has gone on.
 */
export function createInParallel(atOnce: number): InParallel {
  const limit = pLimit(atOnce);
  return async (items, task) => {
    let failed = false;
    const outcomes = await Promise.allSettled(
      items.map((item) =>
        limit(async () => {
          if (failed) throw new Error('This task was not started because another one failed.');
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

/** Returns the value of a settled promise, or throws its error. */
export function valueOf<T>(outcome: PromiseSettledResult<T>): T {
  if (outcome.status === 'rejected') throw outcome.reason;
  return outcome.value;
}
