import { setMaxListeners } from 'node:events';

const signals = ['SIGINT', 'SIGTERM'] as const;

/** Runs `work` with a signal that Ctrl-C or SIGTERM aborts; afterwards both do again what they did before. */
export async function untilInterrupted<Result>(work: (signal: AbortSignal) => Promise<Result>): Promise<Result> {
  const interruption = new AbortController();
  // Whatever is under way listens to it.
  setMaxListeners(0, interruption.signal);
  const interrupt = (): void => interruption.abort();
  for (const name of signals) process.on(name, interrupt);
  try {
    return await work(interruption.signal);
  } finally {
    for (const name of signals) process.off(name, interrupt);
  }
}

/** Resolves when the signal is aborted. */
export const whenAborted = (signal: AbortSignal): Promise<void> =>
  new Promise((done) => {
    if (signal.aborted) done();
    else signal.addEventListener('abort', () => done(), { once: true });
  });
