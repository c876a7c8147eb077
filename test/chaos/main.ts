import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { INTERRUPTED, untilInterrupted } from '../../cli/interruption';
import { added, countedSchema, figuresText, nothing } from './figures';
import type { Counted } from './figures';
import { scheduleOf } from './generate';
import { knownCases } from './known-cases';
import type { Schedule } from './schedule';
import { scheduleSchema } from './schedule';
import { search } from './search';

/**
 * `npm run chaos -- --seconds 600 --seed 1`: plays one seed after the other and prints what was injected, what was lost and how long
 * recovery took. Ends with 1 when a law was broken. The file of `--report FILE` then holds the schedules, and `--replay FILE` plays them.
 * The option `--figures FILE` adds the counts to the file and prints the sum. It may come several times. With `--runs 0 --fresh` nothing is
 * played. Ctrl-C or SIGTERM stops the search and prints the results so far; it ends with 130. A second one ends it at once.
 */
const options = parseArgs({
  options: {
    seconds: { type: 'string', default: '600' },
    /** The first seed. Each schedule has the next one. */
    seed: { type: 'string', default: '1' },
    /** The most schedules. */
    runs: { type: 'string', default: '1000000' },
    /** The number of schedules at the same time. */
    lanes: { type: 'string', default: '3' },
    /** Multiplies the times after which something counts as hanging. It is for a search on a busy machine. */
    patience: { type: 'string', default: '1' },
    report: { type: 'string' },
    figures: { type: 'string', multiple: true, default: [] },
    replay: { type: 'string' },
    /** Leaves out the known cases. */
    fresh: { type: 'boolean', default: false },
  },
}).values;

const number = z.coerce.number().int().nonnegative();
const report = options.report;
/** A slower recovery from a crash is printed, because the promise is less. */
const SLOW_MS = 30_000;
/** The terminal sends Ctrl-C to all processes, and npm passes it on, too. A second signal within this time is the same Ctrl-C. */
const SAME_WITHIN_MS = 1_000;

function* schedules(): Generator<Schedule> {
  if (options.replay !== undefined) {
    for (const line of readFileSync(options.replay, 'utf8').split('\n')) {
      if (line.startsWith('{')) yield z.object({ schedule: scheduleSchema }).parse(JSON.parse(line)).schedule;
    }
    return;
  }
  if (!options.fresh) for (const { schedule } of knownCases) yield schedule;
  const first = number.parse(options.seed);
  for (let index = 0; index < number.parse(options.runs); index += 1) yield scheduleOf(first + index);
}

async function main(signal: AbortSignal): Promise<void> {
  endAtOnceWhenRepeated(signal);
  const startedAt = Date.now();
  const { counted, found } =
    number.parse(options.runs) === 0 && options.fresh && options.replay === undefined
      ? { counted: nothing, found: [] }
      : await search({
          schedules: schedules(),
          untilMs: startedAt + number.parse(options.seconds) * 1_000,
          lanes: number.parse(options.lanes),
          patience: number.parse(options.patience),
          ...(report === undefined ? {} : { logFile: `${report}.log` }),
          onPlayed: tell,
          signal,
        });
  const sum = options.figures.length === 0 ? counted : options.figures.map(readFigures).reduce(added);
  process.stdout.write(
    `${figuresText(sum)}\nin ${Math.round((Date.now() - startedAt) / 1_000)} s; seeds that broke a law: ${found.map(({ schedule }) => schedule.seed).join(', ') || 'none'}\n`,
  );
  process.exitCode = found.length === 0 ? 0 : 1;
  // Plays that were broken off may still wait for something.
  if (signal.aborted) process.exit(INTERRUPTED);
}

function endAtOnceWhenRepeated(signal: AbortSignal): void {
  signal.addEventListener('abort', () => {
    process.stderr.write('Interrupted: ending what was started … (once more ends at once)\n');
    const sinceMs = Date.now();
    for (const name of ['SIGINT', 'SIGTERM'] as const) {
      process.on(name, () => {
        if (Date.now() - sinceMs > SAME_WITHIN_MS) process.exit(INTERRUPTED);
      });
    }
  });
}

/** Prints and writes the result at once, because a search of hours may be interrupted. */
function tell(schedule: Schedule, violations: readonly string[], own: Counted): void {
  const { runs, incidents } = own;
  const slow = incidents.flatMap(({ kind, phase, recoveryMs }) =>
    recoveryMs !== null && recoveryMs > SLOW_MS ? [`${kind} in ${phase} took ${Math.round(recoveryMs / 1_000)} s`] : [],
  );
  process.stderr.write(
    `${new Date().toISOString()} seed ${schedule.seed}: ${runs} runs${slow.length === 0 ? '' : ` (${slow.join(', ')})`}${violations.map((violation) => `\n  ${violation}`).join('')}\n`,
  );
  if (violations.length > 0 && report !== undefined) appendFileSync(report, `${JSON.stringify({ note: violations[0], schedule })}\n`);
  const [file] = options.figures;
  if (file !== undefined) writeFileSync(file, JSON.stringify(added(readFigures(file), own)));
}

const readFigures = (file: string): Counted => (existsSync(file) ? countedSchema.parse(JSON.parse(readFileSync(file, 'utf8'))) : nothing);

void untilInterrupted(main);
