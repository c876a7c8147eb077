import type { CrashPoint } from '../activities/deps';

/**
 * Kills this process, without any warning, the n-th time it comes to a named point: `ORSYNC_CRASH_AT=create-called:3`. For tests of what a crash
 * leaves behind; without the variable it does nothing.
 */
export function createCrashPoint(setting: string | null): (name: CrashPoint) => Promise<void> {
  if (setting === null) return async () => undefined;
  const [wanted, times = '1'] = setting.split(':');
  let left = Number(times);
  return async (name) => {
    if (name !== wanted) return;
    left -= 1;
    if (left > 0) return;
    process.kill(process.pid, 'SIGKILL');
    // The signal arrives on its own time; nothing after this point may happen.
    await new Promise(() => undefined);
  };
}
