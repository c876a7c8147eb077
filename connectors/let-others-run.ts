import { setImmediate } from 'node:timers/promises';

/** Of the event loop: in the first, requests that were just asked for are sent, in the second, what came meanwhile is taken in. */
const TURNS = 2;

/** Waits until other calls' requests are on their way and their answers are taken in, before what follows keeps the processor busy. */
export async function letOthersRun(): Promise<void> {
  for (let turn = 0; turn < TURNS; turn += 1) await setImmediate();
}
