/**
 * Where a poll goes on that asks a vendor for records by their modification time. Records come again for some minutes, since a vendor may show
 * a change late and two clocks differ. Those that were told are left out then.
 */
export interface PollPlace {
  /** The time of the newest change that was seen, in milliseconds since 1970, by the vendor's clock; never later than ours. */
  readonly sinceMs: number;
  /** The records that come again and were told, with the time of the change that was told. */
  readonly told: Readonly<Record<string, number>>;
}

/** A record of an answer. */
export interface PolledRecord {
  readonly id: string;
  readonly modifiedAtMs: number;
}

/** The stretch that is asked for again. */
export const POLL_OVERLAP_MS = 5 * 60_000;

/** Where a poll begins that has never asked: what changed earlier, runs have found. */
export const firstPlace = (nowMs: number): PollPlace => ({ sinceMs: nowMs, told: {} });

/** The time from which to ask. */
export const askedSinceMs = ({ sinceMs }: PollPlace): number => sinceMs - POLL_OVERLAP_MS;

/** The records whose change has not been told yet. */
export const untold = (records: readonly PolledRecord[], { told }: PollPlace): readonly PolledRecord[] =>
  records.filter(({ id, modifiedAtMs }) => !Object.hasOwn(told, id) || told[id] !== modifiedAtMs);

/**
 * The place after all of these records were told. A time in the future does not move it there, or nothing would be seen until then. It goes on
 * with the clock until nothing comes again, or each quiet poll would read many changes of one minute for ever.
 */
export function placeAfter({ sinceMs }: PollPlace, records: readonly PolledRecord[], nowMs: number): PollPlace {
  if (records.length === 0) return { sinceMs, told: {} };
  const newest = records.reduce((latest, { modifiedAtMs }) => Math.max(latest, modifiedAtMs), nowMs - POLL_OVERLAP_MS);
  const next = Math.max(sinceMs, Math.min(newest, nowMs));
  const again = records.filter(({ modifiedAtMs }) => modifiedAtMs >= next - POLL_OVERLAP_MS);
  return { sinceMs: next, told: Object.fromEntries(again.map(({ id, modifiedAtMs }) => [id, modifiedAtMs])) };
}
