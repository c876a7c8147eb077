import { createJournalConnector } from '../../connectors/hubspot/journal/connector';
import type { JournalConnector } from '../../connectors/hubspot/journal/connector';
import type { SubscriptionRequest } from '../../connectors/hubspot/journal/subscriptions';
import type { JsonValue } from '../../domain/json';
import { failureOf } from '../support/hubspot-connection';
import { calm, emulatorUnderTest, type EmulatorUnderTest } from '../support/hubspot-emulator';

const PORTAL = '12345678';
const app = { clientId: '11111111-2222-4333-8444-555555555555', clientSecret: 'emulated-client-secret' };
const { signal } = new AbortController();

let hs: EmulatorUnderTest;
let journal: JournalConnector;
let nowMs = 0;
const connect = (credentials = app) =>
  createJournalConnector({ apiUrl: hs.apiUrl, app: credentials, objectScopes: ['crm.objects.companies.read'], now: () => nowMs });
beforeAll(async () => {
  hs = await emulatorUnderTest();
});
afterAll(() => hs.stop());
beforeEach(async () => {
  await hs.reset({
    companies: [{ id: '1', properties: { name: 'One' } }],
    contacts: [{ id: '2', properties: { email: 'a@example.com' } }],
  });
  nowMs = Date.UTC(2026, 10, 1);
  journal = connect();
});

const request = (given: Partial<SubscriptionRequest> = {}): SubscriptionRequest => ({
  subscriptionType: 'OBJECT',
  portalId: PORTAL,
  objectTypeId: '0-2',
  actions: ['CREATE', 'UPDATE', 'DELETE', 'MERGE', 'RESTORE'],
  properties: ['name'],
  associatedObjectTypeIds: [],
  ...given,
});
const feed = (body: JsonValue) => hs.admin('POST', '/feed', body);
const rename = (name: string) => hs.edit({ op: 'update', type: 'companies', id: '1', properties: { name } });

/** The events after an offset, of all files in order; null begins at the oldest. */
async function eventsAfter(offset: string | null = null): Promise<readonly Record<string, unknown>[]> {
  const found: Record<string, unknown>[] = [];
  for (let after = offset; ;) {
    const page = after === null ? await journal.earliest(signal) : await journal.next(after, signal);
    if (page === null) return found;
    if (page === 'forgotten') throw new Error('The offset is forgotten.');
    const events = await journal.events(page, signal);
    if (events === 'expired') throw new Error('The address has expired.');
    found.push(...(events as Record<string, unknown>[]));
    after = page.offset;
  }
}
const named = async () =>
  (await eventsAfter()).map(({ action, objectTypeId, objectId }) => `${String(action)} ${String(objectTypeId)} ${String(objectId)}`);

test('subscriptions are made, listed and removed', async () => {
  await journal.subscribe(request(), signal);
  const [made] = await journal.subscriptions(signal);
  expect(made).toEqual({ ...request(), id: expect.any(String) as string });
  expect(await failureOf(journal.subscribe(request(), signal))).toMatchObject({ kind: 'conflict' });
  await journal.unsubscribe(made?.id ?? '', signal);
  await journal.unsubscribe(made?.id ?? '', signal);
  expect(await journal.subscriptions(signal)).toEqual([]);
});

test('a HubSpot that insists on objectIds gets them', async () => {
  await feed({ journal: { needsObjectIds: true } });
  await journal.subscribe(request(), signal);
  expect(await journal.subscriptions(signal)).toHaveLength(1);
});

test('an empty journal has nothing, and what comes is read in order, by people and by the API alike', async () => {
  await journal.subscribe(request(), signal);
  expect([await journal.earliest(signal), await journal.latest(signal)]).toEqual([null, null]);
  await rename('By a person');
  await hs.call('PATCH', '/crm/objects/2026-09/companies/1', { properties: { name: 'By the API', domain: 'example.com' } });
  await hs.edit({ op: 'update', type: 'companies', id: '1', properties: { domain: 'other.example.com' } });
  const events = await eventsAfter();
  expect(events.map((event) => event['propertyChanges'])).toEqual([{ name: 'By a person' }, { name: 'By the API' }]);
  expect(events[0]).toMatchObject({ type: 'crmObject', portalId: 12_345_678, action: 'UPDATE', objectTypeId: '0-2', objectId: 1 });
});

test('each kind of change is told', async () => {
  await journal.subscribe(request(), signal);
  await journal.subscribe(request({ objectTypeId: '0-1', properties: ['email'] }), signal);
  const links = { subscriptionType: 'ASSOCIATION', objectTypeId: '0-1', properties: [], associatedObjectTypeIds: ['0-2'] } as const;
  await journal.subscribe(request({ ...links, actions: ['ASSOCIATION_ADDED', 'ASSOCIATION_REMOVED'] }), signal);
  await journal.subscribe(request({ subscriptionType: 'GDPR_PRIVACY_DELETION', objectTypeId: '0-1', actions: ['GDPR_DELETE'] }), signal);
  await hs.edit({ op: 'create', type: 'companies', id: '3', properties: { name: 'Three' } }, { op: 'archive', type: 'companies', id: '3' });
  await hs.edit({ op: 'restore', type: 'companies', id: '3' }, { op: 'merge', type: 'companies', id: '3', into: '1' });
  const survivor = (await eventsAfter()).at(-1);
  expect(survivor).toMatchObject({ action: 'MERGE', mergedObjectIds: [1, 3] });
  await hs.edit({ op: 'update', type: 'contacts', id: '2', associations: { companies: [String(survivor?.['objectId'])] } });
  await hs.edit({ op: 'update', type: 'contacts', id: '2', associations: { companies: [] } });
  await hs.call('POST', '/crm/objects/2026-09/contacts/gdpr-delete', { objectId: '2' });
  expect(await named()).toEqual([
    'CREATE 0-2 3',
    'DELETE 0-2 3',
    'RESTORE 0-2 3',
    `MERGE 0-2 ${String(survivor?.['objectId'])}`,
    'ASSOCIATION_ADDED 0-1 2',
    'ASSOCIATION_REMOVED 0-1 2',
    'DELETE 0-1 2',
    'GDPR_DELETE 0-1 2',
  ]);
});

