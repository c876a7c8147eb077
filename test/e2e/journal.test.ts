import { randomUUID } from 'node:crypto';
import { pino } from 'pino';
import { createTenantAccess } from '../../workers/tenants/access';
import { startFeeds } from '../../workers/feeds';
import type { RunningFeeds } from '../../workers/feeds';
import { createJournalFeed } from '../../workers/feeds/journal';
import type { HintReceiver } from '../../client/hints/receive';
import { createLedgerScope } from '../../activities/slice/call-counts';
import type { JsonValue } from '../../domain/json';
import { processSecrets } from '../../workers/tenants/process-secrets';
import { aMapping, aTextField } from '../domain/records';
import { aRun } from '../store/builders';
import { useTestStore } from '../store/test-store';
import { emulatorUnderTest, type EmulatorUnderTest } from '../support/hubspot-emulator';
import { poll } from '../support/poll';
import { thorough } from '../support/thorough';

/** The feed of HubSpot's journal, on real MongoDB and the emulator. Its hints are stored as a worker stores them. */

const own = useTestStore();
const PORTAL = '12345678';
const EVERY_MS = 100;

let hs: EmulatorUnderTest;
const running = new Set<RunningFeeds>();
beforeAll(async () => {
  hs = await emulatorUnderTest();
});
afterAll(() => hs.stop());
beforeEach(async () => {
  const companies = ['1', '2', '3'].map((id) => ({ id, properties: { name: `Company ${id}` } }));
  await hs.reset({ companies });
  await apply();
  await runFirst();
});
afterEach(async () => {
  await Promise.all([...running].map(stop));
  await own.store.tenants.remove(own.tenantName);
});

const ownApp = { clientId: '11111111-2222-4333-8444-555555555555', clientSecret: 'emulated-client-secret' };
const apply = (app: object = ownApp, tenant = own.tenantName) => {
  const officernd = { organization: tenant, apiUrl: hs.apiUrl, tokenUrl: hs.apiUrl, clientId: 'a', clientSecret: 'b' };
  const hubspot = { apiUrl: hs.apiUrl, portalId: PORTAL, accessToken: hs.accessToken, app };
  const config = { tenant, entities: ['company'], officernd, hubspot };
  return own.store.tenants.put(tenant, JSON.parse(JSON.stringify(config)) as JsonValue, new Date());
};

const runFirst = () => {
  const mapping = aMapping({ tenant: own.tenantName, portalId: PORTAL, entities: ['company'] });
  return own.tenant.runs.start(aRun({ mapping }));
};

interface Told {
  /** `company/1`, or `fell behind`. */
  readonly what: readonly string[];
  readonly log: () => string;
}

/** Starts the feeds of one process. `change` wraps its receiver, to let it fail. */
function begin(change: (receiver: HintReceiver) => HintReceiver = (receiver) => receiver): Told & { readonly feeds: RunningFeeds } {
  const what: string[] = [];
  const receiver: HintReceiver = {
    receive: async (tenant, source, hints) => {
      await own.store.forTenant(tenant).inbox.put(source, hints, new Date());
      what.push(...hints.map(({ entity, recordId, isGone }) => `${entity}/${recordId}${isGone ? ' gone' : ''}`));
    },
    fellBehind: async (tenant, source) => {
      await own.store.forTenant(tenant).gaps.note(source, new Date());
      what.push('fell behind');
    },
    flush: async () => undefined,
  };
  let lines = '';
  const log = pino({ level: 'info' }, { write: (line) => (lines += line) });
  const { store } = own;
  const secrets = processSecrets();
  const feeds = startFeeds({
    store,
    secrets,
    log,
    tenants: createTenantAccess({ store, ledger: createLedgerScope(), secrets }),
    receiver: change(receiver),
    ownerId: randomUUID(),
    makers: [createJournalFeed({ store, log, now: Date.now, everyMs: EVERY_MS })],
    tenantsEveryMs: EVERY_MS,
  });
  running.add(feeds);
  return { what, feeds, log: () => lines };
}

async function stop(feeds: RunningFeeds): Promise<void> {
  running.delete(feeds);
  await feeds.stop();
}

const rename = (id: string, name = randomUUID()) => hs.edit({ op: 'update', type: 'companies', id, properties: { name } });
const feed = (body: JsonValue) => hs.admin('POST', '/feed', body);
const fault = (path: string, action: JsonValue, times = 1) => hs.admin('POST', '/faults', [{ match: { path }, times, action }]);
const standing = async () => (await own.tenant.feeds.standings()).find(({ name }) => name === 'journal');
const isReady = () => poll('a first look', async () => (((await standing())?.place ?? null) === null ? undefined : true));
const until = (what: string, is: () => boolean | Promise<boolean>) => poll(what, async () => ((await is()) ? true : undefined));
const callsTo = async (route: string): Promise<number> => {
  const { body } = await hs.admin('GET', '/requests');
  return (body as { byRoute: Record<string, number> }).byRoute[route] ?? 0;
};

