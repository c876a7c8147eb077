import { fork } from 'node:child_process';
import { request } from 'node:http';
import { join } from 'node:path';
import { z } from 'zod';
import type { CliResult } from './run-cli';

/** The variable by which test files find the process that runs commands for all of them. */
export const CLI_HOST_PORT = 'ORSYNC_TEST_CLI_HOST_PORT';

export interface CliHost {
  readonly port: number;
  readonly stop: () => void;
}

const addressSchema = z.object({ port: z.number() });
const resultSchema = z.object({ code: z.number(), stdout: z.string(), stderr: z.string() });

/** Starts the process that runs commands: to load the command line takes longer than most commands do. It ends with this process. */
export function startCliHost(): Promise<CliHost> {
  const child = fork(join(__dirname, 'cli-host-main.cjs'), { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`The process of the commands ended with ${String(code)}.`)));
    child.once('message', (message) => resolve({ port: addressSchema.parse(message).port, stop: () => void child.kill('SIGKILL') }));
  });
}

/** Runs a command as `runCli` does, but in the process that `startCliHost` has started. */
export async function runInCliHost(args: readonly string[], env: Readonly<Record<string, string>>): Promise<CliResult> {
  const text = await post(JSON.stringify({ argv: args, env: { ...process.env, ...env } }));
  return resultSchema.parse(JSON.parse(text));
}

/** By `request`, since `fetch` gives up after five minutes. */
function post(body: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const call = request({ host: '127.0.0.1', port: process.env[CLI_HOST_PORT], method: 'POST' }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (part: string) => (text += part));
      response.on('end', () => resolve(text));
      response.on('error', reject);
    });
    call.on('error', reject);
    call.end(body);
  });
}
