import { Client, Connection, ScheduleOverlapPolicy } from '@temporalio/client';
import { z } from 'zod';
import { scheduleId } from '../../workflows/api';
import { companies } from '../support/companies';
import { poll } from '../support/poll';
import { addFaults, release } from '../support/sight';
import { createSharedStage } from '../support/stage';
import type { Stage } from '../support/stage';
import { printedJson, runsOf, statusOf } from '../support/told';

/** `orsync schedule` on a real Temporal Schedule. */

const run = z.object({ outcome: z.string(), runId: z.string().nullable(), message: z.string().nullable(), workflowId: z.string() });
const scheduleSchema = z.object({
  id: z.string(),
  state: z.string(),
  words: z.string(),
  mode: z.string().nullable(),
  timeZone: z.string(),
  note: z.object({ did: z.string(), by: z.string(), at: z.string(), why: z.string().nullable() }).nullable(),
  next: z.array(z.string()),
  lastRuns: z.array(run),
  skipped: z.number(),
});
type Seen = z.output<typeof scheduleSchema>;

let stage: Stage;
let connection: Connection;
const made: string[] = [];

beforeAll(async () => {
  stage = await createSharedStage();
  connection = await Connection.connect({ address: process.env['TEMPORAL_ADDRESS'] ?? '' });
});

afterAll(async () => {
  for (const tenant of made) await stage.cli('schedule', tenant, 'off');
  await connection.close();
  await stage.stop();
});

const prefix = () => stage.env['ORSYNC_QUEUE_PREFIX'] ?? '';
const handleOf = (tenant: string) => new Client({ connection }).schedule.getHandle(scheduleId(tenant, prefix()));
/** As if a time of the schedule had come. */
const tick = (tenant: string): Promise<void> => handleOf(tenant).trigger(ScheduleOverlapPolicy.SKIP);
const seen = async (tenant: string, ...args: string[]): Promise<Seen> =>
  scheduleSchema.parse(await printedJson(stage, 'schedule', tenant, ...args));
/** The newest run of the schedule, once its outcome is this. */
const untilOutcome = (tenant: string, outcome: string): Promise<Seen['lastRuns'][number]> =>
  poll(`a scheduled run that is ${outcome}`, async () => (await seen(tenant)).lastRuns.find((one) => one.outcome === outcome));

async function scheduled(tenant: string, ...args: string[]): Promise<Seen> {
  await stage.putWorld(companies(1));
  await stage.applyTenant(tenant, { timeZone: 'Europe/London' });
  made.push(tenant);
  return seen(tenant, 'set', ...args);
}

test('a schedule is set, shown, paused with a reason, resumed, changed and removed', async () => {
  const tenant = 'schedule-life';
  const set = await scheduled(tenant, '--every', '15m');
  expect(set).toMatchObject({ id: `${prefix()}/schedule/${tenant}`, state: 'active', words: 'every 15 minutes', mode: 'incremental' });
  expect([set.timeZone, set.lastRuns, set.note?.did]).toEqual(['Europe/London', [], 'Set']);
  expect(set.next).toHaveLength(5);
  const [first = '', second = ''] = set.next;
  expect(Date.parse(second) - Date.parse(first)).toBe(15 * 60_000);
  expect(await printedJson(stage, 'status', tenant)).toMatchObject({ nextRun: { at: first, schedule: set.id } });

  const paused = await seen(tenant, 'pause', '--note', 'the vendor moves');
  expect(paused).toMatchObject({ state: 'paused', next: [], note: { did: 'Paused', why: 'the vendor moves' } });
  expect(await printedJson(stage, 'status', tenant)).toMatchObject({ pausedSchedule: set.id });
  // Other times do not resume it, and who paused it stands.
  const changed = await seen(tenant, 'set', '--cron', '0 6 * * MON-FRI', '--mode', 'full');
  expect(changed).toMatchObject({ state: 'paused', mode: 'full', words: 'at the times of "0 6 * * MON-FRI"', note: paused.note });
  const resumed = await seen(tenant, 'resume');
  expect(resumed).toMatchObject({ state: 'active', note: { did: 'Resumed', why: null } });
  expect(resumed.next.map((at) => new Date(at).toLocaleTimeString('en-GB', { timeZone: 'Europe/London' }))).toEqual(
    Array.from({ length: 5 }, () => '06:00:00'),
  );
  const shown = await stage.cli('schedule', tenant);
  expect(shown.stdout).toContain(`${tenant}: full runs at the times of "0 6 * * MON-FRI", Europe/London`);

  expect(await printedJson(stage, 'schedule', tenant, 'off')).toEqual({ tenant, removed: true });
  for (const action of [[], ['pause'], ['resume'], ['off']]) {
    const { code, stderr } = await stage.cli('schedule', tenant, ...action);
    expect([code, stderr]).toEqual([1, `${tenant} has no schedule; "orsync schedule ${tenant} set --every 15m" makes one.\n`]);
  }
});

