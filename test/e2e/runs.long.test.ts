import { startHubSpotEmulator } from '../../emulators/hubspot';
import { startOfficerndEmulator } from '../../emulators/officernd';
import { cities, companies, company, toLeeds } from '../support/companies';
import { poll } from '../support/poll';
import { addFaults, expectSettled, linkId, look, notedFailures } from '../support/sight';
import { createSharedStage, reportSchema } from '../support/stage';
import type { Stage } from '../support/stage';
import { statusOf } from '../support/told';

/** Runs as a whole, through the command line, on real servers: failures (A3, A4) and rate limits. */

let stage: Stage;

beforeAll(async () => {
  stage = await createSharedStage();
});

afterAll(() => stage.stop());

test.each(['PUT', 'GET'])('A4 a record whose every %s fails is reported and holds back no other record', async (method) => {
  const tenant = `runs-poison-${method.toLowerCase()}`;
  await stage.putWorld(companies(1, 2, 3));
  await stage.applyTenant(tenant);
  await stage.sync(tenant);
  await toLeeds(stage, 1, 2, 3);
  await addFaults(stage, 'officernd', [{ match: { method, path: company(2) }, action: { status: 500 } }]);
  const report = await stage.sync(tenant);
  expect(report).toMatchObject({ state: 'completed', failures: 1, phases: { update: { company: { compared: 3, updatedOfficernd: 2 } } } });
  expect(await cities(stage, 1, 2, 3)).toEqual(['Leeds', undefined, 'Leeds']);
  expect(await notedFailures(stage, tenant)).toEqual([
    expect.objectContaining({ subject: expect.stringContaining(company(2)), field: null, reason: 'unavailable', runs: 1 }),
  ]);
  await stage.admin('officernd', 'DELETE', '/faults');
  expect(await stage.sync(tenant)).toMatchObject({ failures: 0, phases: { update: { company: { updatedOfficernd: 1 } } } });
  expect(await cities(stage, 2)).toEqual(['Leeds']);
  expect(await notedFailures(stage, tenant)).toEqual([]);
  await expectSettled(stage, tenant);
});

test('A4 while one tenant’s OfficeRnD is down, another tenant’s run completes; the first goes on by itself afterwards', async () => {
  const [officernd, hubspot] = await Promise.all([startOfficerndEmulator(), startHubSpotEmulator()]);
  try {
    await stage.putWorld(companies(1));
    await stage.applyTenant('runs-down');
    const { apiUrl, tokenUrl, organization, clientId, clientSecret } = officernd;
    const { portalId, accessToken } = hubspot;
    await stage.applyTenant('runs-well', {
      officernd: { organization, apiUrl, tokenUrl, clientId, clientSecret },
      hubspot: { apiUrl: hubspot.apiUrl, portalId, accessToken },
    });
    await addFaults(stage, 'officernd', [{ match: {}, action: { status: 503 } }]);
    const down = stage.sync('runs-down');
    await poll('the first failed call', async () => ((await stage.requests('officernd')).byStatus['503'] ?? 0) > 0 || undefined);
    expect(await stage.sync('runs-well')).toMatchObject({ state: 'completed' });
    expect(await statusOf(stage, 'runs-down')).toMatchObject({ running: true, state: 'running' });
    await stage.admin('officernd', 'DELETE', '/faults');
    expect(await down).toMatchObject({ state: 'completed', failures: 0, phases: { link: { company: { linked: 1 } } } });
  } finally {
    await Promise.all([officernd.stop(), hubspot.stop()]);
  }
});

test('rate limits: 429 with and without Retry-After are waited out, and nothing happens twice', async () => {
  const tenant = 'runs-limited';
  const limited = (headers: Readonly<Record<string, string>> = {}) => ({
    status: 429,
    headers,
    body: { statusCode: 429, message: 'Too Many Requests', status: 'error', policyName: 'SECONDLY' },
  });
  await stage.putWorld({
    officernd: { companies: [{ _id: company(1), name: 'C1' }] },
    hubspot: {
      companies: [
        { id: '1', properties: { name: 'C1', city: 'Leeds' } },
        { id: '2', properties: { name: 'New' } },
      ],
      contacts: [{ id: '11', properties: { firstname: 'Ann' } }],
    },
  });
  await stage.edit('officernd', [{ op: 'update', type: 'companies', id: company(1), fields: { description: 'from OfficeRnD' } }]);
  await stage.applyTenant(tenant);
  await addFaults(stage, 'hubspot', [
    { match: { method: 'GET', path: '/companies\\?' }, times: 1, action: limited({ 'retry-after': '1' }) },
    { match: { method: 'GET', path: '/contacts\\?' }, times: 1, action: limited() },
    { match: { method: 'POST', path: '/batch/update' }, times: 1, action: limited() },
  ]);
  await addFaults(stage, 'officernd', [
    { match: { method: 'GET', path: '/companies\\?' }, times: 2, action: limited({ 'retry-after': '1' }) },
    { match: { method: 'POST', path: '/companies$' }, times: 1, action: limited({ 'retry-after': '1' }) },
    { match: { method: 'POST', path: '/members$' }, times: 1, action: limited() },
    { match: { method: 'PUT', path: '/companies/' }, times: 1, action: limited({ 'retry-after': '1' }) },
  ]);
  const report = await stage.sync(tenant);
  expect(report).toMatchObject({ state: 'completed', failures: 0, calls: { hubspot: { rateLimited: 3 }, officernd: { rateLimited: 5 } } });
  const { world, officernd, values, linkedTo } = await look(stage);
  expect(world.officernd.companies.map(({ name }) => name).toSorted()).toEqual(['C1', 'New']);
  expect(world.officernd.members.map(({ name }) => name)).toEqual(['Ann']);
  expect(officernd(company(1))).toMatchObject({ address: { city: 'Leeds' }, properties: { hubspot_link_id: linkId('1') } });
  expect(values('1')).toMatchObject({ description: 'from OfficeRnD' });
  expect(linkedTo('2')?.name).toBe('New');
  await expectSettled(stage, tenant);
});

test('A3, A4 conflicts and failures stand in the report for people, too', async () => {
  const tenant = 'runs-report';
  await stage.putWorld({
    officernd: { companies: [{ _id: company(1), name: 'C1', address: { city: 'Bath' } }] },
    hubspot: { companies: [{ id: '1', properties: { name: 'C1', city: 'York' } }], contacts: [{ id: '11', properties: { phone: '1' } }] },
  });
  await stage.applyTenant(tenant);
  expect(await stage.sync(tenant)).toMatchObject({ conflicts: 0, firstLink: 1, failures: 1 });
  await stage.edit('officernd', [{ op: 'update', type: 'companies', id: company(1), fields: { 'address.city': 'Hull' } }]);
  await stage.edit('hubspot', [{ op: 'update', type: 'companies', id: '1', properties: { city: 'Ely' } }]);
  const { code, stdout } = await stage.cli('sync', tenant, '--wait');
  expect(code).toBe(0);
  expect(stdout).toMatch(/1 conflict/);
  expect((await stage.cli('status', tenant)).stdout).toMatch(/no-name/);
  const { stdout: json } = await stage.cli('report', tenant, '--json');
  expect(reportSchema.parse(JSON.parse(json))).toMatchObject({ conflicts: 1, firstLink: 0 });
});
