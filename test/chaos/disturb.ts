import { setTimeout as pause } from 'node:timers/promises';
import { sides } from '../../domain/entity';
import type { SyncTicket } from '../../workflows/api';
import { persistently } from './engine';
import { LATEST_MS, emulatorFault, placed } from './faults';
import type { PlacedFault } from './faults';
import type { Blow } from './incidents';
import { nameOfEdit } from './people';
import type { People } from './people';
import type { DisturbedRun, RunEvent, Schedule, Twist, TwistName, Wishes } from './schedule';
import { isWrite, nameOfRequest } from './story';
import { hiddenField } from './twists';
import { untilIdle } from './until-idle';
import type { LaneParts } from './until-idle';
import type { SeenRequest } from './vendors';

/** The events that disturbed a run, and the run's end. */
export interface Disturbance {
  readonly runId: string;
  readonly faults: readonly PlacedFault[];
  readonly blows: readonly Blow[];
  /** The twists during the run. */
  readonly twists: readonly Twist[];
  /** Those that lasted from the beginning of the run to its end. */
  readonly throughout: readonly Twist[];
  /** The time at which no run was in progress any more. */
  readonly endedAtMs: number;
  readonly violations: readonly string[];
}

const LOOK_EVERY_MS = 25;

interface RunStage {
  readonly tenant: string;
  readonly run: DisturbedRun;
  readonly schedule: Schedule;
  /** The configuration at the beginning of the run. */
  readonly wishes: Wishes;
}

/** Starts a run and plays its events of the schedule. Resolves when no run is in progress any more. */
export async function disturbedRun(parts: LaneParts, people: People, { tenant, run, schedule, wishes }: RunStage): Promise<Disturbance> {
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
  const blocks: string[] = [];
  const twists: Twist[] = [];
  const early = run.events.filter(
    ({ what, afterRequests, inPhase }) => what.kind === 'twist' && inPhase === 'prepare' && afterRequests === 0,
  );
  const stage = { tenant, schedule, wishes, since: log.length, hasEnded: () => state.ended, blows, faults, twists };
  const throughout: Twist[] = [];
  for (const { what } of early) if (what.kind === 'twist' && (await twist(parts, what.twist, stage))) throughout.push(what.twist);
  const asked = engine.sync.sync({ tenant, mode: run.mode, entities: schedule.entities });
  const followed = asked.then((ticket) => untilIdle(parts, tenant, ticket, blocks)).finally(() => (state.ended = true));
  const late = run.events.filter((event) => !early.includes(event));
  const over = Promise.all([asked, followed, playEvents(parts, people, { ...stage, ticket: asked }, late)]).then(async ([first]) => {
    // An event at the very end may have started another run.
    await untilIdle(parts, tenant, first, blocks);
    return first;
  });
  const ticket = await over.finally(() => {
    worker.onCrash(null);
    unheard();
  });
  await vendors.clearFaults();
  await vendors.untwist();
  const endedAtMs = Date.now();
  const alone = run.mode === 'preview' && run.events.every(({ what }) => what.kind !== 'ask');
  const known = new Set(log.map(nameOfRequest));
  const wrote = alone && (await vendors.log()).some((request) => isNew(request, known));
  return {
    runId: ticket.runId,
    faults,
    blows,
    twists,
    throughout: blocks.length === 0 ? throughout : [],
    endedAtMs,
    violations: [
      ...(wrote ? [`preview ${ticket.runId} wrote to a vendor`] : []),
      ...(mayBlock(faults, twists) ? [] : blocks.map((message) => `V4 a run was blocked without a cause: ${message}`)),
    ],
  };
}

/** A write that left while the preview ran, and not one whose effect came late. */
const isNew = (request: SeenRequest, known: ReadonlySet<string>): boolean =>
  isWrite(request) && request.effectAt === undefined && !known.has(nameOfRequest(request));

/** The only disturbances after which a run may wait for a person. */
const mayBlock = (faults: readonly PlacedFault[], twists: readonly Twist[]): boolean =>
  faults.some(({ planned }) => planned.kind === 'expired token') || twists.some(({ name }) => blocking.has(name));

const blocking: ReadonlySet<TwistName> = new Set<TwistName>(['link id dropped', 'side effect of a write']);

/** Makes a vendor unlike usual. Resolves to false where that is not possible now. */
async function twist(
  { vendors, engine }: LaneParts,
  what: Twist,
  { tenant, blows, twists }: Pick<EventStage, 'tenant' | 'blows' | 'twists'>,
): Promise<boolean> {
  if (what.name === 'OfficeRnD leaves a field out') {
    // Without a known value of the field, it may well be blank everywhere (V2).
    const field = hiddenField(what);
    const held = await persistently(() => engine.store.forTenant(tenant).snapshots.heldFields(what.entity, [field]));
    if (!held.includes(field)) return false;
  }
  if (!(await vendors.twist(what))) return false;
  blows.push({ kind: what.name, atMs: Date.now(), isWanted: true });
  twists.push(what);
  return true;
}

interface EventStage {
  readonly tenant: string;
  readonly schedule: Schedule;
  readonly wishes: Wishes;
  /** The number of requests before the run was asked for. */
  readonly since: number;
  readonly ticket: Promise<SyncTicket>;
  readonly hasEnded: () => boolean;
  readonly blows: Blow[];
  readonly faults: PlacedFault[];
  readonly twists: Twist[];
}

async function playEvents(parts: LaneParts, people: People, stage: EventStage, events: readonly RunEvent[]): Promise<void> {
  const { vendors, engine, worker, servers } = parts;
  const { tenant, schedule, wishes, ticket, hasEnded, blows, faults } = stage;
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
        await engine.applyTenant(tenant, sameMeaning(what.wishes, wishes), schedule.auth);
        blows.push({ kind: 'configuration changed', atMs: Date.now(), isWanted: true });
        break;
      case 'clock':
        await people.pass(what.side, what.ms);
        blows.push({ kind: 'clock jump', atMs: Date.now() });
        break;
      case 'ripen':
        await ripen(people);
        break;
      case 'twist':
        await twist(parts, what.twist, stage);
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

/** Every late effect comes now. */
export async function ripen(people: People): Promise<void> {
  for (const side of sides) await people.pass(side, LATEST_MS);
}

/** In the middle of a round, a configuration may change everything but the pair and what values mean. */
const sameMeaning = (wishes: Wishes, { timeZone, statuses, remapped, address }: Wishes): Wishes => ({
  ...wishes,
  timeZone,
  statuses,
  remapped,
  address,
});
