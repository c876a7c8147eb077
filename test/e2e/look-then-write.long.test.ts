import { z } from 'zod';
import { company, companies, edited, editedInHubSpot } from '../support/companies';
import { poll } from '../support/poll';
import { expectSettled, keptValues, look } from '../support/sight';
import { createSharedStage } from '../support/stage';
import type { Stage } from '../support/stage';

/** M8 where few writes a minute are allowed: what waits for a place is read after the wait. */

let stage: Stage;

beforeAll(async () => {
  stage = await createSharedStage();
});

afterAll(() => stage.stop());

const logSchema = z.looseObject({
  log: z.array(z.looseObject({ method: z.string(), at: z.string(), ids: z.array(z.string()) })),
});

/** Each write to a company, with the time since the last reading of it. */
async function writes(): Promise<readonly { readonly id: string; readonly ageMs: number }[]> {
  const { log } = logSchema.parse(await stage.admin('officernd', 'GET', '/requests?log=1'));
  return log.flatMap(({ method, at, ids: [id = ''] }, index) => {
    if (method !== 'PUT') return [];
    const lookedAt = log.slice(0, index).findLast((one) => one.method === 'GET' && one.ids.length === 1 && one.ids[0] === id)?.at;
    return [{ id, ageMs: lookedAt === undefined ? Number.POSITIVE_INFINITY : Date.parse(at) - Date.parse(lookedAt) }];
  });
}

test('M8 with 20 writes a minute, a person’s edit during the wait is not overwritten, and every look is young', async () => {
  const tenant = 'look-few-writes';
  const numbers = Array.from({ length: 24 }, (_, index) => index + 1);
  const { officernd, hubspot } = companies(...numbers);
  await stage.putWorld({ officernd, hubspot });
  await stage.applyTenant(tenant);
  await stage.sync(tenant);
  await stage.edit(
    'hubspot',
    numbers.map((number) => editedInHubSpot(number, { city: 'York' })),
  );
  const limits = { hubspot: { per10s: 100_000, searchPerSecond: 1000 }, officernd: { readsPerMinute: 100_000, writesPerMinute: 20 } };
  await stage.applyTenant(tenant, { limits });
  const before = (await writes()).length;
  const running = stage.sync(tenant);
  const written = await poll(
    'the writes of the first minute',
    async () => {
      const seen = (await writes()).slice(before);
      return seen.length >= 20 ? new Set(seen.map(({ id }) => id)) : undefined;
      // The first sync has used up the minute before.
    },
    { deadlineMs: 120_000 },
  );
  const waiting = numbers.filter((number) => !written.has(company(number)));
  expect(waiting).toHaveLength(4);
  await stage.edit(
    'officernd',
    waiting.map((number) => edited(number, { 'address.city': 'Mine' }, { Floor: '2' })),
  );
  const report = await running;

  const after = await look(stage);
  for (const number of waiting)
    expect(after.officernd(company(number))).toMatchObject({ address: { city: 'Mine' }, properties: { Floor: '2' } });
  expect(await keptValues(stage, tenant, report.runId)).toHaveLength(4);
  const ages = (await writes()).slice(before).map(({ ageMs }) => ageMs);
  expect(Math.max(...ages)).toBeLessThanOrEqual(2_000);
  const { max } = z.object({ max: z.number() }).parse(report['lookAgeMs']);
  expect(max).toBeGreaterThan(0);
  expect(max).toBeLessThanOrEqual(2_000);
  expect(report.calls.officernd.rateLimited).toBe(0);
  await stage.applyTenant(tenant);
  await expectSettled(stage, tenant);
});
