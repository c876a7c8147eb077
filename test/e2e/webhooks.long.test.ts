import { MongoClient } from 'mongodb';
import { z } from 'zod';
import { freePort } from '../support/free-port';
import { poll } from '../support/poll';
import { runCli, startCli } from '../support/run-cli';
import type { CliProcess } from '../support/run-cli';
import { createStage } from '../support/stage';
import type { Stage } from '../support/stage';

/** Both emulators' own webhooks, `orsync tenant apply` and `orsync serve` together. No worker: what is stored waits. */

const COMPANY = '65f0c0ffee000000000000c1';
const applied = z.object({ webhook: z.looseObject({ state: z.string(), url: z.string(), secret: z.string().optional() }) });

let stage: Stage;
let client: MongoClient;
let serve: CliProcess;
let address: string;
let secret = '';

beforeAll(async () => {
  stage = await createStage('webhooks');
  client = await new MongoClient(stage.env['MONGODB_URI'] ?? '').connect();
  await stage.putWorld({
    officernd: { companies: [{ _id: COMPANY, name: 'Acme' }] },
    hubspot: { companies: [{ id: '1', properties: { name: 'Acme' } }] },
  });
  address = `http://127.0.0.1:${await freePort()}`;
});
afterAll(async () => {
  await serve.stop();
  await client.close();
  await stage.stop();
});

const apply = async () => {
  const base = stage.tenantFile('acme', { entities: ['company'] });
  const app = { clientId: '11111111-2222-4333-8444-555555555555', clientSecret: 'emulated-client-secret' };
  const officernd = { ...Object(base['officernd']), webhookSecret: { env: 'ORND_WEBHOOK_SECRET' } };
  const file = stage.writeFile('acme.json', { ...base, officernd, hubspot: { ...Object(base['hubspot']), app } });
  const result = await runCli(['tenant', 'apply', file, '--json'], { ...stage.env, ORSYNC_PUBLIC_URL: address });
  if (result.code !== 0) throw new Error(result.stderr);
  return { ...applied.parse(JSON.parse(result.stdout)), stderr: result.stderr };
};
const start = () =>
  startCli(
    ['serve', '--port', new URL(address).port],
    { ...stage.env, ORSYNC_PUBLIC_URL: address, ORND_WEBHOOK_SECRET: secret },
    { isReady: (log) => log.includes('Stop with Ctrl-C') },
  );
const inbox = async () =>
  (await client.db().collection('inbox').find({}).sort({ _id: 1 }).toArray()).map(
    ({ _id, sources }) => `${String(_id)} ${String(sources)}`,
  );
const untilStored = (...hints: readonly string[]) =>
  poll(`${hints.join(', ')} in the inbox`, async () => {
    const found = await inbox();
    return hints.every((hint) => found.includes(hint)) ? found : undefined;
  });

test('T1 changes of both vendors come into the inbox through webhooks that tenant apply has registered', async () => {
  const { webhook, stderr } = await apply();
  expect(webhook).toMatchObject({ state: 'registered', url: `${address}/hooks/officernd/acme` });
  secret = webhook.secret ?? '';
  expect(secret.length).toBeGreaterThan(16);
  expect(stderr).not.toContain(secret);
  expect((await apply()).webhook).toEqual({ state: 'kept', url: webhook.url });

  serve = await start();
  await stage.admin('hubspot', 'POST', '/feed', { push: { url: `${address}/hooks/hubspot`, forge: 1 }, double: 0.5 });
  await stage.edit('officernd', [{ op: 'update', type: 'company', id: COMPANY, fields: { name: 'Acme Ltd' } }]);
  await stage.edit('hubspot', [
    { op: 'update', type: 'companies', id: '1', properties: { city: 'London' } },
    { op: 'create', type: 'contacts', id: '9', properties: { firstname: 'Jane' } },
    { op: 'create', type: 'companies', id: '2', properties: { name: 'Beta' } },
  ]);
  const found = await untilStored(
    `acme/officernd/company/${COMPANY} officernd-push`,
    'acme/hubspot/company/1 hubspot-push',
    'acme/hubspot/company/2 hubspot-push',
  );
  // The tenant keeps companies in step alone.
  expect(found).toHaveLength(3);

  // The secret is in no document of the database.
  const names = (await client.db().listCollections().toArray()).map(({ name }) => name);
  for (const name of names) expect(JSON.stringify(await client.db().collection(name).find({}).toArray())).not.toContain(secret);
});

test('T1 a server that was down gets what its vendors repeat', async () => {
  expect(await serve.stop()).toBe(0);
  await client.db().collection('inbox').deleteMany({});
  await stage.edit('officernd', [{ op: 'delete', type: 'company', id: COMPANY }]);
  await stage.edit('hubspot', [{ op: 'archive', type: 'companies', id: '2' }]);
  const refused = z.object({ sent: z.looseObject({ refused: z.number() }) });
  for (const side of ['officernd', 'hubspot'] as const)
    await poll(`a refusal of ${side}'s`, async () =>
      refused.parse(await stage.admin(side, 'POST', '/feed', {})).sent.refused > 0 ? true : undefined,
    );
  serve = await start();
  for (const side of ['officernd', 'hubspot'] as const) await stage.admin(side, 'POST', '/clock', { advanceMs: 60_000 });
  await untilStored('acme/hubspot/company/2 hubspot-push', `acme/officernd/company/${COMPANY} officernd-push`);
});
