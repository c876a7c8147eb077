import { z } from 'zod';
import type { EmulatorClock } from './clock';
import type { SeededRandom } from './random';

const share = z.number().min(0).max(1);
const rangeMs = z.tuple([z.number().nonnegative(), z.number().nonnegative()]);

/**
 * Faults on the way from a vendor's change to its receivers, as parts of the body of `POST /feed`. Shares are from 0 to 1, drawn for each
 * event and each channel (journal, push) by itself.
 */
export const feedFaults = {
  /** The share of events that nobody ever hears of. */
  lose: share.default(0),
  /** The share of events that are told twice. */
  double: share.default(0),
  /** The time from a change until it is told, in milliseconds of the emulator's clock: one number, or the ends of a range. */
  delayMs: z
    .union([
      z
        .number()
        .nonnegative()
        .transform((ms): [number, number] => [ms, ms]),
      rangeMs,
    ])
    .default([0, 0]),
  /** The share of events that are told only after the one that follows. */
  reorder: share.default(0),
} as const;

const faultsSchema = z.strictObject(feedFaults);
export type FeedFaults = z.output<typeof faultsSchema>;

/** Passes events on, with the feed's faults. */
export interface Channel<Event> {
  readonly tell: (event: Event) => void;
}

export interface ChannelDeps<Event> {
  readonly clock: Pick<EmulatorClock, 'after'>;
  readonly random: SeededRandom;
  readonly faults: () => FeedFaults;
  /** Called for each event that is told, as often as it is. */
  readonly hear: (event: Event) => void;
}

/** An event that is told after the one that follows waits at most this long, because perhaps none follows. */
const LONGEST_HELD_MS = 1_000;

/** One way in which a vendor tells of changes. */
export function createChannel<Event>({ clock, random, faults, hear }: ChannelDeps<Event>): Channel<Event> {
  let held: readonly Event[] = [];
  const release = (): void => {
    const late = held;
    held = [];
    for (const event of late) hear(event);
  };
  const pass = (event: Event): void => {
    if (random.next() < faults().reorder) {
      held = [...held, event];
      clock.after(LONGEST_HELD_MS, release);
      return;
    }
    hear(event);
    release();
  };
  return {
    tell: (event) => {
      const { lose, double, delayMs } = faults();
      if (random.next() < lose) return;
      const times = random.next() < double ? 2 : 1;
      for (let time = 0; time < times; time += 1) {
        const ms = delayMs[0] + random.next() * (delayMs[1] - delayMs[0]);
        if (ms > 0) clock.after(ms, () => pass(event));
        else pass(event);
      }
    },
  };
}
