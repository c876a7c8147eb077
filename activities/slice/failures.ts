import { ApplicationFailure, ApplicationFailureCategory, CancelledFailure, TemporalFailure } from '@temporalio/common';
import type { ActivityExecuteInput, ActivityInboundCallsInterceptor, Next } from '@temporalio/worker';
import { Context, log } from '@temporalio/activity';
import { VendorError } from '../../connectors/errors';
import { BLOCKED_FAILURE } from '../../domain/trouble';
import { isLongWait, tellWorkflow } from './tell-workflow';

/**
 * The one place that turns what activities throw into what Temporal knows (architecture.md §3): which failures are tried again, when, and
 * which only a person can mend. Nothing but cleaned sentences gets into a history: no stack, no vendor text, no data of a person (A6).
 */
export const vendorFailures: ActivityInboundCallsInterceptor = {
  async execute(input: ActivityExecuteInput, next: Next<ActivityInboundCallsInterceptor, 'execute'>) {
    try {
      return await next(input);
    } catch (error) {
      if (!isKnown(error)) log.error('An activity failed unexpectedly', { kind: kindOf(error), frames: framesOf(error) });
      const { scheduledTimestampMs, attempt } = Context.current().info;
      const failure = toFailure(error);
      if (Date.now() - scheduledTimestampMs > RIDE_OUT_MS && attempt > RIDE_OUT_ATTEMPTS) throw asFinal(failure);
      if (isLongWait(failure, attempt)) await tellWorkflow(failure);
      throw withPause(failure, attempt);
    }
  },
};

/** Trouble is ridden out for this long (architecture.md §2). Waiting for a limit is no trouble: a daily one may take several days. */
const RIDE_OUT_MS = 12 * 3_600_000;
/** So many attempts fit into that time, one in two minutes. What waited for a limit before it met trouble has made fewer. */
const RIDE_OUT_ATTEMPTS = 340;
/** A wait ends earlier when somebody changes the settings: they are looked at this often. */
const LONGEST_WAIT_MS = 3_600_000;

const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 120_000;
/**
 * How long after an attempt that failed the next one is made: each time twice as long, two minutes at most. Exported for the outage's
 * simulation.
 */
export const pauseAfter = (attempt: number): number => Math.min(FIRST_PAUSE_MS * 2 ** (attempt - 1), LONGEST_PAUSE_MS);

/**
 * Says when a failure that nobody else has timed is tried again. Left to Temporal's retry policy, the same pause would follow the death of
 * a worker, which has nothing to do with how often the vendor had refused before: that policy is short (workflows/steps.ts). Exported for
 * its table test.
 */
export function withPause(failure: Error, attempt: number): Error {
  if (!(failure instanceof ApplicationFailure) || failure.nonRetryable === true || (failure.nextRetryDelay ?? null) !== null)
    return failure;
  const { message, type, details, category } = failure;
  return withoutStack(
    ApplicationFailure.create({
      message,
      type: type ?? 'failed',
      details: details ?? [],
      ...(category === undefined || category === null ? {} : { category }),
      nextRetryDelay: pauseAfter(attempt),
    }),
  );
}

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
