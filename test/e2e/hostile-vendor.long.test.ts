import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { startHostileVendor } from '../support/hostile-vendor';
import type { HostileVendor, Hostility } from '../support/hostile-vendor';
import { poll } from '../support/poll';
import type { CliProcess } from '../support/run-cli';
import { idOf } from '../support/sight';
import { createStage } from '../support/stage';
import type { Stage } from '../support/stage';

/** A4: a vendor whose answers never end, fill the memory or are built to be slow holds up its own tenant alone. */

let stage: Stage;
let hostile: HostileVendor;
let worker: CliProcess;
beforeAll(async () => {
  stage = await createStage('hostile');
  hostile = await startHostileVendor(stage.officernd.apiUrl);
  worker = await stage.startWorker();
});
afterAll(async () => {
  await hostile.stop();
  await stage.stop();
});

const MEMBERS = 60;
/** A run beside the hostile tenant may take so many times as long as alone, and some seconds on a busy machine. */
const MOST_TIMES = 6;
const SLACK_SECONDS = 5;
/** Of all tenants together. One page of 64 MB takes some hundred megabytes on its way. */
const MOST_MEMORY_MB = 1_000;

const times = z.object({ startedAt: z.coerce.date(), finishedAt: z.coerce.date() });
async function secondsOfRun(): Promise<number> {
  const { startedAt, finishedAt } = times.parse(await stage.sync('peaceful'));
  return (finishedAt.getTime() - startedAt.getTime()) / 1_000;
}

/** The most memory that the worker has had. */
const peakMb = (): number => Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${worker.pid}/status`, 'utf8'))?.[1]) / 1_024;

const kinds: readonly Hostility[] = ['trickles', 'never ends', 'fills pages', 'nests', 'shows very many', 'refuses at length'];

test('A4 another tenant’s run ends in time beside a hostile vendor, and the worker’s memory has a bound', async () => {
  await stage.putWorld({
    officernd: {
      companies: [{ _id: idOf('company', 1), name: 'C1' }],
      members: Array.from({ length: MEMBERS }, (_, index) => ({
        _id: idOf('member', index + 1),
        name: `M${index}`,
        email: `m${index}@x.org`,
      })),
    },
    hubspot: {
      companies: [{ id: '1', properties: { name: 'C1' } }],
      contacts: Array.from({ length: MEMBERS }, (_, index) => ({
        id: `${index + 100}`,
        properties: { firstname: `M${index}`, email: `m${index}@x.org` },
      })),
    },
  });
  const { officernd } = stage.tenantFile('hostile');
  await stage.applyTenant('peaceful', { entities: ['member'] });
  await stage.applyTenant('hostile', { entities: ['company'], officernd: { ...Object(officernd), apiUrl: hostile.apiUrl } });
  await secondsOfRun();
  const alone = Math.max(await secondsOfRun(), await secondsOfRun());
  const memoryAlone = peakMb();
  const lines: string[] = [];
  const slow: string[] = [];
  for (const kind of kinds) {
    hostile.behave(kind);
    const besides = stage.sync('hostile');
    await poll('a hostile answer', async () => hostile.answered() > 0 || undefined, { deadlineMs: 60_000 });
    const beside = Math.min(await secondsOfRun(), await secondsOfRun());
    lines.push(
      `${kind.padEnd(16)} ${beside.toFixed(1)} s, alone ${alone.toFixed(1)} s; ${hostile.answered()} answers; ${peakMb().toFixed(0)} MB`,
    );
    if (beside > MOST_TIMES * alone + SLACK_SECONDS) slow.push(kind);
    hostile.behave(null);
    expect(await besides).toMatchObject({ state: 'completed' });
  }
  process.stdout.write(`${[`before          ${memoryAlone.toFixed(0)} MB`, ...lines].join('\n')}\n`);
  expect(slow).toEqual([]);
  expect(peakMb()).toBeLessThan(MOST_MEMORY_MB);
}, 900_000);
