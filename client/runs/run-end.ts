import { setTimeout as pause } from 'node:timers/promises';
import { WorkflowContinuedAsNewError } from '@temporalio/client';
import type { Client } from '@temporalio/client';
import type { RunState } from '../../domain/report';
import type { SyncResult } from '../../workflows/api';
import type { Trouble } from '../../domain/trouble';
import { followingSignal } from './following-signal';
import { isRetryableGrpc } from './grpc-code';
import { InterruptedError } from './until-answered';

/** How one run closed. `continued` means that a queued request follows as a run of its own. */
export type RunEnd =
  | { readonly kind: 'ended'; readonly state: RunState; readonly trouble: Trouble | null }
  | { readonly kind: 'continued'; readonly runId: string };

/** The run whose end is awaited. */
export interface AwaitedRun {
  readonly workflowId: string;
  readonly runId: string;
  /** Stops the waiting. */
  readonly signal: AbortSignal;
}

const PAUSE_MS = 1_000;
/** A server may be restarting for this long, so failures are retried until then. */
const RIDE_OUT_MS = 60_000;

/** How long one call waits before it is made again: it frees memory that a call holds, which matters in a run of days. */
const RENEWED_AFTER_MS = 300_000;

/** The part of Temporal's client that is needed here. */
interface ResultReader extends Pick<Client, 'withAbortSignal'> {
  readonly workflow: {
    readonly result: (workflowId: string, runId: string, options: { readonly followRuns: boolean }) => Promise<SyncResult>;
  };
}

/** Resolves when exactly this run has closed. It needs no worker. */
export async function untilRunEnds(temporal: ResultReader, { workflowId, runId, signal }: AwaitedRun): Promise<RunEnd> {
  let troubleSince: number | null = null;
  for (;;) {
    const turn = followingSignal(signal, RENEWED_AFTER_MS);
    try {
      const wait = () => temporal.workflow.result(workflowId, runId, { followRuns: false });
      const { state } = await temporal.withAbortSignal(turn.signal, wait);
      return { kind: 'ended', state, trouble: null };
    } catch (error) {
      if (signal.aborted) throw new InterruptedError();
      const end = endOf(error);
      if (end !== null) return end;
      if (turn.signal.aborted) continue;
      troubleSince ??= Date.now();
      if (!isRetryableGrpc(error) || Date.now() - troubleSince > RIDE_OUT_MS) throw error;
      await pause(PAUSE_MS);
    } finally {
      turn.dispose();
    }
  }
}

/** The end of a run that an error reports; null for an error that reports none. Exported for its table test. */
export function endOf(error: unknown): RunEnd | null {
  if (!(error instanceof Error)) return null;
  if (error instanceof WorkflowContinuedAsNewError) return { kind: 'continued', runId: error.newExecutionRunId };
  if (error.name !== 'WorkflowFailedError') return null;
  const root = rootOf(error);
  switch (root.name) {
    case 'CancelledFailure':
      return { kind: 'ended', state: 'cancelled', trouble: null };
    case 'TerminatedFailure':
      return {
        kind: 'ended',
        state: 'cancelled',
        trouble: { kind: 'cancelled', message: 'The run was terminated in Temporal.', setting: null },
      };
    default:
      return { kind: 'ended', state: 'failed', trouble: troubleOf(root) };
  }
}

const rootOf = (error: Error): Error => (error.cause instanceof Error ? rootOf(error.cause) : error);

/** The activities keep personal data out of the message, and put kind and setting beside it. */
function troubleOf(root: Error): Trouble {
  const details: unknown = 'details' in root ? root.details : null;
  const parts: readonly unknown[] = Array.isArray(details) ? details : [];
  const [kind, setting] = parts;
  return { kind: typeof kind === 'string' ? kind : 'failed', message: root.message, setting: typeof setting === 'string' ? setting : null };
}
