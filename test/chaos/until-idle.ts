import { setTimeout as pause } from 'node:timers/promises';
import { ApprovalRefusedError } from '../../client/approve';
import type { SyncTicket } from '../../workflows/api';
import { persistently } from './engine';
import type { Engine } from './engine';
import type { ChaosServers } from './servers';
import type { Vendors } from './vendors';
import type { LaneWorker } from './workers';

export interface LaneParts {
  readonly servers: ChaosServers;
  readonly vendors: Vendors;
  readonly engine: Engine;
  readonly worker: LaneWorker;
  /** Multiplies the times after which something counts as hanging. It is for processes on a busy machine. */
  readonly patience: number;
}

/** A run that does not end in this time hangs. Faults are removed after half of it. */
const STUCK_AFTER_MS = 240_000;

/**
 * Waits until no run of the tenant is under way. A run that waits for a person gets help: credentials and addresses are good again. A list that a
 * brake holds at its end is approved (P2). Throws when a run hangs, or when approved effects are held again and again.
 * `blocks` gets the messages of runs that were blocked.
 */
export async function untilIdle(parts: LaneParts, tenant: string, ticket: SyncTicket, blocks: string[] = []): Promise<void> {
  let approvals = 0;
  for (let next: SyncTicket | null = ticket; next !== null; next = await approveHeld(parts, tenant)) {
    await untilRunsEnd(parts, { tenant, ticket: next, blocks });
    approvals += 1;
    if (approvals > MOST_APPROVALS) throw new Error(`P2 after ${MOST_APPROVALS} approvals something is still held`);
  }
}

/** Each approval may leave effects that were not on its list, and people go on editing. */
const MOST_APPROVALS = 6;

/** Approves all that the newest run ended with, and returns the ticket of the run that follows; null when nothing is left to approve. */
async function approveHeld({ engine }: LaneParts, tenant: string): Promise<SyncTicket | null> {
  const latest = await persistently(() => engine.store.forTenant(tenant).runs.latest());
  if (latest?.state !== 'needs-approval') return null;
  const approved = await persistently(() => engine.sync.approve(tenant, latest.id).catch(nullIfStale));
  return approved === null ? null : { runId: approved.runId, outcome: approved.outcome === 'released' ? 'joined' : approved.outcome };
}

/** The configuration has changed since. The next run proposes afresh. */
function nullIfStale(error: unknown): null {
  if (error instanceof ApprovalRefusedError && error.kind === 'stale') return null;
  throw error;
}

async function untilRunsEnd(
  parts: LaneParts,
  { tenant, ticket, blocks }: { readonly tenant: string; readonly ticket: SyncTicket; readonly blocks: string[] },
): Promise<void> {
  const { engine } = parts;
  const patienceMs = STUCK_AFTER_MS * parts.patience;
  const deadlineMs = Date.now() + patienceMs;
  for (let current: string | null = ticket.runId; current !== null; current = await persistently(() => engine.sync.runningId(tenant))) {
    const runId = current;
    const stop = new AbortController();
    const ended = engine.untilEnded(tenant, runId, stop.signal).then(() => true);
    // Its error is reported where it is awaited below.
    ended.catch(() => undefined);
    try {
      while (!(await Promise.race([ended, pause(HELP_EVERY_MS, false)]))) {
        await help(parts, { tenant, halfTimeMs: deadlineMs - patienceMs / 2, blocks });
        if (Date.now() < deadlineMs) continue;
        throw new Error(`A2 run ${runId} hangs: ${JSON.stringify(await engine.sync.progress(tenant).catch(() => null))}`);
      }
    } finally {
      stop.abort();
    }
  }
}

/** Not often, because each query costs the worker a workflow task. */
const HELP_EVERY_MS = 1_500;

/** The steps of a person who finds a run waiting. In the second half of the time, faults end by themselves. */
async function help(
  { vendors, engine }: LaneParts,
  { tenant, halfTimeMs, blocks }: { readonly tenant: string; readonly halfTimeMs: number; readonly blocks: string[] },
): Promise<void> {
  const progress = await engine.sync.progress(tenant).catch(() => null);
  if (progress?.state === 'blocked') {
    blocks.push(JSON.stringify(progress.trouble ?? null));
    await vendors.clearFaults();
    await vendors.untwist();
    await persistently(() => engine.sync.resume(tenant));
  }
  if (Date.now() > halfTimeMs) await vendors.clearFaults();
}
