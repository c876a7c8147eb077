import { Client, Connection } from '@temporalio/client';
import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';
import { z } from 'zod';
import { syncWorkflowId } from '../../workflows/api';
import { poll } from '../support/poll';
import { expectSettled, idOf, linkId, look } from '../support/sight';
import { createStage } from '../support/stage';
import type { Stage } from '../support/stage';

/**
 * A tenant's daily calls (`limits.<vendor>.perDay`), on real servers. A run that has used them up waits, shows this, and continues without
 * loss.
 */

const BUDGET = 30;
const CONTACTS = 40;
/** Linked records with differences. HubSpot's latency decides how long phase 3 writes. */
const linked = {
  _id: idOf('member', 1),
  name: 'Zoe Lee',
  email: 'zoe@x.org',
  phone: '+441',
  properties: { hubspot_link_id: linkId('600') },
};
const world = {
  officernd: { companies: [], members: [linked] },
  hubspot: {
    portalId: '12345678',
    companies: [],
    contacts: [
      { id: '600', properties: { firstname: 'Zoe', lastname: 'Lee', email: 'zoe@x.org', phone: '+442' } },
      ...Array.from({ length: CONTACTS }, (_, index) => ({
        id: `${501 + index}`,
        properties: { firstname: 'Bob', lastname: `Roe${index}`, email: `bob${index}@x.org` },
      })),
    ],
  },
};

const statusSchema = z.object({
  state: z.string().nullable(),
  running: z.boolean(),
  trouble: z.object({ kind: z.string(), message: z.string() }).nullable(),
  waits: z.array(z.object({ step: z.string(), kind: z.string(), message: z.string(), nextTryAt: z.string() })),
});

const SYNC_STATE = defineSearchAttributeKey('SyncState', SearchAttributeType.KEYWORD);

let stage: Stage;
let connection: Connection;
let temporal: Client;
beforeAll(async () => {
  connection = await Connection.connect({ address: process.env['TEMPORAL_ADDRESS'] ?? '' });
  temporal = new Client({ connection });
  stage = await createStage('budget');
  await stage.putWorld(world);
});
afterAll(async () => {
  await stage.stop();
  await connection.close();
});

/** A zone whose midnight is at least half a day away, so that no day ends during the test. */
const timeZone = new Date().getUTCHours() < 12 ? 'Etc/UTC' : 'Etc/GMT+12';
const limits = (perDay: number) => ({
  timeZone,
  limits: {
    hubspot: { per10s: 100_000, searchPerSecond: 1_000 },
    officernd: { readsPerMinute: 1_000_000, writesPerMinute: 1_000_000, perDay },
  },
});
const status = async () => {
  const { stdout, stderr } = await stage.cli('status', 'thrifty', '--json');
  const parsed = statusSchema.safeParse(JSON.parse(stdout));
  if (!parsed.success) throw new Error(`The status is of another form: ${stdout} ${stderr}`);
  return parsed.data;
};
/** Waits until the Temporal UI shows the state of the run, by its search attribute and on its page. */
const pollShown = (state: string, details: RegExp): Promise<true> =>
  poll(
    `${state} in the Temporal UI`,
    async () => {
      const handle = temporal.workflow.getHandle(syncWorkflowId('thrifty', stage.env['ORSYNC_QUEUE_PREFIX']));
      const { typedSearchAttributes: shown } = await handle.describe();
      if (shown.get(SYNC_STATE) !== state) return undefined;
      const metadata = await handle.query<{ readonly currentDetails?: string }>('__temporal_workflow_metadata');
      return details.test(metadata.currentDetails ?? '') ? true : undefined;
    },
    { deadlineMs: 30_000, everyMs: 250 },
  );
const sent = async (): Promise<number> => (await stage.requests('officernd')).total;

test('A2 a run that has used up its day waits visibly, sends nothing more, and goes on when the number is raised (L12)', async () => {
  expect((await stage.applyTenant('thrifty', limits(BUDGET))).stdout).toContain('limits.officernd.perDay');
  // The check of a tenant file calls the vendors, too, but is not a run.
  const before = await sent();
  await Promise.all([stage.startWorker(), stage.startWorker()]);
  const running = stage.cli('sync', 'thrifty', '--wait', '--json');
  const askedOften = { deadlineMs: 120_000, everyMs: 200 };
  await poll('a used-up day', async () => ((await sent()) - before === BUDGET ? true : undefined), askedOften);
  const waiting = await poll(
    'a run that waits',
    async () => {
      const now = await status();
      return now.waits.length > 0 ? now : undefined;
    },
    askedOften,
  );
  expect(waiting).toMatchObject({ state: 'running', running: true, trouble: { kind: 'rate-limited' } });
  expect(waiting.trouble?.message).toMatch(
    /^Today's 30 calls \(limits\.officernd\.perDay\) are used up; the run goes on by itself at \d{4}-/,
  );
  expect(waiting.waits.map(({ step }) => step)).toEqual(['link/member']);
  await pollShown('waiting', /\*\*Waits\*\*, and goes on by itself: Today's 30 calls/);

  // Resumed without a larger limit, the run finds the day used up again, on any worker.
  expect((await stage.cli('resume', 'thrifty')).code).toBe(0);
  const isAnotherTry = ([wait]: typeof waiting.waits) => wait !== undefined && wait.nextTryAt !== waiting.waits[0]?.nextTryAt;
  await poll('another try', async () => (isAnotherTry((await status()).waits) ? true : undefined), askedOften);
  expect((await sent()) - before).toBe(BUDGET);

  await stage.applyTenant('thrifty', limits(1_000));
  // With this latency, the test sees that the run is running again.
  await stage.admin('hubspot', 'PUT', '/settings', { latencyMs: 2_000 });
  expect((await stage.cli('resume', 'thrifty')).code).toBe(0);
  await pollShown('running', /^\*\*Running\*\*: 3 Update(?!.*Waits)/s);
  await stage.admin('hubspot', 'PUT', '/settings', { latencyMs: 0 });
  const { stdout, stderr } = await running;
  expect(JSON.parse(stdout)).toMatchObject({ state: 'completed', phases: { link: { member: { created: CONTACTS } } } });
  expect(stderr.match(/Waiting: Today's 30 calls/g)).toHaveLength(1);
  expect((await look(stage)).world.officernd.members).toHaveLength(CONTACTS + 1);
  expect(await status()).toMatchObject({ running: false, waits: [], trouble: null });
  await expectSettled(stage, 'thrifty');
}, 400_000);
