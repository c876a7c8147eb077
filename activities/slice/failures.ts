import { ApplicationFailure, ApplicationFailureCategory, CancelledFailure, TemporalFailure } from '@temporalio/common';
import type { ApplicationFailureOptions } from '@temporalio/common';
import type { ActivityExecuteInput, ActivityInboundCallsInterceptor, Next } from '@temporalio/worker';
import { Context, log } from '@temporalio/activity';
import { VendorError } from '../../connectors/errors';
import { asLabel, asSentence } from '../../domain/printable';
import { BLOCKED_FAILURE } from '../../domain/trouble';
import { attemptsInVain } from './progress';
import { isLongWait, tellWorkflow } from './tell-workflow';
import { WritesStopped } from './writes-stopped';

/**
 * The one place that turns errors of activities into Temporal failures. It decides which failures are tried again, when, and which ones
 * only a person can mend. Only cleaned sentences get into a history: no stack, no vendor text, no data of a person (A6).
 */
export const vendorFailures: ActivityInboundCallsInterceptor = {
  async execute(input: ActivityExecuteInput, next: Next<ActivityInboundCallsInterceptor, 'execute'>) {
    try {
      return await next(input);
    } catch (error) {
      if (!isKnown(error)) log.error('An activity failed unexpectedly', { kind: kindOf(error), frames: framesOf(error) });
      const { info } = Context.current();
      const failure = toFailure(error);
      if (Date.now() - info.scheduledTimestampMs > RIDE_OUT_MS && info.attempt > RIDE_OUT_ATTEMPTS) throw asFinal(failure);
      const inVain = attemptsInVain(info, error);
      if (isLongWait(failure, inVain)) await tellWorkflow(failure);
      throw withPause(failure, inVain);
    }
  },
};

/** Trouble is tried again for this long, then the step fails. Waiting for a limit is no trouble: a daily limit may take several days. */
const RIDE_OUT_MS = 12 * 3_600_000;
/** As many attempts as fit into that time, one in two minutes. A step that has waited for a limit first has made fewer, and goes on. */
const RIDE_OUT_ATTEMPTS = 340;
/** Longest wait before another look: somebody may have changed the settings in the meantime. */
const LONGEST_WAIT_MS = 3_600_000;

const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 120_000;
/**
 * Pause after so many attempts in vain, in milliseconds: doubles each time, up to two minutes. Exported for the outage's simulation.
 */
export const pauseAfter = (attempt: number): number => Math.min(FIRST_PAUSE_MS * 2 ** (attempt - 1), LONGEST_PAUSE_MS);

/**
 * Sets the pause after a failure that names none itself. Temporal's retry policy cannot do that: it also times the retry after a worker's
 * death, which must be short (workflows/steps.ts). Exported for its table test.
 */
export function withPause(failure: Error, attempt: number): Error {
  if (!(failure instanceof ApplicationFailure) || failure.nonRetryable === true || (failure.nextRetryDelay ?? null) !== null)
    return failure;
  const { message, type, details, category } = failure;
  return made({
    message,
    type: type ?? 'failed',
    details: details ?? [],
    ...(category === undefined || category === null ? {} : { category }),
    nextRetryDelay: pauseAfter(attempt),
  });
}

/** Makes a failure final, except one that only waits for a limit. Exported for its table test. */
export function asFinal(failure: Error): Error {
  if (!(failure instanceof ApplicationFailure) || failure.category === ApplicationFailureCategory.BENIGN) return failure;
  const { message, type, details } = failure;
  return made({ message, type: type ?? 'failed', details: details ?? [], nonRetryable: true });
}

/**
 * The frames of a stack. Before them comes the message, which may quote data of a person, also in a line that looks like a frame (A6).
 * Exported for its test.
 */
export function framesOf(error: unknown): readonly string[] {
  if (!(error instanceof Error) || error.stack === undefined) return [];
  const messageAt = error.stack.indexOf(error.message);
  if (messageAt === -1) return [];
  return error.stack
    .slice(messageAt + error.message.length)
    .split('\n')
    .filter((line) => /^\s+at /.test(line))
    .map((line) => line.trim());
}

