import { spawn } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** A download by a vendor's own library. */
export interface VendorDownload {
  /** The library's package. A checkout has it; a program that depends on orsync, and the container image, do not need it. */
  readonly library: string;
  /** The file that downloads, as a process of its own. */
  readonly entry: 'vendor-temporal-main' | 'vendor-mongod-main';
  /** Its arguments after the folder. */
  readonly args: readonly string[];
}

/** A download that brings no byte for this long is given up, because the vendor cannot be reached from here. */
const STALLED_AFTER_MS = 8_000;
const LOOK_EVERY_MS = 500;
const REASON_LENGTH = 120;

/**
 * Lets the vendor's library download into `folder` and resolves to the program's path. Rejects when the library is not installed, and within
 * ten seconds when nothing arrives.
 */
export async function downloadFromVendor({ library, entry, args }: VendorDownload, folder: string): Promise<string> {
  if (!isInstalled(library)) throw new Error(`the package ${library} is not installed; "npm install ${library}" adds it`);
  // One attempt only: the library's own retries would hide for longer that the vendor cannot be reached.
  const environment = { ...process.env, MONGOMS_MAX_RETRIES: '1' };
  const child = spawn(process.execPath, [entryPath(entry), folder, ...args], { env: environment, stdio: ['ignore', 'pipe', 'pipe'] });
  const output = { out: '', err: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output.out += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (output.err += text));
  return new Promise((done, failed) => {
    const giveUpWhenStalled = watchGrowth(folder, () => {
      child.kill('SIGKILL');
      failed(new Error(`no data arrived for ${STALLED_AFTER_MS / 1000} s`));
    });
    child.on('error', failed);
    child.on('close', (code) => {
      clearInterval(giveUpWhenStalled);
      if (code === 0 && output.out !== '') done(output.out);
      else failed(new Error(shorten(output.err)));
    });
  });
}

function isInstalled(library: string): boolean {
  try {
    require.resolve(library);
    return true;
  } catch {
    return false;
  }
}

/** Tests run TypeScript sources, but a separate process needs the compiled file. */
function entryPath(entry: string): string {
  const folder = __filename.endsWith('.ts') ? join(__dirname, '..', 'dist', 'servers') : __dirname;
  return join(folder, `${entry}.js`);
}

function watchGrowth(folder: string, onStalled: () => void): NodeJS.Timeout {
  let size = -1;
  let grownAt = Date.now();
  return setInterval(() => {
    const now = sizeOf(folder);
    if (now !== size) grownAt = Date.now();
    else if (Date.now() - grownAt > STALLED_AFTER_MS) onStalled();
    size = now;
  }, LOOK_EVERY_MS);
}

function sizeOf(folder: string): number {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return names.reduce((sum, name) => sum + (statSync(join(folder, name), { throwIfNoEntry: false })?.size ?? 0), 0);
}

/** Native errors are long chains, and the cause comes last. */
function shorten(text: string): string {
  const line = text.trim().replaceAll(/\s+/g, ' ');
  if (line === '') return 'the download ended without a message';
  return line.length <= REASON_LENGTH ? line : `… ${line.slice(-REASON_LENGTH)}`;
}
