import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { poll } from '../support/poll';
import { PORTAL, opportunityStatuses } from './catalogue';
import { createEngine, persistently } from './engine';
import type { Engine } from './engine';
import type { FirstWorld } from './first-world';
import { recordIn } from './records';
import { plainWishes } from './schedule';
import { startChaosServers } from './servers';
import type { ChaosServers } from './servers';
import { creationsIn } from './story';
import { startVendors } from './vendors';
import type { Vendors } from './vendors';
import { createLaneWorker } from './workers';
import type { LaneWorker } from './workers';

/** A2: Temporal or MongoDB is killed in the middle of a run and started again with its data on disk. The run continues without help. */

const CONTACTS = 60;

const world: FirstWorld = {
  officernd: {
    opportunityStatuses: opportunityStatuses.map((status) => ({ ...status })),
    members: [{ _id: '65f0e0000000000000000001', name: 'Ann Lee', email: 'ann@x.org', phone: '1' }],
  },
  hubspot: {
    portalId: PORTAL,
    contacts: [
      { id: '500', properties: { firstname: 'Ann', lastname: 'Lee', email: 'ann@x.org', city: 'Sofia' } },
      ...Array.from({ length: CONTACTS }, (_, index) => ({
        id: `${501 + index}`,
        properties: { firstname: 'Bob', lastname: `Roe${index}`, email: `bob${index}@x.org` },
      })),
    ],
  },
};

const folder = mkdtempSync(join(tmpdir(), 'orsync-restart-'));
let servers: ChaosServers;
let vendors: Vendors;
let engine: Engine;
let worker: LaneWorker;

beforeAll(async () => {
  servers = await startChaosServers(folder);
  vendors = await startVendors();
  engine = await createEngine(servers, vendors, 'restart');
  worker = createLaneWorker(engine.env);
  await worker.armed(null);
}, 120_000);

afterAll(async () => {
  await worker.stop();
  await Promise.all([engine.close(), vendors.stop()]);
  await servers.stop();
  rmSync(folder, { recursive: true, force: true });
}, 60_000);

const created = async (): Promise<number> => creationsIn(await vendors.log()).size;

test.each(['temporal', 'mongodb'] as const)(
  'A2 %s is killed in the middle of phase 2 and comes back: the run goes on and ends by itself, with nothing lost and nothing twice (L12)',
  async (server) => {
    const tenant = `restart-of-${server}`;
    // The phase creates a dozen records at a time. With this latency it lasts longer than the restart.
    await vendors.begin(world, { officernd: { latencyMs: 600 }, hubspot: {} });
    await engine.applyTenant(tenant, plainWishes, 'token');
    const { runId } = await engine.sync.sync({ tenant });
    await poll('the first creations', async () => ((await created()) > 3 ? true : undefined), { deadlineMs: 60_000, everyMs: 20 });
    await servers.restart(server, true);
    expect(await created()).toBeLessThan(CONTACTS);

    await engine.untilEnded(tenant, runId, AbortSignal.timeout(120_000));
    const run = await persistently(() => engine.store.forTenant(tenant).runs.get(runId));
    expect(run?.state).toBe('completed');
    expect(await created()).toBe(CONTACTS);
    const now = await vendors.world();
    const linkIds = now.live.flatMap(({ side, linkId }) => (side === 'officernd' ? [linkId] : []));
    expect(linkIds).toHaveLength(CONTACTS + 1);
    expect(new Set(linkIds)).toEqual(new Set(Array.from({ length: CONTACTS + 1 }, (_, index) => `${PORTAL}-${500 + index}`)));
    expect(recordIn(now, 'officernd', 'member', '65f0e0000000000000000001')?.values.get('address.city')).toBe('Sofia');
    expect(worker.ownDeaths()).toBe(0);
  },
  240_000,
);
