/**
 * Repeats `ask` until it has a result. Throws a clear sentence after the deadline. No test sleeps for a fixed time.
 */
export async function poll<T>(what: string, ask: () => Promise<T | undefined>, { deadlineMs = 30_000, everyMs = 50 } = {}): Promise<T> {
  const until = Date.now() + deadlineMs;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (Date.now() > until) throw new Error(`Waited ${deadlineMs} ms in vain for ${what}.`);
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
}
