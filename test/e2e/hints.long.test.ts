import type { Hint } from '../../domain/hints/hint';
import { openFeed } from '../support/hints';
import type { Feed } from '../support/hints';
import { inHubSpot, linkedMembers } from '../support/members';
import { poll } from '../support/poll';
import { idOf, inStore, linkShown, look } from '../support/sight';
import { createStage } from '../support/stage';
import type { Stage } from '../support/stage';

/** Hints under kills, and what they cost beside many links. */

let stage: Stage;
let feed: Feed;

beforeAll(async () => {
  stage = await createStage('hints');
  feed = await openFeed(stage);
});

afterAll(async () => {
  await feed.close();
  await stage.stop();
});

const contact = (number: number): Hint => ({ side: 'hubspot', entity: 'member', recordId: `${number}`, isGone: false });
const upTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1);

test('T3 a run for two hints looks at few documents, however many links there are', async () => {
  const worker = await stage.startWorker();
  const tenant = 'hints-cost';
  await linkedMembers(stage, tenant, upTo(600), { settleSeconds: 0 });
  await inHubSpot(stage, 7, { phone: '+44 7' });
  await inHubSpot(stage, 8, { phone: '+44 8' });
  await inStore(stage, async (db) => {
    await db.command({ profile: 2 });
    await feed.receive(tenant, 'journal', [contact(7), contact(8)]);
    const [run] = await feed.untilQuiet(tenant, 1);
    const tookMs = (run?.finishedAt?.getTime() ?? 0) - (run?.startedAt.getTime() ?? 0);
    await db.command({ profile: 0 });
    const read = await db
      .collection('system.profile')
      .aggregate<{ readonly docs: number; readonly keys: number; readonly operations: number }>([
        { $match: { ns: { $not: /system\.profile$/ } } },
        { $group: { _id: null, docs: { $sum: '$docsExamined' }, keys: { $sum: '$keysExamined' }, operations: { $sum: 1 } } },
      ])
      .next();
    console.log(`A run for two hints beside 600 links: ${JSON.stringify(read)}, ${tookMs} ms`);
    expect(read?.docs).toBeLessThan(600);
    expect(read?.keys).toBeLessThan(1_200);
  });
  expect((await look(stage)).officernd(idOf('member', 8))).toMatchObject({ phone: '+44 8' });
  await worker.stop();
});

test('L3, L6, L9 records without a link are created and linked by hints; T5 a feed that fell behind starts a full run', async () => {
  const worker = await stage.startWorker();
  const tenant = 'hints-new';
  const filter = [{ property: 'lifecyclestage', in: ['customer'] }];
  await linkedMembers(stage, tenant, [901], { settleSeconds: 0, create: { filter } });
  const person = (id: string, email: string, stageOf: string) => ({
    op: 'create',
    type: 'contacts',
    id,
    properties: { firstname: 'New', lastname: id, email, lifecyclestage: stageOf },
  });
  await stage.edit('hubspot', [person('911', 'n911@example.com', 'customer'), person('912', 'n912@example.com', 'lead')]);
  await feed.receive(tenant, 'journal', [contact(911), contact(912)]);
  const [created] = await feed.untilQuiet(tenant, 1);
  expect(created?.report).toMatchObject({ phases: { link: { member: { candidates: 2, created: 1, linked: 0 } } } });

  await stage.edit('officernd', [{ op: 'create', type: 'members', fields: { name: 'Other Name', email: 'n912@example.com' } }]);
  const made = (await look(stage)).named('Other Name')?._id ?? '';
  await feed.receive(tenant, 'officernd-push', [{ side: 'officernd', entity: 'member', recordId: made, isGone: false }]);
  const [, linked] = await feed.untilQuiet(tenant, 2);
  expect(linked?.report).toMatchObject({ phases: { link: { member: { created: 0, linked: 1 } } } });
  expect(linkShown((await look(stage)).officernd(made))).toBe('12345678-912');

  await feed.fellBehind(tenant, 'journal');
  const full = await poll('the full run', async () => {
    const [newest] = await feed.store.forTenant(tenant).runs.listOthers(1);
    return newest?.finishedAt !== null && newest?.reading.kind === 'full' && newest.startedAt > (linked?.startedAt ?? 0)
      ? newest
      : undefined;
  });
  expect(full.state).toBe('completed');
  expect(await inStore(stage, (db) => db.collection('gaps').countDocuments({ tenant }))).toBe(0);
  await worker.stop();
});

/** `ORSYNC_HINT_KILLS=20` makes the kills of a whole search. */
const KILLS = Number(process.env['ORSYNC_HINT_KILLS'] ?? 4);

test('T1 no hint is lost when workers are killed between its receipt and its run', async () => {
  const tenant = 'hints-killed';
  const first = await stage.startWorker();
  await linkedMembers(stage, tenant, upTo(50), { settleSeconds: 0 });
  await first.stop();
  for (let kill = 1; kill <= KILLS; kill += 1) {
    const worker = await stage.startWorker({ ORSYNC_DEAD_WORKER_SECONDS: '3' });
    for (const number of upTo(50)) {
      await inHubSpot(stage, number, { phone: `+44 ${kill} ${number}` });
      await feed.receive(tenant, 'journal', [contact(number)]);
    }
    await worker.kill();
  }
  await stage.startWorker({ ORSYNC_DEAD_WORKER_SECONDS: '3' });
  await poll(
    'all values to arrive',
    async () => {
      const { officernd } = await look(stage);
      return upTo(50).every((number) => officernd(idOf('member', number))?.['phone'] === `+44 ${KILLS} ${number}`) || undefined;
    },
    { deadlineMs: 90_000, everyMs: 500 },
  );
  expect((await feed.untilQuiet(tenant, 1)).length).toBeGreaterThan(0);
});
