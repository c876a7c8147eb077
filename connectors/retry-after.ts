const SECOND_MS = 1_000;
/** With a shorter wait, a header of `0` or a clock that differs from ours would make the program repeat its calls without a pause. */
const SHORTEST_MS = SECOND_MS;
/** The longest window of either vendor is a day; a longer wait is a mistake. */
const LONGEST_MS = 86_400_000;

/** HTTP's form of a date, or JSON's. JavaScript reads other texts as dates, too: `-5` is a day in 2001. */
const DATE = /^(?:[A-Z][a-z]+, .* GMT|\d{4}-\d\d-\d\dT.*Z)$/;

/**
 * The wait that `Retry-After` asks for, between a second and a day. The header holds seconds or a date (RFC 9110, 10.2.3). Returns
 * undefined when it is missing or holds anything else: the caller then takes its own default.
 */
export function retryAfterMsOf(header: string | null, nowMs: number): number | undefined {
  const ms = waitMsOf(header?.trim() ?? '', nowMs);
  return Number.isNaN(ms) ? undefined : Math.min(Math.max(ms, SHORTEST_MS), LONGEST_MS);
}

function waitMsOf(text: string, nowMs: number): number {
  if (/^\d+(?:\.\d+)?$/.test(text)) return Number(text) * SECOND_MS;
  return DATE.test(text) ? Date.parse(text) - nowMs : Number.NaN;
}
