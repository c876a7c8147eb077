import type { SeededRandom } from '../shared/random';
import type { MutableRecord } from './record';
import type { HubSpotSettings } from './settings';

/** HubSpot's own processing: it changes the modified date of a new record some seconds later, though nobody wrote to it. */
export interface CreateDrift {
  readonly schedule: (record: MutableRecord) => void;
  /** Applies all changes that are due. Call it before each read. */
  readonly settle: () => void;
}

export function createCreateDrift(now: () => number, random: SeededRandom, settings: () => HubSpotSettings): CreateDrift {
  let scheduled: { readonly record: MutableRecord; readonly atMs: number }[] = [];
  let nextMs = Infinity;
  return {
    schedule: (record) => {
      const range = settings().createDriftMs;
      if (range === null) return;
      const atMs = Math.floor(now() + range[0] + random.next() * (range[1] - range[0]));
      scheduled.push({ record, atMs });
      nextMs = Math.min(nextMs, atMs);
    },
    settle: () => {
      const time = now();
      if (time < nextMs) return;
      for (const { record, atMs } of scheduled) {
        if (atMs <= time && record.archivedAtMs === undefined) record.updatedAtMs = Math.max(record.updatedAtMs, atMs);
      }
      scheduled = scheduled.filter(({ atMs }) => atMs > time);
      nextMs = scheduled.reduce((earliest, { atMs }) => Math.min(earliest, atMs), Infinity);
    },
  };
}
