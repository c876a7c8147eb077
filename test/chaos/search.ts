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
  /** The schedules in the order of their plays. The search ends after the last. */
  readonly schedules: Iterable<Schedule>;
  /** No schedule begins after this time. */
  readonly untilMs: number;
  /** The number of schedules at the same time, all on the same two servers. */
  readonly lanes: number;
  readonly onPlayed?: (schedule: Schedule, violations: readonly string[], counted: Counted) => void;
  /** A play that takes longer is broken off and reported, and its lane is replaced. @default ten minutes */
  readonly playWithinMs?: number;
  /** As `LaneParts.patience`, also for whole plays. @default 1 */
  readonly patience?: number;
  /** The file for the workers' last log lines of a schedule that broke a law. */
  readonly logFile?: string;
  /** Ends the search at once. Current plays are not counted, and everything that was started is ended. */
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

/** A play whose run hangs ends after four minutes by itself (`untilIdle`). This limit is for anything else that hangs. */
const PLAY_WITHIN_MS = 600_000;

/** A play that can't be ended is reported like one that broke a law. */
const brokenOff = (error: unknown): Played => ({
  counted: { ...nothing, schedules: 1, violations: 1 },
  violations: [`The play broke off: ${inspect(error)}`],
});

/** Plays schedules until the last one, the end of the time, or an interruption. */
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

/** Resolves to null when the play takes too long or is interrupted. */
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