test('ids may be texts, files may be small', async () => {
  await feed({ journal: { ids: 'text', eventsPerFile: 1 } });
  await journal.subscribe(request(), signal);
  await rename('A');
  await rename('B');
  expect(await eventsAfter()).toMatchObject([{ objectId: '1', portalId: PORTAL }, { objectId: '1' }]);
  const newest = await journal.latest(signal);
  expect(await journal.next(newest?.offset ?? '', signal)).toBeNull();
});

test('an address expires, and asking again gives another', async () => {
  await journal.subscribe(request(), signal);
  await rename('A');
  const page = await journal.earliest(signal);
  await hs.advance(300_001);
  expect(page === null ? null : await journal.events(page, signal)).toBe('expired');
  expect(await eventsAfter()).toHaveLength(1);
});

test.each([400, 404, 410] as const)('after three days an offset is forgotten: %i', async (tooOld) => {
  await feed({ journal: { tooOld } });
  await journal.subscribe(request(), signal);
  await rename('A');
  const page = await journal.latest(signal);
  await hs.advance(3 * 86_400_000);
  nowMs += 3 * 86_400_000;
  await rename('B');
  expect(await journal.next(page?.offset ?? '', signal)).toBe('forgotten');
});

test('a 404 of a proxy does not mean that the offset is forgotten', async () => {
  await hs.admin('POST', '/faults', [{ match: { path: '/next' }, times: 1, action: { status: 404, body: '<html>Not found</html>' } }]);
  expect(await failureOf(journal.next('1000001', signal))).toMatchObject({ kind: 'unavailable' });
});

test('a 429 says how long to wait', async () => {
  await hs.settings({ limits: { ...calm.limits, journalPerSecond: 1 } });
  await journal.latest(signal);
  const failure = await failureOf(journal.latest(signal));
  expect([failure.kind, failure.details.retryAfterMs]).toEqual(['rate-limited', 1_000]);
});

test('one token serves many calls, and a new one is asked for before it ends', async () => {
  const tokens = async () => {
    const { body } = await hs.admin('GET', '/requests');
    return (body as { byRoute: Record<string, number> }).byRoute['POST /oauth/2026-09/token'] ?? 0;
  };
  for (let call = 0; call < 5; call += 1) await journal.latest(signal);
  expect(await tokens()).toBe(1);
  nowMs += 1_800_000;
  await journal.latest(signal);
  expect(await tokens()).toBe(2);
});

test('an app whose token lacks the scopes of objects reads all the same', async () => {
  await hs.settings({
    appScopes: ['developer.webhooks_journal.read'].concat(
      ['read', 'write'].map((one) => `developer.webhooks_journal.subscriptions.${one}`),
    ),
  });
  expect(await journal.latest(signal)).toBeNull();
});

test('wrong credentials and missing scopes are said in a sentence', async () => {
  const wrong = connect({ ...app, clientSecret: 'wrong' });
  expect(await failureOf(wrong.latest(signal))).toMatchObject({ kind: 'configuration', details: { setting: 'hubspot.app.clientSecret' } });
  await hs.settings({ appScopes: ['developer.webhooks_journal.read'] });
  expect(await failureOf(journal.latest(signal))).toMatchObject({ kind: 'forbidden', details: { setting: 'hubspot.app' } });
  expect(await journal.lackingScopes()).toEqual(
    ['subscriptions.read', 'subscriptions.write'].map((one) => `developer.webhooks_journal.${one}`),
  );
});

test('the token of an app reads no records, and that of an account no journal', async () => {
  const { status } = await hs.call('GET', '/webhooks-journal/journal/2026-09/latest');
  expect(status).toBe(403);
  const form = new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: app.clientId,
    client_secret: app.clientSecret,
    scope: 'crm.objects.companies.read',
  });
  const granted = await fetch(`${hs.apiUrl}/oauth/2026-09/token`, { method: 'POST', body: form });
  const { access_token: token } = (await granted.json()) as { access_token: string };
  expect((await hs.call('GET', '/crm/objects/2026-09/companies', undefined, token)).status).toBe(401);
});

test('a feed may lose, double, delay, reorder and forge', async () => {
  await journal.subscribe(request(), signal);
  await feed({ lose: 1 });
  await rename('Lost');
  await feed({ lose: 0, double: 1 });
  await rename('Double');
  await feed({ double: 0, delayMs: 60_000 });
  await rename('Late');
  await feed({ delayMs: 0, reorder: 1 });
  await rename('Second');
  await feed({ reorder: 0 });
  await rename('First');
  await feed({ forge: { journal: [{ type: 'crmObject', portalId: 1, objectTypeId: '0-2', objectId: 99, action: 'DELETE' }] } });
  await hs.advance(60_000);
  const seen = (await eventsAfter()).map((event) => (event['propertyChanges'] as { name?: string } | undefined)?.name ?? 'forged');
  expect(seen).toEqual(['Double', 'Double', 'First', 'Second', 'forged', 'Late']);
});

test('a new world has an empty journal, no subscriptions and no faults', async () => {
  await journal.subscribe(request(), signal);
  await feed({ lose: 1 });
  await hs.admin('PUT', '/world', {});
  expect([await journal.subscriptions(signal).catch(() => null), (await feed({})).body]).toMatchObject([null, { lose: 0 }]);
});
