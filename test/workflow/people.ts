import { APPROVE, PAUSE, REQUEST_SYNC, RESUME, SYNC_NOW, SYNC_TENANT, syncWorkflowId } from '../../workflows/api';
import type { SyncRequest } from '../../workflows/api';
import { fromPayload } from './payloads';
import type { Random } from './random';
import type { SentUpdate } from './server-core';
import type { SimulatedServer } from './server';

export const TENANT = 'acme';
export const RUN = syncWorkflowId(TENANT);

/** The people who start runs and send them signals and updates. */
export interface People {
  /** Starts a run in one of the possible ways. */
  readonly begin: () => void;
  /** Reads the state that the UI shows, and reacts to it sooner or later. */
  readonly look: () => void;
  /** Called when no events are left. Helps a waiting run, and returns false if there was nothing to do. */
  readonly help: () => boolean;
  readonly sent: readonly SentUpdate[];
}

type Act =
  | 'pause'
  | 'resume'
  | 'approve'
  | 'approve another'
  | 'sync'
  | 'sync otherwise'
  | 'tell'
  | 'schedule'
  | 'cancel'
  | 'terminate a child';

export function createPeople(random: Random, server: SimulatedServer): People {
  const sent: SentUpdate[] = [];
  let [started, scheduled] = [0, 0];
  let seen = '';

  const request = (otherwise: boolean): SyncRequest => ({
    tenant: TENANT,
    mode: otherwise ? random.pick(['preview', 'incremental']) : 'full',
    entities: otherwise && random.chance(0.5) ? ['company'] : null,
    ...(random.chance(0.8) && { requestId: `request-${(started += 1)}` }),
    ...(random.chance(0.1) && { needsOwnRun: true }),
  });
  const send = (name: string, ...args: unknown[]): void => {
    if (server.running(RUN) !== undefined) sent.push(server.update(RUN, name, ...args));
  };
  const sync = (otherwise: boolean): void => {
    const wanted = request(otherwise);
    // As a client does: start a run unless one can be joined.
    if (server.running(RUN) === undefined) server.start(SYNC_TENANT, RUN, wanted);
    send(SYNC_NOW, wanted);
  };
  const schedule = (): void => {
    scheduled += 1;
    server.start(SYNC_TENANT, `nightly-${scheduled}`, request(random.chance(0.3)));
  };

  function act(what: Act): void {
    const run = server.running(RUN);
    switch (what) {
      case 'sync':
        return sync(false);
      case 'sync otherwise':
        return sync(true);
      case 'schedule':
        return schedule();
      case 'pause':
        return send(PAUSE);
      case 'resume':
        return send(RESUME);
      case 'approve':
        return send(APPROVE, run?.identity.runId);
      case 'approve another':
        return send(APPROVE, 'run-0');
      case 'tell':
        return run === undefined ? undefined : server.signal(RUN, REQUEST_SYNC, request(random.chance(0.5)));
      case 'cancel':
        return run === undefined ? undefined : server.cancel(RUN);
      case 'terminate a child': {
        const child = [...(run?.children.values() ?? [])][0];
        return child !== undefined && server.running(child.workflowId) !== undefined ? server.terminate(child.workflowId) : undefined;
      }
    }
  }
  const later = (what: Act, withinMs: number): void =>
    server.clock.after(random.next() * withinMs, { label: what, happen: () => act(what) });

  return {
    sent,
    begin: () => {
      const way = random.next();
      if (way < 0.15) schedule();
      else if (way < 0.28) server.start(SYNC_TENANT, RUN, request(false));
      else sync(random.chance(0.2));
      const acts = random.pick([0, 0, 1, 2, 5]);
      for (let left = acts; left > 0; left -= 1) {
        const what = random.pick<Act>([
          'pause',
          'pause',
          'resume',
          'sync',
          'sync otherwise',
          'tell',
          'schedule',
          'cancel',
          'approve another',
          'terminate a child',
        ]);
        later(what, random.pick([10, 200, 5_000, 200_000, 3_600_000]));
      }
    },
    look: () => {
      const state = shownState(server);
      if (state === seen) return;
      seen = state;
      const withinMs = random.pick([0, 1_000, 86_400_000]);
      if (state === 'blocked' && random.chance(0.8)) later(random.pick(['resume', 'resume', 'sync', 'sync otherwise', 'cancel']), withinMs);
      if (state === 'needs-approval' && random.chance(0.8))
        later(random.pick(['approve', 'approve', 'sync', 'tell', 'cancel', 'pause']), withinMs);
      if (state === 'paused' && random.chance(0.8)) later(random.pick(['resume', 'resume', 'cancel']), withinMs);
    },
    help: () => {
      if (shownState(server) !== 'paused') return false;
      act(random.pick(['resume', 'cancel']));
      return true;
    },
  };
}

/** The state of the tenant's run in the UI. Empty when there is none. */
export const shownState = (server: SimulatedServer): string => {
  const shown = server.running(RUN)?.attributes['SyncState'];
  return shown === undefined ? '' : String(fromPayload(shown));
};
