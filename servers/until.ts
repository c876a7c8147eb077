import { setTimeout as delay } from 'node:timers/promises';

export interface UntilOptions {
  readonly withinMs: number;
  /** @default 50 */
  readonly everyMs?: number;
}

/** Asks repeatedly until the answer is true. Resolves to false when the deadline passes first. */
export async function until(ask: () => boolean | Promise<boolean>, { withinMs, everyMs = 50 }: UntilOptions): Promise<boolean> {
  const deadline = Date.now() + withinMs;
  while (!(await ask())) {
    if (Date.now() > deadline) return false;
    await delay(everyMs);
  }
  return true;
}
