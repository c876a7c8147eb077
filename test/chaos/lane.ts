import { createEngine } from './engine';
import { play } from './play';
import type { Played } from './play';
import type { Schedule } from './schedule';
import type { ChaosServers } from './servers';
import { startVendors } from './vendors';
import { createLaneWorker } from './workers';

/** One stage for schedules, one after the other: vendors, a database, task queues and a worker of its own. */
export interface Lane {
  readonly play: (schedule: Schedule) => Promise<Played>;
  /** The last lines of its workers' logs. */
  readonly log: () => string;
  /** A play under way is given up; its connections close when it has come to its end. */
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
    // All lanes share one Temporal, where the tenant is the run's identity; a replay may play one seed on two lanes at once.
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
      // Not before: a call that the Temporal client is about to repeat would find its connection closed, and throw where nobody can catch
      // it.
      if (playing === null) await engine.close();
      else playing.then(() => engine.close()).catch(() => undefined);
    },
  };
}