test('its runs are shown with their outcome; one that fails fails at the schedule, too, and no two are under way', async () => {
  const tenant = 'schedule-runs';
  await scheduled(tenant, '--every', '1d');
  await tick(tenant);
  const done = await untilOutcome(tenant, 'completed');
  expect((await runsOf(stage, tenant)).map(({ runId, mode, state }) => [runId, mode, state])).toEqual([
    [done.runId, 'incremental', 'completed'],
  ]);

  // A run under way, started by the schedule: the next time is left out.
  const hold = [{ match: { method: 'GET', path: '/companies' }, times: 1, action: { hold: true } }];
  await addFaults(stage, 'officernd', hold);
  await tick(tenant);
  await untilOutcome(tenant, 'running');
  await poll('the run to begin', async () => (await statusOf(stage, tenant)).running || undefined);
  await tick(tenant);
  await poll('the time to be left out', async () => (await seen(tenant)).skipped === 1 || undefined);
  const { runId } = await statusOf(stage, tenant);
  await new Client({ connection }).workflow.getHandle(`${prefix()}/${tenant}`, runId ?? '').terminate('a person did');
  await release(stage, 'officernd');
  const failed = await untilOutcome(tenant, 'failed');
  expect(failed.message).toBe('The run was terminated.');
  expect((await stage.cli('schedule', tenant)).stdout).toContain('failed: The run was terminated.');

  // A run that others have started takes the request.
  await addFaults(stage, 'officernd', hold);
  await stage.cli('sync', tenant, '--mode', 'incremental');
  await poll('the run to begin', async () => (await statusOf(stage, tenant)).running || undefined);
  await tick(tenant);
  await untilOutcome(tenant, 'joined');
  await release(stage, 'officernd');
  await poll('the run to end', async () => !(await statusOf(stage, tenant)).running || undefined);
  expect(await runsOf(stage, tenant)).toHaveLength(3);
});

test('a tenant that is removed loses its schedule', async () => {
  const tenant = 'schedule-removed';
  await scheduled(tenant, '--every', '1h');
  expect(await printedJson(stage, 'tenant', 'remove', tenant)).toMatchObject({ removed: true, scheduleRemoved: true });
  await expect(handleOf(tenant).describe()).rejects.toThrow(/not found/i);
});

test('wrong times and wrong usage are one sentence', async () => {
  const tenant = 'schedule-wrong';
  await stage.putWorld(companies(1));
  await stage.applyTenant(tenant);
  const refusals: readonly (readonly [args: readonly string[], said: RegExp])[] = [
    [['set', '--every', '10s'], /^An interval is a number with m, h or d, such as 15m: a minute at least, 30 days at most\.\n$/],
    [['set', '--cron', 'every day'], /^A cron expression has five fields: .*\n$/],
    [['set', '--cron', '0 25 * * *'], /^Temporal refuses these times: .*hour.*\n$/i],
    [['set'], /^Give either --every, such as --every 15m, or --cron\.\n$/],
    [['set', '--every', '1h', '--cron', '@daily'], /^Give either --every/],
    [['set', '--every', '1h', '--jitter', 'much'], /^The jitter is a number/],
    [['pause', '--every', '1h'], /go with "orsync schedule T set"\.\n$/],
    [['stop'], /^action: it is set, pause, resume or off, or left out\. See "orsync schedule --help"\.\n$/],
  ];
  for (const [args, said] of refusals) {
    const { code, stderr } = await stage.cli('schedule', tenant, ...args);
    expect([args, code, stderr]).toEqual([args, 2, expect.stringMatching(said)]);
  }
  const unknown = await stage.cli('schedule', 'schedule-nobody');
  expect([unknown.code, unknown.stderr]).toEqual([2, 'There is no tenant schedule-nobody; "orsync tenant list" names those there are.\n']);
});
