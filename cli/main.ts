import { Command, CommanderError } from 'commander';
import { PROGRAM_VERSION } from '../activities/program-version';
import { usageError } from './cli-error';
import { applyCommand } from './commands/apply';
import { approveCommand } from './commands/approve';
import { codecCommand } from './commands/codec';
import { createCommandKit } from './commands/command';
import type { CommandKit } from './commands/command';
import { decideCommand, decisionsCommand } from './commands/decide';
import { demoCommand } from './commands/demo';
import { doctorCommand } from './commands/doctor';
import { emulatorsCommand } from './commands/emulators';
import { explainCommand, recordHistoryCommand } from './commands/explain';
import { exportCommand } from './commands/export';
import { forgetCommand } from './commands/forget';
import { importCommand } from './commands/import';
import { failuresCommand } from './commands/failures';
import { conflictsCommand } from './commands/conflicts';
import { linkCommand, unlinkCommand } from './commands/link';
import { reportCommand, runsCommand } from './commands/history';
import { rejectCommand } from './commands/reject';
import { retryCommand } from './commands/retry';
import { reviewCommand } from './commands/review';
import { scheduleCommand } from './commands/schedule';
import { serveCommand } from './commands/serve';
import { serversCommand } from './commands/servers';
import { statusCommand } from './commands/status';
import { cancelCommand, pauseCommand, resumeCommand } from './commands/steer';
import { syncCommand } from './commands/sync';
import { tenantCommand } from './commands/tenant';
import { takeBackCommand, undoCommand } from './commands/undo';
import { workerCommand } from './commands/worker';
import { describeFailure } from './describe-failure';
import { exitCodes } from './exit-codes';
import type { ExitCode } from './exit-codes';
import { pourInto } from './pour';
import { createSession } from './session';
import type { ProcessEnvironment } from './session';
import { createProgressBar } from './text/progress-bar';
import { createTerminal } from './terminal';
import type { Streams, Terminal } from './terminal';

/** The streams and the environment of the process, which tests replace. */
export interface CommandLine {
  readonly streams: Streams;
  readonly env: ProcessEnvironment;
}

/**
 * The command line: runs one command and resolves to its exit code (docs/commands.md). Never rejects.
 * @param argv without the program's own name
 */
export async function main(argv: readonly string[], { streams, env }: CommandLine = thisProcess()): Promise<number> {
  // Read before anything is parsed, so that wrong usage is reported in the same form.
  const terminal = createTerminal(streams, { json: argv.includes('--json'), verbose: argv.includes('--verbose') });
  const session = createSession(env);
  let code: ExitCode = exitCodes.ok;
  try {
    const kit = createCommandKit({ terminal, session, env }, (finished) => {
      code = finished;
    });
    await createProgram(kit, terminal).parseAsync([...argv], { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return exitCodes.ok;
    const failure = describeFailure(isMissingCommand(error) ? usageError('Name a command; "orsync --help" lists them.') : error);
    terminal.failure(failure, error);
    return failure.exitCode;
  } finally {
    await session.close();
  }
}

const isMissingCommand = (error: unknown): boolean => error instanceof CommanderError && error.code === 'commander.help';

function createProgram(kit: CommandKit, terminal: Terminal): Command {
  const program = new Command('orsync')
    .description('Keeps OfficeRnD and HubSpot in step.')
    .version(PROGRAM_VERSION, '--version', 'print the version of this program');
  const commands = [
    demoCommand(kit),
    serversCommand(kit),
    emulatorsCommand(kit),
    workerCommand(kit),
    serveCommand(kit),
    tenantCommand(kit),
    doctorCommand(kit),
    syncCommand(kit),
    scheduleCommand(kit),
    statusCommand(kit),
    runsCommand(kit),
    reportCommand(kit),
    conflictsCommand(kit),
    reviewCommand(kit),
    explainCommand(kit),
    recordHistoryCommand(kit),
    decideCommand(kit),
    decisionsCommand(kit),
    linkCommand(kit),
    unlinkCommand(kit),
    applyCommand(kit),
    approveCommand(kit),
    rejectCommand(kit),
    failuresCommand(kit),
    resumeCommand(kit),
    retryCommand(kit),
    exportCommand(kit),
    importCommand(kit),
    forgetCommand(kit),
    undoCommand(kit),
    takeBackCommand(kit),
    pauseCommand(kit),
    cancelCommand(kit),
    codecCommand(kit),
  ];
  for (const command of commands) program.addCommand(command);
  setUp(program, terminal);
  return program;
}

/** Options and output that all commands share. */
function setUp(command: Command, terminal: Terminal): void {
  command
    .option('--json', 'print the result as one JSON document on standard output; everything else goes to standard error')
    .option('--verbose', 'show where an error happened')
    .exitOverride()
    .configureOutput({
      writeOut: (text) =>
        terminal.result(text.trim() === PROGRAM_VERSION ? { version: PROGRAM_VERSION } : { help: text }, () => text.trimEnd()),
      writeErr: (text) => terminal.note(text.trimEnd()),
      // `main` reports these errors, like all others.
      outputError: () => undefined,
    });
  for (const child of command.commands) setUp(child, terminal);
}

function thisProcess(): CommandLine {
  // A reader that closes the pipe early, such as `head`, is no error.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
  return {
    env: process.env,
    streams: {
      out: (text) => void process.stdout.write(text),
      err: (text) => void process.stderr.write(text),
      pour: (pieces) => pourInto(process.stdout, pieces),
      bar: createProgressBar(process.stderr, process.stderr.isTTY),
    },
  };
}
