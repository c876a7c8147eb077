import { DefaultLogger } from '@temporalio/worker';
import type { LogEntry } from '@temporalio/worker';
import type { Logger } from 'pino';

/** Writes Temporal's log lines to our log. Of their data only ids and names are kept: an error's text may quote personal data (A6). */
export const temporalLogger = (log: Logger): DefaultLogger => new DefaultLogger('WARN', (entry) => write(log, entry));

/** Temporal warns of a task queue without workflows or without activities. Ours have only one of the two, on purpose. */
const EXPECTED = /^No (activities|workflows) registered/;

function write(log: Logger, { level, message, meta }: LogEntry): void {
  if (EXPECTED.test(message)) return;
  const { workflowType, activityType, taskQueue, attempt } = meta ?? {};
  const error: unknown = meta?.['error'];
  const kind = error instanceof Error ? error.name : undefined;
  log[level === 'ERROR' ? 'error' : level === 'WARN' ? 'warn' : 'info'](
    { workflowType, activityType, taskQueue, attempt, kind: meta?.['kind'] ?? kind, frames: meta?.['frames'] },
    message,
  );
}
