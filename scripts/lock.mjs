// One set-up at a time in a checkout: a lock file names its holder, and a dead holder loses it. Uses Node built-ins only.
import { mkdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

const HEARTBEAT_MS = 2_000;
/** A living holder touches the file every two seconds. After this silence, its process number must belong to another program. */
const SILENT_AFTER_MS = 120_000;
const POLL_MS = 100;
const GIVE_UP_AFTER_MS = 15 * 60_000;

/**
 * Runs `work` while it holds the lock at `path`. Waits for another holder, and takes over from a dead one.
 * @param onWait is called once with the holder's process number, if there is one to wait for
 */
export async function withLock(path, work, onWait = () => undefined) {
  mkdirSync(dirname(path), { recursive: true });
  await acquire(path, onWait);
  const heartbeat = setInterval(() => touch(path), HEARTBEAT_MS);
  heartbeat.unref();
  try {
    return await work();
  } finally {
    clearInterval(heartbeat);
    rmSync(path, { force: true });
  }
}

async function acquire(path, onWait) {
  const deadline = Date.now() + GIVE_UP_AFTER_MS;
  let announced = false;
  while (!tryCreate(path)) {
    const holder = readHolder(path);
    if (holder !== undefined && isAbandoned(holder)) {
      takeAway(path, holder);
      continue;
    }
    if (Date.now() > deadline)
      throw new Error(`Another set-up (process ${holder?.pid}) has run for 15 minutes; stop it, or delete ${path}, and try again.`);
    if (!announced && holder !== undefined) onWait(holder.pid);
    announced ||= holder !== undefined;
    await delay(POLL_MS);
  }
}

function tryCreate(path) {
  try {
    writeFileSync(path, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  }
}

/** The holder of the lock; undefined when the file was just deleted. */
function readHolder(path) {
  try {
    const { mtimeMs, ino } = statSync(path);
    const pid = Number(readFileSync(path, 'utf8'));
    // A holder that died between creating and writing leaves an empty file; its age shows that.
    return { pid, ino, silentMs: Date.now() - mtimeMs };
  } catch (error) {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  }
}

function isAbandoned({ pid, silentMs }) {
  if (pid === 0) return silentMs > HEARTBEAT_MS;
  return silentMs > SILENT_AFTER_MS || !isAlive(pid);
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

/** Moves the dead holder's file away. If another process took the lock in between, its file is put back. */
function takeAway(path, holder) {
  const aside = `${path}.${process.pid}`;
  try {
    renameSync(path, aside);
    if (statSync(aside).ino !== holder.ino) renameSync(aside, path);
    else rmSync(aside, { force: true });
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
  }
}

function touch(path) {
  try {
    utimesSync(path, new Date(), new Date());
  } catch {
    // A person deleted the lock; the work itself is not harmed.
  }
}
