import { createEngine } from './engine';
import { play } from './play';
import type { Played } from './play';
import type { Schedule } from './schedule';
import type { ChaosServers } from './servers';
import { startVendors } from './vendors';
import { createLaneWorker } from './workers';

/** Plays schedules one after the other. Each lane has its own vendors, database, task queues and worker. */
export interface Lane {
  readonly play: (schedule: Schedule) => Promise<Played>;
  /** The last lines of its workers' logs. */
  readonly log: () => string;
  /** Gives up the current play. The lane's connections close when that play has ended. */
  readonly close: () => Promise<void>;
}

export async function openLane(servers: ChaosServers, name: string, patience: number): Promise<Lane> {
  const vendors = await startVendors();
  const engine = await createEngine(servers, vendors, name);
  const worker = createLaneWorker(engine.env);
  let plays = 0;
  let ownDeaths = 0;
  let playing: Promise<unknown> | null = null;
  const playOne = async (schedule: Schedule): Promise<Played> => {
    plays += 1;
    // All lanes share one Temporal, where a tenant has one run. A replay may play one seed on two lanes at once, so tenants' names differ.
    const tenant = `${name}-seed-${schedule.seed}-${plays}`;
    const played = await play({ servers, vendors, engine, worker, patience }, schedule, tenant).catch(async (error: unknown) => {
      await engine.abandon(tenant).catch(() => undefined);
      throw error;
    });
    const died = worker.ownDeaths() - ownDeaths;
    ownDeaths += died;
    // The data of a broken law stay for a look. All other data would only make the database slow.
    if (played.violations.length === 0) await engine.store.tenants.remove(tenant).catch(() => false);
    return { ...played, counted: { ...played.counted, ownDeaths: died } };
  };
  return {
    play: (schedule) => {
      const played = playOne(schedule);
      playing = played
        .catch(() => undefined)
        .finally(() => {
          playing = null;
        });
      return played;
    },
    log: () => worker.log(),
    close: async () => {
      await worker.stop();
      await vendors.stop();
      // Not earlier: the Temporal client may be about to repeat a call. With a closed connection it would throw where nobody can catch
      // it.
      if (playing === null) await engine.close();
      else playing.then(() => engine.close()).catch(() => undefined);
    },
  };
}