const kindOf = (error: unknown): string => (error instanceof Error ? error.name : 'Error');

const isKnown = (error: unknown): boolean =>
  isCancellation(error) ||
  error instanceof TemporalFailure ||
  error instanceof VendorError ||
  error instanceof WritesStopped ||
  isConfigurationError(error);

/** Exported for its table test. */
export function toFailure(error: unknown): Error {
  if (isCancellation(error)) return error instanceof Error ? error : new CancelledFailure('Cancelled');
  if (error instanceof TemporalFailure) return error;
  if (error instanceof VendorError) return vendorFailure(error);
  if (error instanceof WritesStopped) {
    const { message } = error;
    return made({ message, type: BLOCKED_FAILURE, nonRetryable: true, details: ['surprise', null] });
  }
  if (isConfigurationError(error)) {
    const { message } = error;
    return made({ message, type: BLOCKED_FAILURE, nonRetryable: true, details: ['configuration', firstSetting(error)] });
  }
  // Drivers quote data in their messages, so the failure names only the kind of error (A6).
  const kind = kindOf(error);
  const message =
    error instanceof Error && error.constructor === Error ? error.message : `An activity failed (${kind}). See the worker's log.`;
  return made({ message, type: kind, details: [kind, null] });
}

function vendorFailure(error: VendorError): ApplicationFailure {
  const { kind, details } = error;
  const common = { message: withoutNames(error), details: [kind, details.setting ?? null] };
  switch (kind) {
    case 'rate-limited':
      return made({
        ...common,
        type: kind,
        category: ApplicationFailureCategory.BENIGN,
        nextRetryDelay: Math.min(details.retryAfterMs ?? 10_000, LONGEST_WAIT_MS),
      });
    case 'unavailable':
      return made({
        ...common,
        type: kind,
        ...(details.retryAfterMs !== undefined && { nextRetryDelay: details.retryAfterMs }),
      });
    case 'unauthorized':
    case 'forbidden':
    case 'configuration':
      return made({ ...common, type: BLOCKED_FAILURE, nonRetryable: true });
    case 'invalid':
    case 'conflict':
    case 'not-found':
    case 'unexpected':
      return made({ ...common, type: kind });
  }
}

/** Recognised by its name, because activities may not import `config/`. */
const isConfigurationError = (error: unknown): error is Error => error instanceof Error && error.name === 'ConfigurationError';

/** A setting's name may hold names of the tenant file, each of them a label. */
const SETTING_CHARACTERS = 200;

function firstSetting(error: Error): string | null {
  const problems: unknown = 'problems' in error ? error.problems : null;
  const first: unknown = Array.isArray(problems) ? problems.at(0) : null;
  return typeof first === 'object' && first !== null && 'setting' in first && typeof first.setting === 'string'
    ? asLabel(first.setting, SETTING_CHARACTERS)
    : null;
}

const isCancellation = (error: unknown): boolean =>
  error instanceof CancelledFailure || (error instanceof Error && error.name === 'AbortError');

/**
 * Makes a failure that fits into a history: without a stack, and its sentence printable and short. Temporal refuses a larger one, and fails
 * the run in its place.
 */
function made(options: ApplicationFailureOptions & { readonly message: string }): ApplicationFailure {
  const failure = ApplicationFailure.create({ ...options, message: asSentence(options.message) });
  failure.stack = '';
  return failure;
}

/** A refusal's sentence without the names in it: they are the vendor's, and anything may stand in their place (A6). */
const withoutNames = ({ message, details: { vendor, status, route, refusedFields = [] } }: VendorError): string =>
  refusedFields.length === 0
    ? message
    : `${vendor === 'hubspot' ? 'HubSpot' : 'OfficeRnD'} answered ${status ?? 'badly'} to ${route}: it refused ${refusedFields.length} of the values.`;
