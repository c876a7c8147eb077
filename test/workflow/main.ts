import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { z } from 'zod';
import { figuresText, violationText } from './figures';
import type { Figures } from './figures';
import type { Violation } from './search';
import type { Assignment, Report } from './thread';

/**
 * `npm run simulate -- --seconds 60 --seed 1`: plays the workflows in as many orders of events as it can, on all cores. It prints the plays
 * and the broken laws, and ends with 1 when there are any. Small scenes are always played in every way, those of medium size as far as the
 * time goes. Whole runs and all others are played by chance, a seed each. `--small` leaves the medium ones to chance, `--chance` all of them.
 * With `--chance --seed 7 --seeds 1` it plays that seed and nothing else.
 */
const options = parseArgs({
  options: {
    seconds: { type: 'string', default: '60' },
    /** The first seed. Each random play has the next one. */
    seed: { type: 'string', default: '1' },
    /** The most seeds. */
    seeds: { type: 'string', default: '1000000000' },
    small: { type: 'boolean', default: false },
    chance: { type: 'boolean', default: false },
    /** A regular expression. Of the scenes to play in every way, only those with a matching name are played. */
    only: { type: 'string', default: '' },
    threads: { type: 'string', default: String(availableParallelism()) },
    /** Prints the figures as JSON (figures.ts). */
    json: { type: 'boolean', default: false },
  },
}).values;

const number = z.coerce.number().int().nonnegative();

async function main(): Promise<void> {
  const [startedAt, threads] = [Date.now(), number.parse(options.threads)];
  const seconds = (): number => (Date.now() - startedAt) / 1_000;
  const cpuSeconds = (): number => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1e6;
  };
  const assignment: Assignment = {
    bundle: join(__dirname, '..', '..', 'dist', 'workflow-bundle.js'),
    shared: new Int32Array(new SharedArrayBuffer(8)),
    only: new RegExp(options.only),
    firstSeed: number.parse(options.seed),
    seeds: number.parse(options.seeds),
    explored: options.chance ? [] : options.small ? ['small'] : ['small', 'medium'],
    untilMs: startedAt + number.parse(options.seconds) * 1_000,
  };
  const gathered = createGathered((violation) =>
    process.stderr.write(`after ${seconds().toFixed(1)} s, ${cpuSeconds().toFixed(1)} s of CPU: ${violationText(violation)}\n`),
  );
  await Promise.all(Array.from({ length: threads }, () => runThread(assignment, gathered.take)));
  const figures = { ...gathered.figures(), seconds: seconds(), cpuSeconds: cpuSeconds(), threads };
  process.stdout.write(`${options.json ? JSON.stringify(figures) : figuresText(figures)}\n`);
  process.exitCode = figures.violations.length === 0 ? 0 : 1;
}

/** Resolves when the thread has nothing more to play. */
function runThread(assignment: Assignment, take: (report: Report) => void): Promise<void> {
  return new Promise((done, failed) => {
    const thread = new Worker(join(__dirname, 'thread.ts'), { workerData: assignment });
    thread.on('message', (report: Report) => take(report));
    thread.on('error', failed);
    thread.on('exit', (code) => (code === 0 ? done() : failed(new Error(`A thread ended with ${code}.`))));
  });
}

interface Gathered {
  readonly take: (report: Report) => void;
  readonly figures: () => Omit<Figures, 'seconds' | 'cpuSeconds' | 'threads'>;
}

function createGathered(onFirst: (violation: Violation) => void): Gathered {
  const [interleavings, runs] = [new Set<number>(), new Set<number>()];
  const violations = new Map<string, Violation>();
  const complete: Record<string, number> = {};
  const incomplete: string[] = [];
  let [plays, ways, tasks] = [0, 0, 0];

  function note(violation: Violation): void {
    const key = `${violation.scene} ${violation.message}`;
    const known = violations.get(key);
    if (known === undefined) onFirst(violation);
    if (known === undefined || violation.story.length < known.story.length) violations.set(key, violation);
  }

  return {
    take: (report) => {
      switch (report.kind) {
        case 'violation':
          return note(report.violation);
        case 'explored':
          ways += report.ways;
          if (report.complete) complete[report.scene] = report.interleavings;
          else incomplete.push(report.scene);
          return undefined;
        case 'end':
          for (const fingerprint of report.fingerprints) interleavings.add(fingerprint);
          for (const fingerprint of report.runs) runs.add(fingerprint);
          plays += report.plays;
          tasks += report.tasks;
          return undefined;
      }
    },
    figures: () => ({
      interleavings: interleavings.size + runs.size,
      wholeRuns: runs.size,
      plays,
      ways,
      tasks,
      complete,
      incomplete,
      violations: [...violations.values()],
    }),
  };
}

void main();
