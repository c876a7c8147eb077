import { setTimeout as pause } from 'node:timers/promises';
import type { SyncTicket } from '../../workflows/api';
import { ApprovalRefusedError } from '../../client/approve';
import { persistently } from './engine';
import type { Engine } from './engine';
import { emulatorFault, placed } from './faults';
import type { PlacedFault } from './faults';
import type { Blow } from './incidents';
import { nameOfEdit } from './people';
import type { People } from './people';
import type { DisturbedRun, RunEvent, Schedule } from './schedule';
import type { ChaosServers } from './servers';
import { isWrite, nameOfRequest } from './story';
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

/** The events that disturbed a run, and the run's end. */
export interface Disturbance {
  readonly runId: string;
  readonly faults: readonly PlacedFault[];
  readonly blows: readonly Blow[];
  /** The time at which no run was in progress any more. */
  readonly endedAtMs: number;
  readonly violations: readonly string[];
}

/** A run that does not end in this time hangs. Faults are removed after half of it. */
const STUCK_AFTER_MS = 240_000;
const LOOK_EVERY_MS = 25;

/** Starts a run and plays its events of the schedule. Resolves when no run is in progress any more. */
export async function disturbedRun(
  parts: LaneParts,
  people: People,
  { tenant, run, schedule }: { readonly tenant: string; readonly run: DisturbedRun; readonly schedule: Schedule },
): Promise<Disturbance> {
  const { vendors, engine, worker, servers } = parts;
  await worker.armed(run.crashAt);
  const blows: Blow[] = [];
  worker.onCrash((atMs) => void blows.push({ kind: `crash point ${run.crashAt?.split(':')[0] ?? ''}`, atMs }));
  const unheard = servers.onRestart(({ server, hard, endedAtMs, backAtMs }) => {
    blows.push({ kind: `${server} ${hard ? 'killed' : 'restarted'}`, atMs: endedAtMs, backAtMs });
  });
  const log = await vendors.log();
  const faults = run.faults.map(placed);
  for (const side of ['officernd', 'hubspot'] as const)
    await vendors.addFaults(side, run.faults.filter((fault) => fault.side === side).map(emulatorFault));

  const state = { ended: false };
  const asked = engine.sync.sync({ tenant, mode: run.mode, entities: schedule.entities });
  const followed = asked.then((ticket) => untilIdle(parts, tenant, ticket)).finally(() => (state.ended = true));
  const stage = { tenant, schedule, since: log.length, ticket: asked, hasEnded: () => state.ended, blows, faults };
  const over = Promise.all([asked, followed, playEvents(parts, people, stage, run.events)]).then(async ([first]) => {
    // An event at the very end may have started another run.
    await untilIdle(parts, tenant, first);
    return first;
  });
  const ticket = await over.finally(() => {
    worker.onCrash(null);
    unheard();
  });
  await vendors.clearFaults();
  const endedAtMs = Date.now();
  const alone = run.mode === 'preview' && run.events.every(({ what }) => what.kind !== 'ask');
  const known = new Set(log.map(nameOfRequest));
  const wrote = alone && (await vendors.log()).some((request) => isWrite(request) && !known.has(nameOfRequest(request)));
  return {
    runId: ticket.runId,
    faults,
    blows,
    endedAtMs,
    violations: wrote ? [`preview ${ticket.runId} wrote to a vendor`] : [],
  };
}

interface EventStage {
  readonly tenant: string;
  readonly schedule: Schedule;
  /** The number of requests before the run was asked for. */
  readonly since: number;
  readonly ticket: Promise<SyncTicket>;
  readonly hasEnded: () => boolean;
  readonly blows: Blow[];
  readonly faults: PlacedFault[];
}

async function playEvents(parts: LaneParts, people: People, stage: EventStage, events: readonly RunEvent[]): Promise<void> {
  const { vendors, engine, worker, servers } = parts;
  const { tenant, schedule, ticket, hasEnded, blows, faults } = stage;
  for (const { afterRequests, inPhase, what } of events) {
    if (inPhase !== null) await engine.untilPhase(tenant, (await ticket).runId, inPhase);
    const since = inPhase === null || inPhase === 'prepare' ? stage.since : await vendors.seen();
    while (!hasEnded() && afterRequests > 0 && (await vendors.seen()) < since + afterRequests) await pause(LOOK_EVERY_MS);
    if (hasEnded() && what.kind !== 'edits') continue;
    switch (what.kind) {
      case 'edits':
        for (const edit of what.edits) if (await people.act(edit)) blows.push({ kind: nameOfEdit(edit), atMs: Date.now(), isWanted: true });
        break;
      case 'kill':
        blows.push({ kind: 'worker killed', atMs: await worker.kill() });
        break;
      case 'cancel':
        await persistently(() => engine.sync.cancel(tenant));
        blows.push({ kind: 'cancelled', atMs: Date.now(), isWanted: true });
        break;
      case 'ask':
        await persistently(() => engine.sync.sync({ tenant, entities: schedule.entities.slice(0, 2) }));
        blows.push({ kind: 'another run asked for', atMs: Date.now(), isWanted: true });
        break;
      case 'pause':
        await persistently(() => engine.sync.pause(tenant));
        await persistently(() => engine.sync.resume(tenant));
        blows.push({ kind: 'paused and resumed', atMs: Date.now(), isWanted: true });
        break;
      case 'configure':
        await engine.applyTenant(tenant, what.wishes, schedule.auth);
        blows.push({ kind: 'configuration changed', atMs: Date.now(), isWanted: true });
        break;
      case 'clock':
        await vendors.advanceClock(what.side, what.ms);
        blows.push({ kind: 'clock jump', atMs: Date.now() });
        break;
      case 'fault':
        faults.push(placed(what.fault));
        await vendors.addFaults(what.fault.side, [emulatorFault(what.fault)]);
        break;
      case 'restart':
        // Every lane notes it by its listener, this one too.
        await servers.restart(what.server, what.hard);
        break;
    }
  }
}

/**
 * Waits until no run of the tenant is under way. A run that waits for a person gets help: credentials and addresses are good again. Lists that
 * brakes hold at its end are approved (P2). Throws when a run hangs, or when approved effects are held again and again.
 */
export async function untilIdle(parts: LaneParts, tenant: string, ticket: SyncTicket): Promise<void> {
  let approvals = 0;
  for (let next: SyncTicket | null = ticket; next !== null; next = await approveHeld(parts, tenant)) {
    await untilRunsEnd(parts, tenant, next);
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

async function untilRunsEnd(parts: LaneParts, tenant: string, ticket: SyncTicket): Promise<void> {
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
        await help(parts, tenant, deadlineMs - patienceMs / 2);
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
async function help({ vendors, engine }: LaneParts, tenant: string, halfTimeMs: number): Promise<void> {
  const progress = await engine.sync.progress(tenant).catch(() => null);
  if (progress?.state === 'blocked') {
    await vendors.clearFaults();
    await persistently(() => engine.sync.resume(tenant));
  }
  if (Date.now() > halfTimeMs) await vendors.clearFaults();
}
