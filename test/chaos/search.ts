import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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
  /** Where to keep the workers' last words of a schedule that broke a law. */
  readonly logFile?: string;
}

export interface Found {
  readonly schedule: Schedule;
  readonly violations: readonly string[];
}

export interface SearchResult {
  readonly counted: Counted;
  readonly found: readonly Found[];
}

/** A play that can't be brought to its end has to be looked at like one that broke a law. */
const brokenOff = (error: unknown): Played => ({
  counted: { ...nothing, schedules: 1, violations: 1 },
  violations: [`The play broke off: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`],
});

/** Plays schedules until there are no more, or no more time. */
export async function search({ schedules, untilMs, lanes, onPlayed, logFile }: SearchOptions): Promise<SearchResult> {
  const folder = mkdtempSync(join(tmpdir(), 'orsync-chaos-'));
  const servers = await startChaosServers(join(folder, 'servers'));
  const left = schedules[Symbol.iterator]();
  const found: Found[] = [];
  let counted = nothing;
  const work = async (lane: Lane): Promise<void> => {
    while (Date.now() < untilMs) {
      const next = left.next();
      if (next.done === true) return;
      const schedule = next.value;
      const { violations, counted: own } = await lane.play(schedule).catch(brokenOff);
      counted = added(counted, own);
      onPlayed?.(schedule, violations, own);
      if (violations.length === 0) continue;
      found.push({ schedule, violations });
      if (logFile !== undefined) appendFileSync(logFile, `\n===== seed ${schedule.seed}\n${violations.join('\n')}\n${lane.log()}\n`);
    }
  };
  const open: Lane[] = [];
  try {
    for (let number = 1; number <= lanes; number += 1) open.push(await openLane(servers, `chaos-${number}`));
    await Promise.all(open.map(work));
    return { counted, found };
  } finally {
    await Promise.all(open.map((lane) => lane.close().catch(() => undefined)));
    await servers.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}
