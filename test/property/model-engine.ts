import { entities } from '../../domain/entity';
import type { Link } from '../../domain/link';
import { linkPhase } from './model-link';
import type { Effect, Run, RunOptions } from './model-run';
import { Stopped, startRun } from './model-run';
import type { Conflict } from './model-store';
import { activeLinks } from './model-store';
import { takeBackAll } from './model-undo';
import { unlinkPhase } from './model-unlink';
import { updatePhase } from './model-update';
import type { World } from './model-world';
import { applyEdit, copyWorld, createWorld } from './model-world';
import type { Edit, Scenario } from './scenario';

/** A run, with the worlds before and after it. */
export interface Ran {
  readonly scenario: Scenario;
  readonly before: World;
  readonly after: World;
  readonly run: Run;
  readonly stopped: boolean;
  readonly conflicts: readonly Conflict[];
  readonly newReviews: readonly string[];
}

/** Makes one run on a copy of a world. It reads everything, ends links, links and creates records, and merges fields. */
export function sync(scenario: Scenario, before: World, options: RunOptions = {}): Ran {
  const after = copyWorld(before);
  const run = startRun(after, scenario.policy, options, nextMoment(before));
  options.meanwhile?.(after);
  const stopped = !completes(run);
  return {
    scenario,
    before,
    after,
    run,
    stopped,
    conflicts: after.store.conflicts.slice(before.store.conflicts.length),
    newReviews: [...after.store.reviews.keys()].filter((id) => !before.store.reviews.has(id)),
  };
}

/** X3: takes back what a run did, on a copy of a world. */
export function undo(scenario: Scenario, before: World, undone: Run, options: RunOptions = {}): Ran {
  const after = copyWorld(before);
  const now = [nextMoment(before), new Date(Date.parse(undone.now) + 1000).toISOString()].toSorted().at(-1) ?? undone.now;
  const run = startRun(after, scenario.policy, options, now, undone);
  const stopped = !completes(run, () => takeBackAll(run, undone));
  return { scenario, before, after, run, stopped, conflicts: [], newReviews: [] };
}

function completes(run: Run, work: () => void = () => syncAll(run)): boolean {
  try {
    work();
    return true;
  } catch (error) {
    if (error instanceof Stopped) return false;
    throw error;
  }
}

function syncAll(run: Run): void {
  for (const entity of entities) unlinkPhase(run, entity);
  for (const entity of entities) linkPhase(run, entity);
  for (const entity of entities) updatePhase(run, entity);
}

/** A time later than every link of the world. */
function nextMoment({ store }: World): string {
  const latest = [...store.links.values()].reduce((time, { pairedAt }) => (pairedAt > time ? pairedAt : time), '2026-01-01T00:00:00.000Z');
  return new Date(Date.parse(latest) + 1000).toISOString();
}

/** Makes people's edits on a copy of the world. */
export function edited(scenario: Scenario, before: World, edits: readonly Edit[]): World {
  const after = copyWorld(before);
  for (const edit of edits) applyEdit(after, scenario, edit);
  return after;
}

/**
 * The laws of a file go through the same scenarios, one law after the other, and only look at the results. So each scenario is played once.
 * A long search cannot keep the results, and plays the scenarios again.
 */
const played = new Map<string, readonly Ran[]>();
const MOST_KEPT = 2_500;

/** Plays all rounds of a scenario, with a run after each. */
export function play(scenario: Scenario, options?: RunOptions): readonly Ran[] {
  if (options !== undefined) return playAll(scenario, options);
  const key = JSON.stringify(scenario);
  const known = played.get(key);
  if (known !== undefined) return known;
  if (played.size === MOST_KEPT) played.clear();
  const runs = playAll(scenario, {});
  played.set(key, runs);
  return runs;
}

function playAll(scenario: Scenario, options: RunOptions): readonly Ran[] {
  const runs: Ran[] = [];
  let world = createWorld(scenario);
  for (const edits of scenario.rounds) {
    const ran = sync(scenario, edited(scenario, world, edits), options);
    runs.push(ran);
    world = ran.after;
  }
  return runs;
}

/** The effects that are visible outside: writes, creations, and new and ended links. */
export const visible = ({ run }: Ran): readonly Effect[] => run.effects.filter(({ kind }) => kind !== 'note');

/** L11: true if some of a run's creations were held and some not. The next run counts again, so it may make more without approval. */
export const holdsSomeCreations = ({ run }: Ran): boolean => {
  const held = run.creations.filter((id) => run.held.has(id)).length;
  return held > 0 && held < run.creations.length;
};

export const linkIds = ({ store }: World): readonly string[] =>
  activeLinks(store)
    .map(({ id }: Link) => id)
    .sort();
