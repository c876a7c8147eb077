import { setTimeout as pause } from 'node:timers/promises';
import type { SyncTicket } from '../../workflows/api';
import { persistently } from './engine';
import type { Engine } from './engine';
import { emulatorFault, placed } from './faults';
import type { PlacedFault } from './faults';
import type { Blow } from './incidents';
import type { People } from './people';
import type { DisturbedRun, RunEvent } from './schedule';
import type { ChaosServers } from './servers';
import { isWrite } from './story';
import type { Vendors } from './vendors';
import type { LaneWorker } from './workers';

export interface LaneParts {
  readonly servers: ChaosServers;
  readonly vendors: Vendors;
  readonly engine: Engine;
  readonly worker: LaneWorker;
}

/** What was done to a run, and how it went. */
export interface Disturbance {
  readonly runId: string;
  readonly faults: readonly PlacedFault[];
  readonly blows: readonly Blow[];
  readonly violations: readonly string[];
}

/** A run that does not end within this, with its faults gone for half of it, hangs. */
const STUCK_AFTER_MS = 240_000;
const LOOK_EVERY_MS = 25;

/** Asks for a run and plays what the schedule has in store for it; resolves when no run is under way any more. */
export async function disturbedRun(parts: LaneParts, people: People, { tenant, run }: { readonly tenant: string; readonly run: DisturbedRun }): Promise<Disturbance> {
  const { vendors, engine, worker } = parts;
  await worker.armed(run.crashAt);
  const blows: Blow[] = [];
  worker.onCrash((atMs) => void blows.push({ kind: `crash point ${run.crashAt?.split(':')[0] ?? ''}`, atMs }));
  const log = await vendors.log();
  const faults = run.faults.map((fault) => placed(fault, log.filter(({ side }) => side === fault.side).length));
  for (const side of ['officernd', 'hubspot'] as const) await vendors.addFaults(side, run.faults.filter((fault) => fault.side === side).map(emulatorFault));

  const state = { ended: false };
  const asked = engine.sync.sync({ tenant, mode: run.mode });
  const followed = asked.then((ticket) => untilIdle(parts, tenant, ticket)).finally(() => (state.ended = true));
  const events = playEvents(parts, people, { tenant, events: run.events, since: log.length, hasEnded: () => state.ended, blows });
  const [ticket, stuck] = await Promise.all([asked, followed, events]);
  // An event at the very end may have started another run.
  const late = await untilIdle(parts, tenant, ticket);
  worker.onCrash(null);
  await vendors.clearFaults();
  const wrote = run.mode === 'preview' && run.events.every(({ what }) => what.kind !== 'ask') && (await vendors.log()).slice(0).some((request) => isWrite(request) && !log.some((one) => one.atMs === request.atMs && one.path === request.path));
  return { runId: ticket.runId, faults, blows, violations: [...stuck, ...late, ...(wrote ? [`preview ${ticket.runId} wrote to a vendor`] : [])] };
}

interface EventsToPlay {
  readonly tenant: string;
  readonly events: readonly RunEvent[];
  /** Requests before the run was asked for. */
  readonly since: number;
  readonly hasEnded: () => boolean;
  readonly blows: Blow[];
}

async function playEvents(parts: LaneParts, people: People, { tenant, events, since, hasEnded, blows }: EventsToPlay): Promise<void> {
  const { vendors, engine, worker, servers } = parts;
  for (const { afterRequests, what } of events) {
    while (!hasEnded() && (await vendors.seen()) < since + afterRequests) await pause(LOOK_EVERY_MS);
    if (hasEnded() && what.kind !== 'edits') continue;
    switch (what.kind) {
      case 'edits':
        for (const edit of what.edits) await people.act(edit);
        break;
      case 'kill':
        blows.push({ kind: 'worker killed', atMs: await worker.kill() });
        break;
      case 'cancel':
        await persistently(() => engine.sync.cancel(tenant));
        blows.push({ kind: 'cancelled', atMs: Date.now() });
        break;
      case 'ask':
        await persistently(() => engine.sync.sync({ tenant, entities: ['company', 'member'] }));
        break;
      case 'pause':
        await persistently(() => engine.sync.pause(tenant));
        await persistently(() => engine.sync.resume(tenant));
        break;
      case 'clock':
        await vendors.advanceClock(what.side, what.ms);
        blows.push({ kind: 'clock jump', atMs: Date.now() });
        break;
      case 'restart':
        blows.push({ kind: `${what.server} ${what.hard ? 'killed' : 'restarted'}`, atMs: await servers.restart(what.server, what.hard) });
        break;
    }
  }
}

/**
 * Waits until no run of the tenant is under way. What waits for a person gets one: credentials and addresses are good again, and what a brake holds is
 * approved. Resolves to what went wrong.
 */
export async function untilIdle({ vendors, engine }: LaneParts, tenant: string, ticket: SyncTicket): Promise<readonly string[]> {
  const deadline = Date.now() + STUCK_AFTER_MS;
  let helped = false;
  for (;;) {
    if ((await persistently(() => engine.sync.runningId(tenant))) === null) return [];
    const progress = await engine.sync.progress(tenant).catch(() => null);
    if (progress?.state === 'blocked') {
      await vendors.clearFaults();
      await persistently(() => engine.sync.resume(tenant));
    }
    if (progress?.state === 'needs-approval') await persistently(() => engine.sync.approve(tenant, progress.runId));
    if (Date.now() > deadline - STUCK_AFTER_MS / 2 && !helped) {
      helped = true;
      await vendors.clearFaults();
    }
    if (Date.now() > deadline) return [`run ${ticket.runId} hangs: ${JSON.stringify(progress)}`];
    await pause(LOOK_EVERY_MS * 4);
  }
}
