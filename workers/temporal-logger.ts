import { DefaultLogger } from '@temporalio/worker';
import type { LogEntry } from '@temporalio/worker';
import type { Logger } from 'pino';

/** Temporal's own log lines through ours. Only ids and names of theirs are kept: an error's text may quote data of a person (A6). */
export const temporalLogger = (log: Logger): DefaultLogger => new DefaultLogger('WARN', (entry) => write(log, entry));

/** A task queue has either workflows or activities here, on purpose. */
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
