import { runCli, startCli } from '../support/run-cli';
import type { CliProcess, CliResult } from '../support/run-cli';
import type { Stage } from '../support/stage';
import { unpackLastRelease } from './last-release';

/** The program of a release. */
export interface Program {
  readonly release: 'last' | 'this';
  /** Runs a command to its end. */
  readonly run: (stage: Stage, ...args: readonly string[]) => Promise<CliResult>;
  readonly startWorker: (stage: Stage, env?: Readonly<Record<string, string>>) => Promise<CliProcess>;
}

const programOf = (release: Program['release'], launcher?: string): Program => ({
  release,
  run: (stage, ...args) => runCli(args, stage.env, undefined, launcher),
  startWorker: (stage, env = {}) =>
    startCli(
      ['worker'],
      { ...stage.env, ...env },
      { isReady: (log) => log.includes('worker is ready'), ...(launcher !== undefined && { launcher }) },
    ),
});

/** The last release and this one. */
export const programs = (): Readonly<Record<Program['release'], Program>> => ({
  last: programOf('last', unpackLastRelease().launcher),
  this: programOf('this'),
});
