import { setImmediate as nextTurn } from 'node:timers/promises';

/** Of the event loop: in the first, requests that were just asked for are sent, in the second, what came meanwhile is taken in. */
const TURNS = 2;

/** Waits until other calls' requests are on their way and their answers are taken in, before what follows keeps the processor busy. */
export async function letOthersRun(): Promise<void> {
  for (let turn = 0; turn < TURNS; turn += 1) await nextTurn();
}

/**
 * The same for what comes in numbers: of those who wait, one a turn goes on, in the order in which they came. All at once they would keep
 * the processor busy for so long that requests leave a good deal later than the limiter has counted them.
 */
export function createTurns(): () => Promise<void> {
  const waiting: (() => void)[] = [];
  const goOn = async (): Promise<void> => {
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
      if (waiting.length === 1) void goOn();
    });
}
