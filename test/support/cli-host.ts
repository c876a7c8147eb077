import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { z } from 'zod';
import type { CliResult } from './run-cli';

/** Runs commands as `runCli` does, but all in one process, because loading the program takes longer than most commands. */
export interface CliHost {
  readonly run: (args: readonly string[]) => Promise<CliResult>;
  readonly stop: () => void;
}

const answerSchema = z.object({ id: z.number(), code: z.number(), stdout: z.string(), stderr: z.string() });

/** The process starts with the first command. It ends with this process if it is not stopped before. */
export function createCliHost(env: Readonly<Record<string, string>>): CliHost {
  const waiting = new Map<number, { readonly done: (result: CliResult) => void; readonly failed: (error: Error) => void }>();
  let host: ChildProcess | null = null;
  let commands = 0;

  function start(): ChildProcess {
    const child = fork(join(__dirname, 'cli-host-main.cjs'), {
      env: { ...process.env, ...env },
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    child.on('message', (message) => {
      const { id, ...result } = answerSchema.parse(message);
      waiting.get(id)?.done(result);
      waiting.delete(id);
    });
    child.on('exit', (code) => {
      host = null;
      for (const { failed } of waiting.values()) failed(new Error(`The process of the commands ended with ${String(code)}.`));
      waiting.clear();
    });
    return child;
  }

  return {
    run: (args) =>
      new Promise((done, failed) => {
        commands += 1;
        waiting.set(commands, { done, failed });
        host ??= start();
        host.send({ id: commands, argv: args });
      }),
    stop: () => void host?.kill('SIGKILL'),
  };
}
