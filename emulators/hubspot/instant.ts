/** ISO text as Java's `Instant` prints it. It has no milliseconds when they are zero, unless `dropZeroMs` is false. */
export function formatInstant(ms: number, dropZeroMs: boolean): string {
  const text = new Date(ms).toISOString();
  return dropZeroMs ? text.replace('.000Z', 'Z') : text;
}

const DATE = /^\d{4}-\d{2}-\d{2}$/;
const DATE_TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:?\d{2})$/;
const LONG = /^-?\d{1,16}$/;

/** The milliseconds since 1970 of a date, a date-time or a text of epoch milliseconds. Undefined for any other text. */
export function parseInstant(text: string): number | undefined {
  if (LONG.test(text)) return Number(text);
  if (!DATE.test(text) && !DATE_TIME.test(text)) return undefined;
  const ms = Date.parse(text);
  return Number.isNaN(ms) ? undefined : ms;
}

/** The UTC calendar date, `2026-05-01`. */
export const formatDate = (ms: number): string => new Date(ms).toISOString().slice(0, 10);

export const DAY_MS = 86_400_000;
