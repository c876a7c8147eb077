/**
 * Repeats a question until it has an answer; fails with a sentence when the deadline passes. Nothing in the tests sleeps for a fixed time.
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
