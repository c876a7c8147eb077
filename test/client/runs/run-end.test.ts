import { getEventListeners } from 'node:events';
import { ApplicationFailure, CancelledFailure, RetryState, TerminatedFailure } from '@temporalio/common';
import { WorkflowContinuedAsNewError, WorkflowFailedError } from '@temporalio/client';
import { isRetryableGrpc } from '../../../client/runs/grpc-code';
import { endOf, untilRunEnds } from '../../../client/runs/run-end';
import { InterruptedError } from '../../../client/runs/until-answered';
import type { SyncResult } from '../../../workflows/api';

const failedBy = (cause: Error): Error => new WorkflowFailedError('failed', cause, RetryState.NON_RETRYABLE_FAILURE);

test('a queued request follows as the next run', () => {
  expect(endOf(new WorkflowContinuedAsNewError('continued', 'r2'))).toEqual({ kind: 'continued', runId: 'r2' });
});

test('a cancelled run is no failure', () => {
  expect(endOf(failedBy(new CancelledFailure('cancelled')))).toEqual({ kind: 'ended', state: 'cancelled', trouble: null });
  expect(endOf(failedBy(new TerminatedFailure('by hand')))).toMatchObject({ kind: 'ended', state: 'cancelled' });
});

test('a failed run reports the innermost cause of its failure', () => {
  const cause = ApplicationFailure.create({ message: 'HubSpot is down.', details: ['unavailable', null] });
  const end = endOf(failedBy(Object.assign(new Error('Activity task failed'), { cause })));
  expect(end).toEqual({ kind: 'ended', state: 'failed', trouble: { kind: 'unavailable', message: 'HubSpot is down.', setting: null } });
});

test('an error that says nothing about the run’s end', () => {
  expect(endOf(new Error('socket hang up'))).toBeNull();
});

test.each([
  [14, true],
  [4, true],
  [7, false],
  [3, false],
])('status %i: asked again in a moment is %p', (code, passing) => {
  const error = Object.assign(new Error('x'), { cause: Object.assign(new Error('y'), { code, metadata: {} }) });
  expect(isRetryableGrpc(error)).toBe(passing);
});

describe('waiting for the end', () => {
  afterEach(() => jest.useRealTimers());

  /** Like Temporal's client, it adds a listener to the signal with each long poll and never removes it. */
  const temporalWith = (polls: (poll: () => void, signal: AbortSignal) => Promise<SyncResult>) => {
    let current = new AbortController().signal;
    return {
      withAbortSignal: async <T>(signal: AbortSignal, call: () => Promise<T>): Promise<T> => {
        current = signal;
        return call();
      },
      workflow: { result: () => polls(() => current.addEventListener('abort', () => undefined), current) },
    };
  };
  const ended: SyncResult = { runId: 'r', state: 'completed' };
  const listenersOf = (signal: AbortSignal): number => getEventListeners(signal, 'abort').length;

  test('leaves no listeners on the caller’s signal, however many polls it takes', async () => {
    const { signal } = new AbortController();
    let during = 0;
    const temporal = temporalWith(async (poll) => {
      for (let count = 0; count < 20; count += 1) poll();
      during = listenersOf(signal);
      return ended;
    });
    expect(await untilRunEnds(temporal, { workflowId: 'w', runId: 'r', signal })).toEqual({
      kind: 'ended',
      state: 'completed',
      trouble: null,
    });
    expect(during).toBe(1);
    expect(listenersOf(signal)).toBe(0);
  });

  test('polls again from time to time, and ends with the caller’s signal', async () => {
    jest.useFakeTimers();
    const stop = new AbortController();
    let calls = 0;
    const temporal = temporalWith((_poll, signal) => {
      calls += 1;
      return new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(new Error('cancelled'))));
    });
    const waiting = untilRunEnds(temporal, { workflowId: 'w', runId: 'r', signal: stop.signal });
    const outcome = waiting.catch((error: unknown) => error);
    await jest.advanceTimersByTimeAsync(700_000);
    expect(calls).toBe(3);
    stop.abort();
    expect(await outcome).toBeInstanceOf(InterruptedError);
  });
});
