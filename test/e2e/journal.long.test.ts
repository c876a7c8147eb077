import { MongoClient } from 'mongodb';
import { poll } from '../support/poll';
import { createStage } from '../support/stage';
import type { Stage } from '../support/stage';

/** The journal's feed in real workers. */

const EVERY_MS = 300;
const app = { clientId: '11111111-2222-4333-8444-555555555555', clientSecret: 'emulated-client-secret' };

let stage: Stage;
let client: MongoClient;
beforeAll(async () => {
  stage = await createStage('journal');
  client = await new MongoClient(stage.env['MONGODB_URI'] ?? '').connect();
});
afterAll(async () => {
  await stage.stop();
  await client.close();
});

const startWorker = () => stage.startWorker({ ORSYNC_FEED_EVERY_MS: String(EVERY_MS) });
const one = async (name: string, field: 'owner' | 'place'): Promise<string> =>
  String((await client.db().collection(name).findOne({ tenant: 'journal' }))?.[field] ?? '');
const changed = (what: string, read: () => Promise<string>, before: string) =>
  poll(what, async () => {
    const now = await read();
    return now === before || now === '' || now === 'null' ? undefined : now;
  });
const owner = () => one('leases', 'owner');
const place = () => one('feeds', 'place');
const rename = (name: string) => stage.edit('hubspot', [{ op: 'update', type: 'companies', id: '1', properties: { name } }]);

test('T1 one of two workers asks the journal, and when it is killed the other goes on', async () => {
  await stage.putWorld({ hubspot: { portalId: '12345678', companies: [{ id: '1', properties: { name: 'One' } }] } });
  const { hubspot, ...settings } = stage.tenantFile('journal', { entities: ['company'] });
  expect(
    (await stage.cli('tenant', 'apply', stage.writeFile('journal.json', { ...settings, hubspot: { ...Object(hubspot), app } }))).code,
  ).toBe(0);
  const first = await startWorker();
  await stage.sync('journal');
  const asks = await changed('a lease', owner, '');
  let at = await changed('a place', place, '');
  await startWorker();
  await rename('Changed once');
  at = await changed('the news', place, at);
  expect(await owner()).toBe(asks);

  await first.kill();
  await rename('Changed again');
  await changed('another owner', owner, asks);
  await changed('the news of the other', place, at);

  const { stdout } = await stage.cli('status', 'journal', '--json');
  expect(JSON.parse(stdout)).toMatchObject({ feeds: [{ name: 'journal', lastError: null }] });
  expect((await stage.cli('doctor', 'journal')).stdout).toContain('The feed journal tells of changes');
}, 120_000);