test('T1 what people and programs change in HubSpot is in the inbox soon, once for each record', async () => {
  const told = begin();
  await isReady();
  await rename('1');
  await rename('1');
  await hs.call('PATCH', '/crm/objects/2026-09/companies/2', { properties: { name: 'By the API' } });
  await hs.edit({ op: 'archive', type: 'companies', id: '3' });
  await until('the hints', () => told.what.includes('company/3 gone'));
  expect([...new Set(told.what)].sort()).toEqual(['company/1', 'company/2', 'company/3 gone']);
  expect(await own.tenant.inbox.countWaiting()).toBe(3);
});

test('T1 a process that dies after it stored hints and before it moved on tells them again, and loses none', async () => {
  let isDead = false;
  const first = begin((receiver) => ({
    ...receiver,
    receive: async (...given) => {
      await receiver.receive(...given);
      isDead = true;
      // As after a kill: nothing after this runs.
      await new Promise(() => undefined);
    },
  }));
  await isReady();
  const before = (await standing())?.place;
  await rename('1');
  await until('the death', () => isDead);
  running.delete(first.feeds);
  expect((await standing())?.place).toBe(before);
  const second = begin();
  await rename('2');
  await until('the hints', () => second.what.includes('company/2'));
  expect(second.what).toContain('company/1');
});

thorough('T1 hints that can’t be stored are told again', async () => {
  let failures = 0;
  const told = begin((receiver) => ({
    ...receiver,
    receive: async (...given) => {
      failures += 1;
      if (failures < 3) throw new Error('MongoDB is away.');
      await receiver.receive(...given);
    },
  }));
  await isReady();
  await rename('1');
  await until('the failure', async () => ((await standing())?.lastError ?? '').includes('unexpected failure'));
  await until('the hint', () => told.what.includes('company/1'));
  await until('the recovery', async () => (await standing())?.lastError === null);
  expect(failures).toBeGreaterThan(2);
});

test('one of two processes asks, and the other takes over when it ends', async () => {
  const processes = [begin(), begin()];
  await isReady();
  const lease = await own.db.collection('leases').findOne({ tenant: own.tenantName });
  expect(lease).toMatchObject({ owner: expect.any(String) as string });
  await rename('1');
  await until('the hint', () => processes.some(({ what }) => what.includes('company/1')));
  const [one, other] = processes[0]?.what.length === 0 ? processes.toReversed() : processes;
  expect(other?.what).toEqual([]);
  if (one !== undefined) await stop(one.feeds);
  await rename('2');
  await until('the hint of the other', () => other?.what.includes('company/2') === true);
});

test('T5 an offset that is too old asks for a full run, and the feed goes on from now', async () => {
  const first = begin();
  await isReady();
  await rename('1');
  await until('the hint', () => first.what.includes('company/1'));
  await stop(first.feeds);
  await hs.advance(3 * 86_400_000);
  await rename('2');
  const second = begin();
  await until('the gap', () => second.what.includes('fell behind'));
  await rename('3');
  await until('the hint', () => second.what.includes('company/3'));
  expect(second.what.filter((one) => one === 'fell behind')).toHaveLength(1);
  expect(await own.db.collection('gaps').countDocuments({ tenant: own.tenantName })).toBe(1);
});

thorough('T5 three days without a look ask for a full run, whatever the journal still answers', async () => {
  const first = begin();
  await isReady();
  await until('a noted look', async () => (await standing())?.lastAt instanceof Date);
  await stop(first.feeds);
  await own.db.collection('feeds').updateMany({ tenant: own.tenantName }, { $set: { lastAt: new Date(Date.now() - 3 * 86_400_000) } });
  const second = begin();
  await until('the gap', () => second.what.includes('fell behind'));
  expect(second.what).toEqual(['fell behind']);
});

thorough('an address that has expired is asked for again', async () => {
  const told = begin();
  await isReady();
  await fault('/webhooks-journal/files/', { status: 403, body: 'Request has expired' }, 2);
  await rename('1');
  await until('the hint', () => told.what.includes('company/1'));
  expect((await standing())?.lastError ?? null).toBeNull();
});

