import { setMaxListeners } from 'node:events';

const signals = ['SIGINT', 'SIGTERM'] as const;

/** The exit code that shells use for a program that Ctrl-C has ended. */
export const INTERRUPTED = 130;

/** Makes Ctrl-C and SIGTERM call `act`. The function returned restores what both did before. */
export function onInterruption(act: () => void): () => void {
  for (const name of signals) process.on(name, act);
  return () => {
    for (const name of signals) process.off(name, act);
  };
}

/** Runs `work` with a signal that Ctrl-C or SIGTERM aborts. Afterwards both do what they did before. */
export async function untilInterrupted<Result>(work: (signal: AbortSignal) => Promise<Result>): Promise<Result> {
  const interruption = new AbortController();
  // Each request under way listens to it, which is more than Node's default limit.
  setMaxListeners(0, interruption.signal);
  const ignore = onInterruption(() => interruption.abort());
  try {
    return await work(interruption.signal);
  } finally {
    ignore();
  }
}

/** Resolves when the signal is aborted. */
export const whenAborted = (signal: AbortSignal): Promise<void> =>
  new Promise((done) => {
    if (signal.aborted) done();
    else signal.addEventListener('abort', () => done(), { once: true });
  });
