import { Client, Connection } from '@temporalio/client';
import { z } from 'zod';
import { taskQueue } from '../../workflows/api';
import { poll } from '../support/poll';
import { createSharedStage } from '../support/stage';
import type { Stage } from '../support/stage';

/** `orsync doctor` on real servers and emulators: where all is well, and where one thing is wrong. */

let stage: Stage;
const tenant = `doctor-${process.pid}`;

beforeAll(async () => {
  stage = await createSharedStage();
  const linkProperty = { key: 'hubspot_link_id', type: 'String', targets: ['team', 'member', 'lead'] };
  await stage.putWorld({ officernd: { customProperties: [linkProperty], companies: [] }, hubspot: { companies: [] } });
  expect(await stage.applyTenant(tenant)).toMatchObject({ code: 0 });
});

afterAll(() => stage.stop());

const documentSchema = z.object({
  ok: z.boolean(),
  findings: z.array(
    z.object({ about: z.string(), tenant: z.string().optional(), result: z.string(), message: z.string(), setting: z.string().optional() }),
  ),
});

async function doctor(...args: string[]) {
  const { code, stdout } = await stage.cli('doctor', ...args, '--json');
  const { ok, findings } = documentSchema.parse(JSON.parse(stdout));
  return { code, ok, findings, wrong: findings.filter(({ result }) => result === 'problem') };
}

/** Findings about the servers of all tests may have notes: other files' tenants, and a database that others prepare. */
const ofTenant = (findings: readonly z.output<typeof documentSchema>['findings'][number][]) =>
  findings.filter((one) => one.tenant === tenant);

test('where all is well, each check says so in a line, and the exit is 0', async () => {
  const { code, ok, findings, wrong } = await doctor(tenant);
  expect(wrong).toEqual([]);
  expect([code, ok]).toEqual([0, true]);
  expect(new Set(findings.map(({ about }) => about))).toEqual(
    new Set(['temporal', 'worker', 'mongodb', 'clock', 'secrets', 'officernd', 'hubspot', 'definitions', 'runs', 'proposals', 'schedule']),
  );
  expect(findings.filter(({ result }) => result !== 'ok')).toEqual([]);
});

test('a token that is not accepted: exit 2, and OfficeRnD is looked at all the same', async () => {
  await stage.admin('hubspot', 'POST', '/faults', [
    {
      match: { path: 'account-info' },
      action: { status: 401, body: { status: 'error', category: 'INVALID_AUTHENTICATION', message: 'no' } },
    },
  ]);
  const { code, ok, findings, wrong } = await doctor(tenant);
  await stage.admin('hubspot', 'DELETE', '/faults');
  expect([code, ok]).toEqual([2, false]);
  expect(wrong).toMatchObject([
    { about: 'hubspot', setting: 'hubspot.accessToken', message: expect.stringContaining('the credential is not accepted') },
  ]);
  expect(ofTenant(findings).find(({ about }) => about === 'officernd')?.result).toBe('ok');
});

test('a scope that the token lacks: exit 2', async () => {
  await stage.admin('hubspot', 'PUT', '/settings', {
    scopes: ['companies', 'contacts', 'deals'].map((object) => `crm.objects.${object}.read`),
  });
  const { code, wrong } = await doctor(tenant);
  await stage.admin('hubspot', 'PUT', '/settings', { scopes: null });
  expect(code).toBe(2);
  expect(wrong.map(({ message }) => message)).toEqual([
    'hubspot.accessToken: the token lacks the scopes crm.objects.companies.write; grant them in HubSpot.',
  ]);
});

test('a vendor that does not answer, and only that: exit 1', async () => {
  await stage.admin('officernd', 'POST', '/faults', [{ match: { path: '/locations' }, action: { status: 503 } }]);
  const { code, wrong } = await doctor(tenant);
  await stage.admin('officernd', 'DELETE', '/faults');
  expect(code).toBe(1);
  expect(wrong.map(({ about }) => about)).toEqual(['officernd']);
});

test('a Temporal Schedule whose last action failed, and that is paused then: a note each, and the exit is 0', async () => {
  const connection = await Connection.connect({ address: process.env['TEMPORAL_ADDRESS'] ?? '' });
  const schedule = await new Client({ connection }).schedule.create({
    scheduleId: `${tenant}-hourly`,
    spec: { intervals: [{ every: '1 hour' }] },
    action: {
      type: 'startWorkflow',
      workflowType: 'syncTenant',
      workflowId: `${tenant}-odd`,
      taskQueue: taskQueue(stage.env['ORSYNC_QUEUE_PREFIX'] ?? '', 'workflows'),
      args: [{ tenant, mode: 'fast', entities: null }],
    },
    state: { triggerImmediately: true },
  });
  const notes = (count: number) =>
    poll(`${count} notes about the Schedule`, async () => {
      const { code, findings } = await doctor(tenant);
      const found = findings.filter(({ about, result }) => about === 'schedule' && result === 'warning');
      return found.length === count ? { code, messages: found.map(({ message }) => message) } : undefined;
    });
  try {
    const failed = expect.stringMatching(
      /and that workflow failed; "temporal workflow describe --workflow-id doctor-\d+-odd-.* says why\.$/,
    );
    expect(await notes(1)).toEqual({ code: 0, messages: [failed] });
    await schedule.pause();
    expect(await notes(2)).toEqual({ code: 0, messages: [expect.stringContaining('is paused'), failed] });
  } finally {
    await schedule.delete();
    await connection.close();
  }
});

test('without a tenant, all stored ones are looked at, and no vendor is asked', async () => {
  const before = [(await stage.requests('hubspot')).total, (await stage.requests('officernd')).total];
  const { findings } = await doctor();
  expect(ofTenant(findings).map(({ about }) => about)).toEqual(['secrets', 'runs', 'proposals']);
  expect([(await stage.requests('hubspot')).total, (await stage.requests('officernd')).total]).toEqual(before);
});
