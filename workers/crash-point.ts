import { readFileSync } from 'node:fs';
import type { CrashPoint } from '../activities/deps';

/**
 * Kills this process without warning when it reaches a named point for the n-th time: `ORSYNC_CRASH_AT=create-called:3`. With `@` and a
 * file's name, the point is read from the file each time, so a test can set it for a running process. It is for tests of crashes; without
 * the variable it does nothing.
 */
export function createCrashPoint(setting: string | null): (name: CrashPoint) => Promise<void> {
  if (setting === null) return async () => undefined;
  const file = setting.startsWith('@') ? setting.slice(1) : null;
  let current = '';
  let passed = 0;
  return async (name) => {
    const now = file === null ? setting : readFileSync(file, 'utf8');
    if (now !== current) passed = 0;
    current = now;
    const [wanted, times = '1'] = now.split(':');
    if (name !== wanted) return;
    passed += 1;
    if (passed < Number(times)) return;
    process.kill(process.pid, 'SIGKILL');
    // The signal takes a moment to arrive. Until then, nothing after this point may run.
    await new Promise(() => undefined);
  };
}
