import type { Run } from '../../store/runs';
import type { TenantStore } from '../../store/store';

const DAY_MS = 24 * 60 * 60_000;

/**
 * T4: by list, how many effects runs for hints have done in the last day. A brake counts them with those of a run for hints, as if all had been
 * one run. Any other run counts by itself, and asks nothing.
 */
export async function doneByHints({
  store,
  run,
  now,
}: {
  readonly store: TenantStore;
  readonly run: Run;
  readonly now: () => Date;
}): Promise<(list: string) => number> {
  if (run.hints === undefined) return () => 0;
  const done = await store.letThrough.since(new Date(now().getTime() - DAY_MS), run.id);
  return (list) => done[list] ?? 0;
}
