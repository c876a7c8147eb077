import { poll } from '../support/poll';
import { addFaults, idOf } from '../support/sight';
import { createSharedStage } from '../support/stage';
import type { Stage } from '../support/stage';

/** A2: a listing of OfficeRnD is made again if it waited until its cursor expired. The run ends like an undisturbed one. */

let stage: Stage;

beforeAll(async () => {
  stage = await createSharedStage();
});

afterAll(() => stage.stop());

test('A2 a listing whose cursor has expired begins again, and counts no record twice', async () => {
  const tenant = 'expired';
  const companies = Array.from({ length: 120 }, (_, index) => ({ _id: idOf('company', index + 1), name: `Company ${index + 1}` }));
  await stage.putWorld({ officernd: { companies }, hubspot: {} });
  await stage.admin('officernd', 'PUT', '/settings', { cursorLifetimeMs: 60_000 });
  await stage.applyTenant(tenant, { entities: ['company'] });
  // The last of three pages.
  await addFaults(stage, 'officernd', [{ match: { path: '/companies\\?.*cursor' }, after: 1, action: { status: 503 } }]);
  const run = stage.sync(tenant);
  await poll('the outage', async () => ((await stage.requests('officernd')).byStatus['503'] === undefined ? undefined : true));
  await stage.admin('officernd', 'POST', '/clock', { advanceMs: 3_600_000 });
  await stage.admin('officernd', 'DELETE', '/faults');
  const report = await run;
  expect(report).toMatchObject({ state: 'completed', failures: 0 });
  expect((await stage.requests('officernd')).byStatus['500']).toBeGreaterThan(0);
  expect(report['completeness']).toMatchObject({ company: { officernd: { records: 120 } } });
  // Three pages of companies.
  expect(report.calls.officernd.floor).toBe(3);
});
