import { setTimeout as wait } from 'node:timers/promises';
import { useTestStore } from '../store/test-store';
import { contactChange, hubSpotRequest, member, memberEvent, officerndRequest, PUBLIC_URL } from './signed';
import type { SignedRequest } from './signed';
import { putTenant, startStand } from './stand';
import type { Stand } from './stand';

/** The vendors' webhooks over HTTP, on a real MongoDB. */

const own = useTestStore();
let stand: Stand;
beforeAll(async () => {
  await putTenant(own.store, 'acme');
  await putTenant(own.store, 'narrow', { entities: ['company'], portalId: '777' });
  await putTenant(own.store, 'other', { portalId: '888', appSecret: 'HUBSPOT_OTHER_SECRET' });
  await putTenant(own.store, 'without-secret', { portalId: '999', appSecret: 'HUBSPOT_NO_SECRET' });
  stand = await startStand(own.store);
});
afterAll(() => stand.stop());
afterEach(() => own.db.collection('inbox').deleteMany({}));

const stored = async () =>
  (await own.db.collection('inbox').find({}).sort({ _id: 1 }).toArray()).map(
    ({ _id, isGone, sources }) => `${String(_id)}${isGone === true ? ' gone' : ''} ${String(sources)}`,
  );

test('T1 HubSpot’s events are hints of the tenants that have the portal, stored before the answer', async () => {
  const deletion = { ...contactChange(13), subscriptionType: 'contact.deletion' };
  const events = [contactChange(12), contactChange(12), deletion, { ...contactChange(5), subscriptionType: 'company.creation' }];
  const answer = await stand.send(hubSpotRequest(events));
  expect(await stored()).toEqual([
    'acme/hubspot/company/5 hubspot-push',
    'acme/hubspot/member/12 hubspot-push',
    'acme/hubspot/member/13 gone hubspot-push',
  ]);
  expect(answer.status).toBe(200);
});

test('T1 OfficeRnD’s events are hints of the tenant whose address was called', async () => {
  expect((await stand.send(officerndRequest(memberEvent(member(1))))).status).toBe(200);
  expect((await stand.send(officerndRequest(memberEvent(member(2), 'company.removed')))).status).toBe(200);
  expect(await stored()).toEqual([
    `acme/officernd/company/${member(2)} gone officernd-push`,
    `acme/officernd/member/${member(1)} officernd-push`,
  ]);
});

test('T1 an address that somebody has written with a slash at its end is the same', async () => {
  const { path, ...request } = officerndRequest(memberEvent(member(1)));
  expect((await stand.send({ ...request, path: `${path}/` })).status).toBe(200);
  expect(await stored()).toEqual([`acme/officernd/member/${member(1)} officernd-push`]);
});

test('T1 an unknown portal is answered well, since HubSpot would repeat for a day, and nothing is stored', async () => {
  expect((await stand.send(hubSpotRequest([contactChange(1, 4242)]))).status).toBe(200);
  expect(await stored()).toEqual([]);
});

test('T1 an app speaks for its own tenants alone', async () => {
  expect((await stand.send(hubSpotRequest([contactChange(1, 888)]))).status).toBe(200);
  expect(await stored()).toEqual([]);
  expect((await stand.send(hubSpotRequest([contactChange(1, 888)], { secret: 'app-secret-of-other' }))).status).toBe(200);
  expect(await stored()).toEqual(['other/hubspot/member/1 hubspot-push']);
});

test('T1 what the tenant does not keep in step, and events of other kinds, are no hints', async () => {
  const company = { ...contactChange(2, 777), subscriptionType: 'company.propertyChange' };
  await stand.send(hubSpotRequest([contactChange(1, 777), company, { odd: true }, null, { ...company, objectId: 'x' }]));
  expect(await stored()).toEqual(['narrow/hubspot/company/2 hubspot-push']);
  for (const odd of [memberEvent(member(1), 'invoice.created'), memberEvent('../../etc'), { eventType: 'member.created' }, []])
    expect((await stand.send(officerndRequest(odd))).status).toBe(200);
  expect(await stored()).toEqual(['narrow/hubspot/company/2 hubspot-push']);
});

const old = Date.now() - 301_000;
const early = Date.now() + 120_000;
const events = [contactChange(1)];
const large = JSON.stringify([{ ...contactChange(1), padding: 'x'.repeat(1_100_000) }]);
const changed = (request: SignedRequest, change: Partial<SignedRequest>): SignedRequest => ({ ...request, ...change });

