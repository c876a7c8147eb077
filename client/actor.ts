import { userInfo } from 'node:os';

/** The person or program that acts, for records such as approvals: `ORSYNC_ACTOR`, else the system's user. */
export function actorOf(env: Readonly<Record<string, string | undefined>> = process.env): string {
  const named = env['ORSYNC_ACTOR']?.trim();
  if (named !== undefined && named !== '') return named;
  try {
    return userInfo().username;
  } catch {
    // A container may run under a number that has no name.
    return `user ${String(process.getuid?.() ?? 'unknown')}`;
  }
}
