import { setImmediate as nextTurn } from 'node:timers/promises';

/** Event-loop turns to yield: one to send queued requests, one to read what arrived. */
const TURNS = 2;

/** Lets other calls send their requests and read their answers before work that keeps the processor busy. */
export async function letOthersRun(): Promise<void> {
  for (let turn = 0; turn < TURNS; turn += 1) await nextTurn();
}

/**
 * Like `letOthersRun`, for many callers at the same time: one caller goes on in each turn, in order of arrival. All in one turn, they would
 * keep the processor busy for long. Requests would then leave much later than the limiter has counted them.
 */
export function createTurns(): () => Promise<void> {
  const waiting: (() => void)[] = [];
  const passOneATurn = async (): Promise<void> => {
    await letOthersRun();
    for (let first = waiting[0]; first !== undefined; first = waiting[0]) {
      first();
      await nextTurn();
      waiting.shift();
    }
  };
  return () =>
    new Promise((resolve) => {
      waiting.push(resolve);
      if (waiting.length === 1) void passOneATurn();
    });
}
