import { z } from 'zod';
import { poll } from '../support/poll';
import { idOf, inStore } from '../support/sight';
import { createStage } from '../support/stage';
import type { Stage } from '../support/stage';

/** The poll of opportunities in real workers: one of them asks, and another goes on at its place. */

const feedSchema = z.object({ place: z.string() });
const placeSchema = z.object({ told: z.record(z.string(), z.number()) });
const leaseSchema = z.object({ owner: z.string() });

let stage: Stage;

beforeAll(async () => {
  stage = await createStage('opportunities-feed');
});

afterAll(() => stage.stop());

/** The records that were told and come again. */
const told = (tenant: string): Promise<readonly string[]> =>
  inStore(stage, async (db) => {
    const found = feedSchema.safeParse(await db.collection('feeds').findOne({ tenant, name: 'poll' }));
    return found.success ? Object.keys(placeSchema.parse(JSON.parse(found.data.place)).told).toSorted() : ['no place yet'];
  });
const ownerOf = (tenant: string): Promise<string> =>
  inStore(
    stage,
    async (db) =>
      leaseSchema.parse(await db.collection<{ readonly _id: string }>('leases').findOne({ _id: { $regex: `${tenant}.*poll$` } })).owner,
  );
const edit = (number: number) =>
  stage.edit('officernd', [
    { op: 'update', type: 'opportunities', id: idOf('opportunity', number), fields: { name: `Deal ${number}, edited` } },
  ]);

test('T1 one worker asks for changed opportunities; when it dies, another one goes on where it was', async () => {
  const tenant = 'opportunities-feed';
  const made = '2020-01-01T00:00:00.000Z';
  await stage.putWorld({
    officernd: {
      companies: [{ _id: idOf('company', 1), name: 'Company 1' }],
      opportunities: [1, 2, 3].map((n) => ({
        _id: idOf('opportunity', n),
        name: `Deal ${n}`,
        company: idOf('company', 1),
        createdAt: made,
        modifiedAt: made,
      })),
    },
  });
  const app = { clientId: '11111111-2222-4333-8444-555555555555', clientSecret: 'emulated-client-secret' };
  const { hubspot } = z.looseObject({ hubspot: z.looseObject({}) }).parse(stage.tenantFile(tenant));
  expect(await stage.applyTenant(tenant, { entities: ['company', 'opportunity'], hubspot: { ...hubspot, app } })).toMatchObject({
    code: 0,
  });
  const first = await stage.startWorker({ ORSYNC_FEED_EVERY_MS: '300' });
  await poll('the first look', async () => (await told(tenant)).length === 0 || undefined);
  const owner = await ownerOf(tenant);
  const second = await stage.startWorker({ ORSYNC_FEED_EVERY_MS: '300' });
  await edit(1);
  await poll('the change to be told', async () => (await told(tenant)).includes(idOf('opportunity', 1)) || undefined);
  expect(await ownerOf(tenant)).toBe(owner);

  await first.kill();
  await edit(2);
  await poll('the other worker to tell', async () => (await told(tenant)).includes(idOf('opportunity', 2)) || undefined);
  expect(await told(tenant)).toEqual([idOf('opportunity', 1), idOf('opportunity', 2)]);
  expect(await ownerOf(tenant)).not.toBe(owner);

  // A tenant that is removed is asked for no more.
  await stage.cli('tenant', 'remove', tenant);
  const reads = async (): Promise<number> => (await stage.requests('officernd')).byRoute['GET /organizations/{org}/opportunities'] ?? 0;
  let before = await reads();
  await poll(
    'the asking to end',
    async () => {
      const last = before;
      before = await reads();
      return last === before || undefined;
    },
    { everyMs: 2_000 },
  );
  expect(second.log()).not.toContain('Deal');
});