test.each<[string, SignedRequest, number]>([
  ['HubSpot, unsigned', changed(hubSpotRequest(events), { headers: {} }), 401],
  ['HubSpot, signed in version 1 only', changed(hubSpotRequest(events), { headers: { 'x-hubspot-signature': 'ab'.repeat(32) } }), 401],
  ['HubSpot, by another secret', hubSpotRequest(events, { secret: 'another' }), 401],
  ['HubSpot, for another address', hubSpotRequest(events, { url: 'https://evil.example.com' }), 401],
  ['HubSpot, with another body', changed(hubSpotRequest(events), { body: JSON.stringify([contactChange(2)]) }), 401],
  ['HubSpot, with another query', changed(hubSpotRequest(events), { path: '/hooks/hubspot?x=1' }), 401],
  ['HubSpot, of long ago', hubSpotRequest(events, { atMs: old }), 401],
  ['HubSpot, of the future', hubSpotRequest(events, { atMs: early }), 401],
  ['HubSpot, too large', hubSpotRequest(large), 413],
  ['HubSpot, no JSON', hubSpotRequest('{"portalId": 12345678'), 400],
  ['HubSpot, no list', hubSpotRequest({ portalId: 12_345_678 }), 400],
  ['OfficeRnD, unsigned', changed(officerndRequest(memberEvent(member(1))), { headers: {} }), 401],
  ['OfficeRnD, by another secret', officerndRequest(memberEvent(member(1)), { secret: 'another' }), 401],
  ['OfficeRnD, of long ago', officerndRequest(memberEvent(member(1)), { atMs: old }), 401],
  ['OfficeRnD, of the future', officerndRequest(memberEvent(member(1)), { atMs: early }), 401],
  ['OfficeRnD, a tenant that is not there', officerndRequest(memberEvent(member(1)), { tenant: 'nobody' }), 401],
  ['OfficeRnD, a path out of the hooks', officerndRequest(memberEvent(member(1)), { tenant: '..%2facme' }), 401],
  ['OfficeRnD, too large', officerndRequest(large), 413],
  ['OfficeRnD, no JSON', officerndRequest('member.updated'), 400],
  ['OfficeRnD, null', officerndRequest('null'), 400],
])('T1 nothing is stored of a request that is refused: %s', async (_what, request, status) => {
  const answer = await stand.send(request);
  expect([answer.status, await stored()]).toEqual([status, []]);
  expect(await answer.json()).toEqual({ message: expect.stringMatching(/\.$/) as unknown });
});

test('T1 a tenant whose secret is missing here is told of once, and does not stand in the others’ way', async () => {
  const { log } = stand;
  expect(log().split('HUBSPOT_NO_SECRET').length).toBe(2);
  expect(log()).toContain('"tenant":"without-secret"');
});

test('health says that the process answers, ready that MongoDB does; nothing else is there', async () => {
  const get = async (path: string) => (await fetch(`${stand.address}${path}`)).status;
  expect(await Promise.all(['/health', '/ready', '/', '/hooks/hubspot', '/hooks/officernd/acme'].map(get))).toEqual([
    200, 200, 404, 404, 404,
  ]);
});

test('A6 no value of an event and no secret is logged', async () => {
  const extra = await startStand(own.store);
  await extra.send(hubSpotRequest([contactChange(1)]));
  await extra.send(officerndRequest(memberEvent(member(1))));
  await extra.send(hubSpotRequest([contactChange(1)], { secret: 'another' }));
  await extra.stop();
  expect(extra.log()).toContain('"accepted":2');
  expect(extra.log()).not.toMatch(/Jane|example\.com|secret-of/);
});

test('T1 when storing is slow or fails, the answer is 503 with a time, and the sender keeps its word', async () => {
  const failing = await startStand(own.store, { receive: () => Promise.reject(new Error('Jane Personal')) });
  const slow = await startStand(own.store, { receive: () => wait(60_000, undefined, { ref: false }), storeTimeoutMs: 50 });
  for (const one of [failing, slow]) {
    const answer = await one.send(hubSpotRequest(events));
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '10']);
    expect(one.log()).not.toContain('Jane');
  }
  // Each holds its place until it is over, so a stuck database gets no more than a bounded number.
  const more = await Promise.all(Array.from({ length: 80 }, () => slow.send(hubSpotRequest(events)).then(({ status }) => status)));
  expect(new Set(more)).toEqual(new Set([503]));
  await failing.stop();
  await slow.stop();
  expect(slow.log()).toMatch(/"overloaded":[1-9]/);
});

test('T1 an address that sends too much is told to wait, before its requests are looked at', async () => {
  const strict = await startStand(own.store, { settings: { publicUrl: null, trustedProxies: [], requestsPerSecond: 1 } });
  const url = strict.address;
  const statuses: number[] = [];
  for (let count = 0; count < 12; count += 1) statuses.push((await strict.send(hubSpotRequest(events, { url }))).status);
  expect(statuses).toEqual([...Array.from({ length: 10 }, () => 200), 429, 429]);
  await strict.stop();
});

test.each([
  ['nobody is believed', [], 429],
  ['a trusted proxy is', ['127.0.0.1'], 200],
] as const)('T1 who calls is what the connection says: %s', async (_what, trustedProxies, last) => {
  const strict = await startStand(own.store, { settings: { publicUrl: PUBLIC_URL, trustedProxies, requestsPerSecond: 1 } });
  let status = 0;
  for (let count = 0; count < 11; count += 1) {
    const { headers, ...request } = hubSpotRequest(events);
    ({ status } = await strict.send({ ...request, headers: { ...headers, 'x-forwarded-for': `192.0.2.${count}` } }));
  }
  expect(status).toBe(last);
  await strict.stop();
});