thorough('troubles of HubSpot are noted in one sentence, and pass', async () => {
  const told = begin();
  await isReady();
  await rename('2');
  await until('the first hint', () => told.what.includes('company/2'));
  await fault('/journal/.*/next', { status: 429, body: { status: 'error', policyName: 'SECONDLY' }, headers: { 'retry-after': '1' } });
  await until('the pause', async () => ((await standing())?.lastError ?? '').includes('a pause of 1 seconds'));
  await fault('/journal/.*/next', { status: 503, body: '<html>' });
  await fault('/webhooks-journal/files/', { truncate: true });
  await rename('1');
  await until('the hint', () => told.what.includes('company/1'));
  await until('the recovery', async () => (await standing())?.lastError === null);
  expect(told.what).not.toContain('fell behind');
});

thorough('subscriptions are made from the mapping, and follow it', async () => {
  const told = begin();
  await isReady();
  expect(await callsTo('POST /webhooks-journal/subscriptions/2026-09')).toBe(2);
  await stop(told.feeds);
  const mapping = aMapping({ tenant: own.tenantName, portalId: PORTAL, entities: ['company'], fields: [] });
  await own.tenant.runs.start(aRun({ id: 'run-2', mapping, mappingHash: 'another', startedAt: new Date('2030-06-01') }));
  const second = begin();
  await until('the change', async () => (await callsTo('DELETE /webhooks-journal/subscriptions/2026-09/{id}')) === 1);
  await until('the new one', async () => (await callsTo('POST /webhooks-journal/subscriptions/2026-09')) === 3);
  await rename('1');
  await until('the hint', () => second.what.includes('company/1'));
});

thorough('tenants that share a portal share its subscriptions, and each is told', async () => {
  const other = `${own.tenantName}-b`;
  const mapping = aMapping({ tenant: other, portalId: PORTAL, entities: ['company'], fields: [aTextField('phone')] });
  await own.store.forTenant(other).runs.start(aRun({ mapping, mappingHash: 'of-b' }));
  await apply(undefined, other);
  const told = begin();
  const places = () => own.db.collection('feeds').countDocuments({ tenant: { $in: [own.tenantName, other] }, place: { $ne: null } });
  await until('both', async () => (await places()) === 2);
  await hs.edit({ op: 'update', type: 'companies', id: '1', properties: { phone: '+44 20 7946 0001' } });
  await until('both hints', () => told.what.filter((one) => one === 'company/1').length === 2);
  // The second one may find the subscription of the first, which lacks its property.
  expect(await callsTo('DELETE /webhooks-journal/subscriptions/2026-09/{id}')).toBeLessThan(2);
  await own.store.tenants.remove(other);
});

thorough('a portal that has removed the app stops the feed, until the tenant file is applied again', async () => {
  const told = begin();
  await isReady();
  await feed({ forge: { journal: [{ type: 'app_lifecycle_event', portalId: PORTAL, objectTypeId: '4-1916193', action: 'CREATE' }] } });
  await until('the stop', async () => ((await standing())?.lastError ?? '').includes(`Portal ${PORTAL} has removed the HubSpot app`));
  const calls = await callsTo('GET /webhooks-journal/journal/2026-09/latest');
  await rename('1');
  await apply();
  await until('the way on', async () => (await callsTo('GET /webhooks-journal/journal/2026-09/latest')) > calls);
  await until('the gap', () => told.what.includes('fell behind'));
  await rename('2');
  await until('the hint', () => told.what.includes('company/2'));
  expect((await standing())?.lastError ?? null).toBeNull();
});

thorough('a feed ends with its tenant', async () => {
  const told = begin();
  await isReady();
  await own.store.tenants.remove(own.tenantName);
  await until('the end', () => told.log().includes('feeds have ended'));
  await apply();
  await until('a new beginning', () => told.log().split('feeds have begun').length === 3);
  expect(told.what).toEqual([]);
});

thorough('a feed begins with the first run of its tenant, whose mapping says what to ask for', async () => {
  await own.db.collection('runs').deleteMany({ tenant: own.tenantName });
  const told = begin();
  await until('a look', async () => (await standing())?.lastAt instanceof Date);
  expect([(await standing())?.place, await callsTo('POST /oauth/2026-09/token')]).toEqual([null, 0]);
  await runFirst();
  await isReady();
  await rename('1');
  await until('the hint', () => told.what.includes('company/1'));
});

thorough('a tenant whose file or secrets can’t be used is named in the log once, and others go on', async () => {
  await own.store.tenants.put('broken', { tenant: 'broken' }, new Date());
  const told = begin();
  await isReady();
  await rename('1');
  await until('the hint', () => told.what.includes('company/1'));
  await own.store.tenants.remove('broken');
  expect(told.log().split('"tenant":"broken"').length).toBe(2);
});
