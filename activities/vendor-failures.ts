import { ApplicationFailure, ApplicationFailureCategory, CancelledFailure, TemporalFailure } from '@temporalio/common';
import type { ActivityExecuteInput, ActivityInboundCallsInterceptor, Next } from '@temporalio/worker';
import { Context, log } from '@temporalio/activity';
import { VendorError } from '../connectors/errors';
import { BLOCKED_FAILURE, NOTE_WAIT, troubleFrom } from '../domain/trouble';
import type { WaitNotice } from '../domain/trouble';

/**
 * The one place that turns what activities throw into what Temporal knows (architecture.md §3): which failures are tried again, when, and which
 * only a person can mend. Nothing but cleaned sentences gets into a history: no stack, no vendor text, no data of a person (A6).
 */
export const vendorFailures: ActivityInboundCallsInterceptor = {
  async execute(input: ActivityExecuteInput, next: Next<ActivityInboundCallsInterceptor, 'execute'>) {
    try {
      return await next(input);
    } catch (error) {
      if (!isKnown(error)) log.error('An activity failed unexpectedly', { kind: kindOf(error), frames: framesOf(error) });
      const failure = toFailure(error);
      const { scheduledTimestampMs, attempt } = Context.current().info;
      const isRiddenOut = Date.now() - scheduledTimestampMs > RIDE_OUT_MS && attempt > RIDE_OUT_ATTEMPTS;
      if (!isRiddenOut && isLongWait(failure, attempt)) await tellWorkflow(failure);
      throw isRiddenOut ? asFinal(failure) : failure;
    }
  },
};

/** Waits shorter than this are the ordinary course of things: a minute's calls that are used up, a vendor that is restarted. */
const WORTH_TELLING_MS = 90_000;
/** The pauses before this attempt add up to as much: 1 + 2 + 4 + … + 32 s (`workflows/steps.ts`), and this one's 64 s. */
const WORTH_TELLING_ATTEMPT = 7;

/** Whether people should see that the run waits. Exported for its table test. */
export function isLongWait(failure: Error, attempt: number): failure is ApplicationFailure {
  if (!(failure instanceof ApplicationFailure) || failure.nonRetryable === true) return false;
  const waitMs: unknown = failure.nextRetryDelay;
  return typeof waitMs === 'number' ? waitMs >= WORTH_TELLING_MS : attempt === WORTH_TELLING_ATTEMPT;
}

/** The workflow shows it to people (`SyncState`, current details). A notice that does not get through is no reason to fail otherwise. */
async function tellWorkflow({ message, details }: ApplicationFailure): Promise<void> {
  const { client, info } = Context.current();
  if (info.workflowExecution === undefined) return;
  const { workflowId, runId } = info.workflowExecution;
  const trouble = troubleFrom(message, details ?? []);
  await client.workflow
    .getHandle(workflowId, runId)
    .signal<[WaitNotice]>(NOTE_WAIT, { step: info.activityType, trouble })
    .catch(() => {
      log.warn('The run could not be told that it waits', { kind: trouble.kind });
    });
}

/** Trouble is ridden out for this long (architecture.md §2). Waiting for a limit is no trouble: a daily one may take several days. */
const RIDE_OUT_MS = 12 * 3_600_000;
/** So many attempts fit into that time, one in two minutes. What waited for a limit before it met trouble has made fewer. */
const RIDE_OUT_ATTEMPTS = 340;
/** A wait ends earlier when somebody changes the settings: they are looked at this often. */
const LONGEST_WAIT_MS = 3_600_000;

/** Ends the repeating of whatever would otherwise be tried again, but for what only waits its turn. Exported for its table test. */
export function asFinal(failure: Error): Error {
  if (!(failure instanceof ApplicationFailure) || failure.category === ApplicationFailureCategory.BENIGN) return failure;
  const { message, type, details } = failure;
  return withoutStack(ApplicationFailure.create({ message, type: type ?? 'failed', details: details ?? [], nonRetryable: true }));
}

/** Where it happened; a stack's first lines are the message, which may quote data of a person (A6). */
const framesOf = (error: unknown): readonly string[] =>
  error instanceof Error
    ? (error.stack ?? '')
        .split('\n')
        .filter((line) => /^\s+at /.test(line))
        .map((line) => line.trim())
    : [];

const kindOf = (error: unknown): string => (error instanceof Error ? error.name : 'Error');

const isKnown = (error: unknown): boolean =>
  isCancellation(error) || error instanceof TemporalFailure || error instanceof VendorError || isConfigurationError(error);

/** Exported for its table test. */
export function toFailure(error: unknown): Error {
  if (isCancellation(error)) return error instanceof Error ? error : new CancelledFailure('Cancelled');
  if (error instanceof TemporalFailure) return error;
  if (error instanceof VendorError) return withoutStack(vendorFailure(error));
  if (isConfigurationError(error)) {
    return withoutStack(
      ApplicationFailure.create({
        message: error.message,
        type: BLOCKED_FAILURE,
        nonRetryable: true,
        details: ['configuration', firstSetting(error)],
      }),
    );
  }
  // Drivers quote the data that they stumble over, so only the kind of error is told.
  const kind = kindOf(error);
  const message =
    error instanceof Error && error.constructor === Error ? error.message : `An activity failed (${kind}); the worker's log has more.`;
  return withoutStack(ApplicationFailure.create({ message, type: kind, details: [kind, null] }));
}

function vendorFailure({ kind, message, details }: VendorError): ApplicationFailure {
  const common = { message, details: [kind, details.setting ?? null] };
  switch (kind) {
    case 'rate-limited':
      return ApplicationFailure.create({
        ...common,
        type: kind,
        category: ApplicationFailureCategory.BENIGN,
        nextRetryDelay: Math.min(details.retryAfterMs ?? 10_000, LONGEST_WAIT_MS),
      });
    case 'unavailable':
      return ApplicationFailure.create({
        ...common,
        type: kind,
        ...(details.retryAfterMs !== undefined && { nextRetryDelay: details.retryAfterMs }),
      });
    case 'unauthorized':
    case 'forbidden':
    case 'configuration':
      return ApplicationFailure.create({ ...common, type: BLOCKED_FAILURE, nonRetryable: true });
    case 'invalid':
    case 'conflict':
    case 'not-found':
    case 'unexpected':
      return ApplicationFailure.create({ ...common, type: kind });
  }
}

/** A list of problems under the name that the configuration's own error has; this room doesn't import that one. */
const isConfigurationError = (error: unknown): error is Error => error instanceof Error && error.name === 'ConfigurationError';

function firstSetting(error: Error): string | null {
  const problems: unknown = 'problems' in error ? error.problems : null;
  const first: unknown = Array.isArray(problems) ? problems.at(0) : null;
  return typeof first === 'object' && first !== null && 'setting' in first && typeof first.setting === 'string' ? first.setting : null;
}

const isCancellation = (error: unknown): boolean =>
  error instanceof CancelledFailure || (error instanceof Error && error.name === 'AbortError');

function withoutStack(failure: ApplicationFailure): ApplicationFailure {
  failure.stack = '';
  return failure;
}
