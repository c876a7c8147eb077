import { readFileSync } from 'node:fs';
import type { CrashPoint } from '../activities/deps';

/**
 * Kills this process, without any warning, the n-th time it comes to a named point: `ORSYNC_CRASH_AT=create-called:3`. With `@` and the
 * name of a file, the point is looked for in that file each time, so that a process that runs already can be given one. For tests of what a
 * crash leaves behind; without the variable it does nothing.
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
    // The signal arrives on its own time; nothing after this point may happen.
    await new Promise(() => undefined);
  };
}
