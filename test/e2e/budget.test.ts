import { z } from 'zod';
import { poll } from '../support/poll';
import { expectSettled, look } from '../support/sight';
import { createStage } from '../support/stage';
import type { Stage } from '../support/stage';

/** A tenant's calls a day (`limits.<vendor>.perDay`), on real servers: a run that has used them up waits, says so, and goes on without loss. */

const BUDGET = 30;
const CONTACTS = 40;
const world = {
  officernd: { companies: [], members: [] },
  hubspot: {
    portalId: '12345678',
    companies: [],
    contacts: Array.from({ length: CONTACTS }, (_, index) => ({
      id: `${501 + index}`,
      properties: { firstname: 'Bob', lastname: `Roe${index}`, email: `bob${index}@x.org` },
    })),
  },
};

const statusSchema = z.object({
  state: z.string().nullable(),
  running: z.boolean(),
  trouble: z.object({ kind: z.string(), message: z.string() }).nullable(),
  waits: z.array(z.object({ step: z.string(), kind: z.string(), message: z.string(), nextTryAt: z.string() })),
});

let stage: Stage;
beforeAll(async () => {
  stage = await createStage('budget');
  await stage.putWorld(world);
});
afterAll(() => stage.stop());

/** A zone whose midnight is at least half a day away: neither a new day nor the last hour of this one comes into the test. */
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
const sent = async (): Promise<number> => (await stage.requests('officernd')).total;

test('A2 a run that has used up its day waits visibly, sends nothing more, and goes on when the number is raised (L12)', async () => {
  expect((await stage.applyTenant('thrifty', limits(BUDGET))).stdout).toContain('limits.officernd.perDay');
  // The check asks the vendors as well, but is not a run.
  const before = await sent();
  await Promise.all([stage.startWorker(), stage.startWorker()]);
  const running = stage.sync('thrifty');
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

  // Asked to go on without a larger number it finds the day used up again, with whichever worker.
  expect((await stage.cli('resume', 'thrifty')).code).toBe(0);
  const isAnotherTry = ([wait]: typeof waiting.waits) => wait !== undefined && wait.nextTryAt !== waiting.waits[0]?.nextTryAt;
  await poll('another try', async () => (isAnotherTry((await status()).waits) ? true : undefined), askedOften);
  expect((await sent()) - before).toBe(BUDGET);

  await stage.applyTenant('thrifty', limits(1_000));
  expect((await stage.cli('resume', 'thrifty')).code).toBe(0);
  expect(await running).toMatchObject({ state: 'completed', phases: { link: { member: { created: CONTACTS } } } });
  expect((await look(stage)).world.officernd.members).toHaveLength(CONTACTS);
  expect(await status()).toMatchObject({ running: false, waits: [], trouble: null });
  await expectSettled(stage, 'thrifty');
}, 400_000);
