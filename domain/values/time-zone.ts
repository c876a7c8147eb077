/** A day without time and zone, `YYYY-MM-DD`. */
export type CalendarDate = string;

const DAY_MS = 86_400_000;

/** The day that an instant falls on in an IANA time zone. Throws a RangeError when the zone is unknown. */
export const dateAt = (instantMs: number, timeZone: string): CalendarDate => isoDate(wallClockMs(instantMs, timeZone));

/**
 * The first instant at which a zone's clocks show a wall-clock time, given as if it were UTC. A time that daylight saving skips counts as
 * if the clocks had not changed yet. So a skipped midnight is the day's first instant. Null for a day that the zone never had (Samoa, 30
 * December 2011).
 */
export function instantAt(wallMs: number, timeZone: string): number | null {
  const offsetsMs = [wallMs - DAY_MS, wallMs + DAY_MS].map((nearMs) => wallClockMs(nearMs, timeZone) - nearMs);
  const onThatDay = offsetsMs.map((offsetMs) => wallMs - offsetMs).filter((instantMs) => dateAt(instantMs, timeZone) === isoDate(wallMs));
  const exact = onThatDay.filter((instantMs) => wallClockMs(instantMs, timeZone) === wallMs);
  if (exact.length > 0) return Math.min(...exact);
  return onThatDay.length > 0 ? Math.max(...onThatDay) : null;
}

/** The day's first instant: midnight, except on days on which midnight is skipped. */
export const startOfDay = (date: CalendarDate, timeZone: string): number | null => instantAt(Date.parse(`${date}T00:00:00.000Z`), timeZone);

/** The first instant of the day after the one that an instant falls on. */
export function startOfNextDay(instantMs: number, timeZone: string): number {
  for (let date = nextDate(dateAt(instantMs, timeZone)); ; date = nextDate(date)) {
    const startMs = startOfDay(date, timeZone);
    // A day that the zone never had is passed over.
    if (startMs !== null) return startMs;
  }
}

const nextDate = (date: CalendarDate): CalendarDate => isoDate(Date.parse(`${date}T00:00:00.000Z`) + DAY_MS);

const isoDate = (wallMs: number): CalendarDate => new Date(wallMs).toISOString().slice(0, 10);

/** The wall-clock time of a zone at an instant, as if it were UTC. */
function wallClockMs(instantMs: number, timeZone: string): number {
  const milliseconds = ((instantMs % 1000) + 1000) % 1000;
  const shown: Partial<Record<Intl.DateTimeFormatPartTypes, number>> = {};
  for (const { type, value } of clockOf(timeZone).formatToParts(instantMs)) shown[type] = Number(value);
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = shown;
  return new Date(0).setUTCFullYear(year, month - 1, day) + ((hour * 60 + minute) * 60 + second) * 1000 + milliseconds;
}

/** A formatter depends on its zone alone, and takes a hundred times longer to make than to use. So one is kept for each zone. */
const clocks = new Map<string, Intl.DateTimeFormat>();

function clockOf(timeZone: string): Intl.DateTimeFormat {
  const known = clocks.get(timeZone);
  if (known !== undefined) return known;
  const clock = new Intl.DateTimeFormat('en-US', {
    timeZone,
    calendar: 'gregory',
    numberingSystem: 'latn',
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  });
  clocks.set(timeZone, clock);
  return clock;
}
