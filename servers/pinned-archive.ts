import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createWriteStream, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { EnvHttpProxyAgent, fetch } from 'undici';
import type { PinnedArchive } from './pins';

/** A download that brings no byte for this long is given up, because the vendor cannot be reached from here. */
const STALLED_AFTER_MS = 8_000;
const runFile = promisify(execFile);

/**
 * Downloads the archive into `folder`, and resolves to the path of the program of this name in it. Rejects, with nothing unpacked, when its
 * SHA-256 is not the pinned one, and within ten seconds when nothing arrives.
 */
export async function unpackPinnedArchive({ url, sha256 }: PinnedArchive, program: string, folder: string): Promise<string> {
  const archive = join(folder, 'archive.tar.gz');
  const found = await download(url, archive);
  if (found !== sha256) throw new Error(`its SHA-256 is ${found} and not ${sha256}, which is pinned: the download is not used`);
  await runFile('tar', ['-xzf', archive, '-C', folder]);
  const member = readdirSync(folder, { recursive: true, encoding: 'utf8' }).find((path) => basename(path) === program);
  if (member === undefined) throw new Error(`it holds no ${program}`);
  return join(folder, member);
}

/** Resolves to the SHA-256 of what was written to `file`. */
async function download(url: string, file: string): Promise<string> {
  const stalled = new AbortController();
  const watch = setTimeout(() => stalled.abort(), STALLED_AFTER_MS);
  const dispatcher = new EnvHttpProxyAgent();
  const hash = createHash('sha256');
  try {
    const { ok, status, body } = await fetch(url, { dispatcher, signal: stalled.signal });
    if (!ok || body === null) throw new Error(`${new URL(url).host} answered ${status}`);
    await pipeline(
      body,
      async function* (chunks: AsyncIterable<Uint8Array>) {
        for await (const chunk of chunks) {
          watch.refresh();
          hash.update(chunk);
          yield chunk;
        }
      },
      createWriteStream(file),
    );
    return hash.digest('hex');
  } catch (error) {
    throw stalled.signal.aborted ? new Error(`no data arrived for ${STALLED_AFTER_MS / 1000} s`, { cause: error }) : withReason(error);
  } finally {
    clearTimeout(watch);
    await dispatcher.destroy();
  }
}

/** `fetch` says only that it failed. Its cause says why. */
function withReason(error: unknown): Error {
  const cause: unknown = error instanceof Error ? (error.cause ?? error) : error;
  return new Error(cause instanceof Error ? cause.message : 'the download failed', { cause: error });
}
