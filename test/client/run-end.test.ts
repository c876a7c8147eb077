import { ApplicationFailure, CancelledFailure, RetryState, TerminatedFailure } from '@temporalio/common';
import { WorkflowContinuedAsNewError, WorkflowFailedError } from '@temporalio/client';
import { isPassing } from '../../client/grpc-code';
import { endOf } from '../../client/run-end';

const failedBy = (cause: Error): Error => new WorkflowFailedError('failed', cause, RetryState.NON_RETRYABLE_FAILURE);

test('a queued request follows as the next run', () => {
  expect(endOf(new WorkflowContinuedAsNewError('continued', 'r2'))).toEqual({ kind: 'continued', runId: 'r2' });
});

test('a cancelled run is no failure', () => {
  expect(endOf(failedBy(new CancelledFailure('cancelled')))).toEqual({ kind: 'ended', state: 'cancelled', trouble: null });
  expect(endOf(failedBy(new TerminatedFailure('by hand')))).toMatchObject({ kind: 'ended', state: 'cancelled' });
});

test('a failed run tells its trouble from the bottom of the failure', () => {
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
  expect(isPassing(error)).toBe(passing);
});
