import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { inspect } from 'node:util';
import { added, nothing } from './figures';
import type { Counted } from './figures';
import { openLane } from './lane';
import type { Lane } from './lane';
import type { Played } from './play';
import type { Schedule } from './schedule';
import { startChaosServers } from './servers';

export interface SearchOptions {
  /** Schedules in the order in which they are played; the search ends with the last. */
  readonly schedules: Iterable<Schedule>;
  /** No schedule is begun after this. */
  readonly untilMs: number;
  /** Schedules that are played at the same time, on the same two servers. */
  readonly lanes: number;
  readonly onPlayed?: (schedule: Schedule, violations: readonly string[], counted: Counted) => void;
  /** A play that takes longer is broken off and told, and its lane replaced. @default ten minutes */
  readonly playWithinMs?: number;
  /** `LaneParts.patience`, for plays as well. @default 1 */
  readonly patience?: number;
  /** Where to keep the workers' last words of a schedule that broke a law. */
  readonly logFile?: string;
  /** Ends the search at once: plays under way are not counted, and all that was started is ended. */
  readonly signal?: AbortSignal;
}

export interface Found {
  readonly schedule: Schedule;
  readonly violations: readonly string[];
}

export interface SearchResult {
  readonly counted: Counted;
  readonly found: readonly Found[];
}

/** A play whose run hangs ends after four minutes by itself (`untilIdle`). This is for whatever else may hang. */
const PLAY_WITHIN_MS = 600_000;

/** A play that can't be brought to its end has to be looked at like one that broke a law. */
const brokenOff = (error: unknown): Played => ({
  counted: { ...nothing, schedules: 1, violations: 1 },
  violations: [`The play broke off: ${inspect(error)}`],
});

/** Plays schedules until there are no more, or no more time, or it is interrupted. */
export async function search({
  schedules,
  untilMs,
  lanes,
  onPlayed,
  logFile,
  playWithinMs = PLAY_WITHIN_MS,
  patience = 1,
  signal = new AbortController().signal,
}: SearchOptions): Promise<SearchResult> {
  const folder = mkdtempSync(join(tmpdir(), 'orsync-chaos-'));
  const servers = await startChaosServers(join(folder, 'servers'));
  const left = schedules[Symbol.iterator]();
  const found: Found[] = [];
  let counted = nothing;
  const open = new Map<number, Lane>();
  let opened = 0;
  const openOne = async (number: number): Promise<Lane> => {
    opened += 1;
    const lane = await openLane(servers, `chaos-${opened}`, patience);
    open.set(number, lane);
    return lane;
  };
  const work = async (number: number): Promise<void> => {
    let lane = await openOne(number);
    while (Date.now() < untilMs && !signal.aborted) {
      const next = left.next();
      if (next.done === true) return;
      const schedule = next.value;
      const played = await inTime(lane.play(schedule).catch(brokenOff), { withinMs: playWithinMs * patience, signal });
      if (signal.aborted) return;
      const { violations, counted: own } = played ?? brokenOff(new Error(`It was not over after ${(playWithinMs * patience) / 1_000} s.`));
      counted = added(counted, own);
      onPlayed?.(schedule, violations, own);
      if (violations.length === 0) continue;
      found.push({ schedule, violations });
      if (logFile !== undefined) appendFileSync(logFile, `\n===== seed ${schedule.seed}\n${violations.join('\n')}\n${lane.log()}\n`);
      if (played !== null) continue;
      // A task that hangs there may wake up, so nothing of it is used again.
      void lane.close().catch(() => undefined);
      lane = await openOne(number);
    }
  };
  try {
    await Promise.all(Array.from({ length: lanes }, (_, number) => work(number)));
    return { counted, found };
  } finally {
    await Promise.all([...open.values()].map((lane) => lane.close().catch(() => undefined)));
    await servers.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Null when the play takes too long, or is interrupted. */
async function inTime(
  playing: Promise<Played>,
  { withinMs, signal }: { readonly withinMs: number; readonly signal: AbortSignal },
): Promise<Played | null> {
  const over = new AbortController();
  const waited = pause(withinMs, null, { signal: AbortSignal.any([over.signal, signal]) }).catch(() => null);
  try {
    return await Promise.race([playing, waited]);
  } finally {
    over.abort();
  }
}
