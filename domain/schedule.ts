import { asLabel } from './printable';

/**
 * When a tenant's runs start by themselves, as people write and read it. Temporal keeps the times; nothing here knows the clock.
 */

const MINUTE_MS = 60_000;
const UNITS_MS = { m: MINUTE_MS, h: 60 * MINUTE_MS, d: 1_440 * MINUTE_MS } as const;
/** The longest interval. */
const LONGEST_MS = 30 * UNITS_MS.d;
/** The most characters of a cron expression. */
const CRON_CHARACTERS = 200;

const isUnit = (text: string | undefined): text is keyof typeof UNITS_MS => text !== undefined && Object.hasOwn(UNITS_MS, text);

/** `15m`, `2h`, `1d` → milliseconds; null for anything else, for less than a minute and for more than 30 days. */
export function intervalIn(text: string): number | null {
  const [, count, unit] = /^(\d{1,5})(m|h|d)$/.exec(text.trim()) ?? [];
  if (count === undefined || !isUnit(unit)) return null;
  const ms = Number(count) * UNITS_MS[unit];
  return ms >= MINUTE_MS && ms <= LONGEST_MS ? ms : null;
}

/** `90s`, `2m`, `1h` → milliseconds, up to a day; null for anything else. */
export function jitterIn(text: string): number | null {
  const [, count, unit] = /^(\d{1,5})(s|m|h)$/.exec(text.trim()) ?? [];
  if (count === undefined) return null;
  const ms = Number(count) * (isUnit(unit) ? UNITS_MS[unit] : 1_000);
  return ms <= UNITS_MS.d ? ms : null;
}

/**
 * A cron expression of five fields, or `@hourly` and the like, with single spaces; null for another form. Values out of range are found by
 * Temporal.
 */
export function cronIn(text: string): string | null {
  const fields = text.trim().split(/\s+/);
  const line = fields.join(' ');
  if (line.length > CRON_CHARACTERS) return null;
  if (/^@(yearly|monthly|weekly|daily|hourly)$/.test(line)) return line;
  return fields.length === 5 && fields.every((field) => /^[0-9A-Za-z*,/?-]+$/.test(field)) ? line : null;
}

/**
 * The moment within an interval at which a tenant's runs start, in whole seconds. The name gives it, so tenants with the same interval are
 * spread over it, over an hour at most, and a tenant keeps its moment.
 */
export function offsetOf(tenant: string, everyMs: number): number {
  // FNV-1a, which spreads short names well.
  let hash = 0x811c9dc5;
  for (const character of tenant) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193) >>> 0;
  return (hash % (Math.min(everyMs, UNITS_MS.h) / 1_000)) * 1_000;
}

/** `every 15 minutes`, `every hour` */
export function intervalWords(everyMs: number): string {
  const [count, unit] =
    everyMs % UNITS_MS.d === 0
      ? [everyMs / UNITS_MS.d, 'day']
      : everyMs % UNITS_MS.h === 0
        ? [everyMs / UNITS_MS.h, 'hour']
        : everyMs % MINUTE_MS === 0
          ? [everyMs / MINUTE_MS, 'minute']
          : [everyMs / 1_000, 'second'];
  return count === 1 ? `every ${unit}` : `every ${count} ${unit}s`;
}

const acts = ['Set', 'Paused', 'Resumed'] as const;
export type ScheduleAct = (typeof acts)[number];

/** The last change of a schedule by a person. Temporal keeps one line of text for it. */
export interface ScheduleNote {
  readonly did: ScheduleAct;
  readonly by: string;
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly why: string | null;
}

/** The most characters of a reason. */
const WHY_CHARACTERS = 500;

/** `Paused by anna at 2026-05-02T09:00:00.000Z: the vendor moves` */
export const noteText = ({ did, by, at, why }: ScheduleNote): string =>
  `${did} by ${asLabel(by)} at ${at}${why === null || why.trim() === '' ? '' : `: ${asLabel(why, WHY_CHARACTERS)}`}`;

/** The note in such a text; null for a text of another form, as a person writes it in Temporal's own screens. */
export function noteIn(text: string): ScheduleNote | null {
  const did = acts.find((act) => text.startsWith(`${act}${BY}`));
  if (did === undefined) return null;
  const from = did.length + BY.length;
  // A name may hold the word, too: only a time comes after the right one.
  for (let at = text.indexOf(AT, from); at >= 0; at = text.indexOf(AT, at + 1)) {
    const time = text.slice(at + AT.length, at + AT.length + TIME_CHARACTERS);
    const rest = text.slice(at + AT.length + TIME_CHARACTERS);
    if (TIME.test(time) && (rest === '' || rest.startsWith(WHY)))
      return { did, by: text.slice(from, at), at: time, why: rest === '' ? null : rest.slice(WHY.length) };
  }
  return null;
}

const [BY, AT, WHY] = [' by ', ' at ', ': '];
const TIME = /^\d{4}-\d\d-\d\dT[\d:.]{12}Z$/;
const TIME_CHARACTERS = 24;
