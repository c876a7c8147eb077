import { ApplicationFailure, CancelledFailure } from '@temporalio/common';
import { BLOCKED_FAILURE } from '../../../domain/trouble';
import { isLongWait } from '../../../activities/slice/tell-workflow';
import { asFinal, framesOf, toFailure, withPause } from '../../../activities/slice/failures';
import { ConfigurationError } from '../../../config/configuration-error';
import { VendorError } from '../../../connectors/errors';
import type { VendorErrorKind } from '../../../connectors/errors';

const vendorError = (kind: VendorErrorKind, retryAfterMs?: number) =>
  new VendorError(kind, `A sentence about ${kind}.`, {
    vendor: 'hubspot',
    route: 'GET /x',
    setting: 'hubspot.accessToken',
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  });

function failureOf(error: unknown): ApplicationFailure {
  const failure = toFailure(error);
  if (failure instanceof ApplicationFailure) return failure;
  throw new Error('An ApplicationFailure was expected.');
}

describe('errors of activities become Temporal failures', () => {
  test.each([
    ['rate-limited', { type: 'rate-limited', nonRetryable: false, nextRetryDelay: 10_000 }],
    ['unavailable', { type: 'unavailable', nonRetryable: false }],
    ['unexpected', { type: 'unexpected', nonRetryable: false }],
    ['unauthorized', { type: BLOCKED_FAILURE, nonRetryable: true }],
    ['forbidden', { type: BLOCKED_FAILURE, nonRetryable: true }],
    ['configuration', { type: BLOCKED_FAILURE, nonRetryable: true }],
  ] as const)('%s', (kind, expected) => {
    expect(failureOf(vendorError(kind))).toMatchObject({
      ...expected,
      message: `A sentence about ${kind}.`,
      details: [kind, 'hubspot.accessToken'],
    });
  });

  test('a vendor that says how long to wait is believed', () => {
    expect(failureOf(vendorError('rate-limited', 1_500))).toMatchObject({ nextRetryDelay: 1_500, category: 'BENIGN' });
  });

  test('no wait is longer than an hour, so that changed settings are noticed', () => {
    expect(failureOf(vendorError('rate-limited', 86_400_000))).toMatchObject({ nextRetryDelay: 3_600_000 });
  });

  test.each([
    [1, 1_000],
    [2, 2_000],
    [5, 16_000],
    [7, 64_000],
    [8, 120_000],
    [400, 120_000],
  ])('a failure of attempt %d sets the pause before the next one', (attempt, nextRetryDelay) => {
    expect(withPause(failureOf(vendorError('unavailable')), attempt)).toMatchObject({ type: 'unavailable', nextRetryDelay, stack: '' });
  });

  test('a pause that the vendor asks for stays; a final failure and a cancellation get none', () => {
    for (const failure of [failureOf(vendorError('rate-limited')), failureOf(vendorError('forbidden')), new CancelledFailure('cancelled')])
      expect(withPause(failure, 3)).toBe(failure);
  });

  test('trouble that has lasted too long ends the step, waiting for a limit does not', () => {
    expect(asFinal(failureOf(vendorError('unavailable')))).toMatchObject({ nonRetryable: true, type: 'unavailable', stack: '' });
    const waiting = failureOf(vendorError('rate-limited', 1_000));
    expect(asFinal(waiting)).toBe(waiting);
    const cancelled = new CancelledFailure('cancelled');
    expect(asFinal(cancelled)).toBe(cancelled);
  });

  test.each([
    ['a limit of a few seconds', vendorError('rate-limited', 12_000), 20, false],
    ['a day that is used up', vendorError('rate-limited', 3_000_000), 1, true],
    ['a vendor that is restarted', vendorError('unavailable'), 6, false],
    ['a vendor that has been down for two minutes', vendorError('unavailable'), 7, true],
    ['the same later on', vendorError('unavailable'), 8, false],
    ['a vendor that names a long pause', vendorError('unavailable', 600_000), 1, true],
    ['trouble that blocks the run anyway', vendorError('unauthorized'), 7, false],
  ] as const)('people see long waits, and trouble that lasts once: %s', (_what, error, attempt, told) => {
    expect(isLongWait(toFailure(error), attempt)).toBe(told);
  });

  test('a wrong configuration blocks and names its setting', () => {
    const error = new ConfigurationError([{ setting: 'hubspot.portalId', message: 'correct the number' }]);
    expect(failureOf(error)).toMatchObject({ type: BLOCKED_FAILURE, nonRetryable: true, details: ['configuration', 'hubspot.portalId'] });
  });

  test('A6 a failure has no stack and no message of a driver, which may quote data', () => {
    class MongoServerError extends Error {
      override readonly name = 'MongoServerError';
    }
    const failure = failureOf(new MongoServerError('E11000 duplicate key: { email: "ann@example.com" }'));
    expect(`${failure.message} ${JSON.stringify(failure.details)} ${failure.stack ?? ''}`).not.toContain('ann@example.com');
    expect(failure.stack).toBe('');
    expect(failure.type).toBe('MongoServerError');
  });

  test.each([
    ['a vendor', new VendorError('unexpected', `At '${'k'.repeat(3_000_000)}'.`, { vendor: 'hubspot', route: 'GET /x' })],
    ['a configuration', new ConfigurationError([{ setting: 'k'.repeat(3_000_000), message: 'x'.repeat(3_000_000) }])],
    ['our own code', new Error('x'.repeat(3_000_000))],
    ['escape sequences', new Error(`\u001B[2J\u202E${'é'.repeat(2_000)}`)],
  ])('a failure about %s fits into a history, tried again or final', (_what, error) => {
    const failure = failureOf(error);
    for (const one of [failure, withPause(failure, 1), asFinal(failure)]) {
      expect(Buffer.byteLength(one.message)).toBeLessThanOrEqual(1_024);
      expect(one.message).not.toMatch(/[\p{Cc}\p{Cf}]/u);
    }
    expect(JSON.stringify(failure.details).length).toBeLessThan(300);
  });

  test('A6 a refusal’s names stay out of histories: they are the vendor’s', () => {
    const details = {
      vendor: 'officernd',
      route: 'GET /x',
      status: 400,
      refusedFields: [{ property: 'ann@example.com', reason: 'x' }],
    } as const;
    const { message } = failureOf(new VendorError('invalid', 'It refused ann@example.com (x).', details));
    expect(message).toBe('OfficeRnD answered 400 to GET /x: it refused 1 of the values.');
  });

  test('A6 the frames of a stack hold no line of the message', () => {
    const frames = framesOf(new Error('refused\n    at ann@example.com (Ann)'));
    expect(frames.length).toBeGreaterThan(1);
    expect(frames.join()).not.toContain('ann@example.com');
    expect(framesOf(new Error('')).length).toBeGreaterThan(1);
  });

  test('a cancellation stays one', () => {
    expect(toFailure(new CancelledFailure('cancelled'))).toBeInstanceOf(CancelledFailure);
  });
});
