import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { join } from 'node:path';

const launcher = join(__dirname, '../../bin/orsync');

/**
 * Runs a command as a user would who gives up after a while: the command is stopped then, and what it has begun goes on.
 * @param onLeft gets the process instead, and has to stop it
 */
export function runFor(
  words: readonly string[],
  env: Readonly<Record<string, string>>,
  limitMs: number,
  onLeft?: (child: ChildProcess) => void,
): Promise<{ readonly code: number | 'waiting'; readonly text: string; readonly stdout: string }> {
  const child = spawn(process.execPath, [launcher, ...words], { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  let [stdout, stderr] = ['', ''];
  let isOver = false;
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      isOver = true;
      if (onLeft === undefined) return child.kill('SIGKILL');
      onLeft(child);
      return resolve({ code: 'waiting', text: `${stdout}\n${stderr}`, stdout });
    }, limitMs);
    child.on('error', reject);
    child.on('close', (code) => {
      clearTimeout(timer);
      resolve({ code: isOver ? 'waiting' : (code ?? 1), text: `${stdout}\n${stderr}`, stdout });
    });
  });
}
