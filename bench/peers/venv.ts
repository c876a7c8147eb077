import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** The folder of the checkout for the peers' Python environments. */
const home = resolve(__dirname, '../../../.orsync/peers');
const sources = resolve(__dirname, '../../../bench/peers');

/** The path of a file in this folder that is not compiled: a Python program or its requirements. */
export const sourceFile = (name: string): string => join(sources, name);

/**
 * Installs a Python with exactly the packages of `requirements-NAME.txt` in a virtual environment of its own, unless it is there already.
 * @param python the interpreter to make it with: 3.10 or 3.11, because not every peer runs on later versions
 * @returns the path of its interpreter
 */
export async function pythonWith(name: string, python: string, progress: (line: string) => void): Promise<string> {
  const folder = join(home, name);
  const interpreter = join(folder, 'bin', 'python');
  const stamp = join(folder, 'installed.txt');
  const requirements = sourceFile(`requirements-${name}.txt`);
  const wanted = readFileSync(requirements, 'utf8');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return interpreter;
  progress(`${name}: installing its Python packages …`);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(home, { recursive: true });
  await run(python, ['-m', 'venv', folder]);
  await run(interpreter, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--requirement', requirements]);
  writeFileSync(stamp, wanted);
  return interpreter;
}

/** Runs a program to its end. Resolves with its standard output. Rejects with the last lines of its errors. */
export async function run(command: string, args: readonly string[]): Promise<string> {
  const child = spawn(command, [...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr = `${stderr}${text}`.slice(-MOST_KEPT)));
  const code = await new Promise<number | null>((done, failed) => {
    child.on('error', (error) =>
      failed(new Error(`${command} could not be started (${error.message}). Name another Python with --python.`)),
    );
    child.on('close', done);
  });
  if (code !== 0)
    throw new Error(`${command} ${args[0] ?? ''} ended with ${String(code)}:\n${`${stdout.slice(-MOST_KEPT)}\n${stderr}`.trim()}`);
  return stdout;
}

const MOST_KEPT = 4_000;
