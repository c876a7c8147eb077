import { z } from 'zod';
import { isSignedByHubSpot } from '../../connectors/hubspot/signature';
import { isSignedByOfficernd, readOfficerndSignature } from '../../connectors/officernd/signature';
import { startHubSpotEmulator } from '../../emulators/hubspot';
import { id, officerndUnderTest } from '../support/officernd-emulator';
import type { OfficerndUnderTest } from '../support/officernd-emulator';
import { poll } from '../support/poll';
import { startWebhookReceiver } from '../support/webhook-receiver';
import type { ReceivedRequest, WebhookReceiver } from '../support/webhook-receiver';

/** The emulators' own webhooks: signed, in batches, repeated, with the switches of `POST /feed`. */

let receiver: WebhookReceiver;
beforeEach(async () => {
  receiver = await startWebhookReceiver();
});
afterEach(() => receiver.stop());

const until = (what: string, isThere: () => boolean) => poll(what, async () => (isThere() ? true : undefined), { everyMs: 10 });

describe('HubSpot', () => {
  let hubspot: Awaited<ReturnType<typeof startHubSpotEmulator>>;
  beforeEach(async () => {
    hubspot = await startHubSpotEmulator();
  });
  afterEach(() => hubspot.stop());

  const admin = async (path: string, body: unknown) => {
    const response = await fetch(`${hubspot.adminUrl}${path}`, { method: 'POST', body: JSON.stringify(body) });
    expect(response.status).toBe(200);
    return response.json();
  };
  const feed = (push: object, faults: object = {}) =>
    admin('/feed', { ...faults, push: { url: `${receiver.url}/hooks/hubspot`, ...push } });
  const create = (count: number, from = 1) =>
    admin(
      '/edits',
      Array.from({ length: count }, (_, index) => ({
        op: 'create',
        type: 'companies',
        id: String(from + index),
        properties: { name: 'C' },
      })),
    );
  const headerOf = ({ headers }: ReceivedRequest, name: string) => String(headers[name] ?? '');
  const isSigned = (request: ReceivedRequest, secret: string) =>
    isSignedByHubSpot(
      {
        method: 'POST',
        uri: `${receiver.url}${request.url}`,
        rawBody: request.rawBody,
        timestamp: headerOf(request, 'x-hubspot-request-timestamp'),
        signature: headerOf(request, 'x-hubspot-signature-v3'),
      },
      secret,
    );
  const eventsSchema = z.array(z.looseObject({ subscriptionType: z.string(), attemptNumber: z.number() }));
  const eventsIn = (requests: readonly ReceivedRequest[]) =>
    requests.flatMap(({ rawBody }) => eventsSchema.parse(JSON.parse(rawBody.toString())));
  const events = () => eventsIn(receiver.received);

  test('people’s edits are told in signed batches of at most a hundred', async () => {
    await feed({ secret: 'app-secret' });
    await create(250);
    await until('all events', () => events().length === 250);
    const sizes = receiver.received.map((request) => eventsIn([request]).length).toSorted((one, other) => one - other);
    expect(sizes).toEqual([50, 100, 100]);
    expect(receiver.received.every((request) => isSigned(request, 'app-secret') && !isSigned(request, 'other'))).toBe(true);
    expect(events()[0]).toMatchObject({ subscriptionType: 'object.creation', objectTypeId: '0-2', portalId: 12_345_678, attemptNumber: 0 });
  });

  test('writes by the API are told as well, deletions, merges and associations too', async () => {
    await create(3);
    await admin('/edits', [{ op: 'create', type: 'contacts', id: '11', properties: { firstname: 'A' } }]);
    await feed({});
    const response = await fetch(`${hubspot.apiUrl}/crm/v3/objects/companies/1`, {
      method: 'PATCH',
      headers: { authorization: `Bearer ${hubspot.accessToken}`, 'content-type': 'application/json' },
      body: JSON.stringify({ properties: { name: 'Echo' } }),
    });
    expect(response.status).toBe(200);
    await admin('/edits', [
      { op: 'update', type: 'contacts', id: '11', associations: { companies: ['1'] } },
      { op: 'archive', type: 'companies', id: '3' },
      { op: 'merge', type: 'companies', id: '2', into: '1' },
    ]);
    const awaited = [
      'company.propertyChange',
      'company.deletion',
      'company.merge',
      'contact.associationChange',
      'company.associationChange',
    ];
    await until('all kinds', () => awaited.every((type) => events().some(({ subscriptionType }) => subscriptionType === type)));
    const seen = events();
    expect(seen).toContainEqual(expect.objectContaining({ subscriptionType: 'company.propertyChange', objectId: 1, propertyName: 'name' }));
    expect(seen).toContainEqual(expect.objectContaining({ subscriptionType: 'company.deletion', objectId: 3 }));
    expect(seen).toContainEqual(
      expect.objectContaining({
        subscriptionType: 'contact.associationChange',
        fromObjectId: 11,
        toObjectId: 1,
        associationType: 'CONTACT_TO_COMPANY',
      }),
    );
    expect(seen).toContainEqual(expect.objectContaining({ associationType: 'COMPANY_TO_CONTACT', fromObjectId: 1, toObjectId: 11 }));
    expect(seen).toContainEqual(expect.objectContaining({ subscriptionType: 'company.merge', primaryObjectId: 1, mergedObjectIds: [2] }));
  });

  test('a request without a 2xx is repeated when its time has come, with a higher number', async () => {
    receiver.answerWith(503);
    await feed({ retryMs: [60_000, 120_000] });
    await create(1);
    await until('the first try', () => receiver.received.length === 1);
    await poll('the second try', async () => {
      await admin('/clock', { advanceMs: 60_000 });
      return receiver.received.length >= 2 ? true : undefined;
    });
    receiver.answerWith(200);
    await poll('the third try', async () => {
      await admin('/clock', { advanceMs: 120_000 });
      return receiver.received.length >= 3 ? true : undefined;
    });
    expect(events().map(({ attemptNumber }) => attemptNumber)).toEqual([0, 1, 2]);
    await poll('its success', async () => {
      const { sent } = z.object({ sent: z.looseObject({ requests: z.number() }) }).parse(await admin('/feed', {}));
      return sent.requests === 1 ? sent : undefined;
    });
  });

  test('events are lost and doubled, and strangers send forged ones', async () => {
    await feed({ secret: 'app-secret', forge: 1 }, { lose: 0.5, double: 0.5 });
    await create(100);
    const good = () => receiver.received.filter((request) => isSigned(request, 'app-secret') && isFresh(request));
    const isFresh = (request: ReceivedRequest) => Date.now() - Number(headerOf(request, 'x-hubspot-request-timestamp')) < 300_000;
    const figures = z.object({ sent: z.object({ events: z.number(), forged: z.number(), waiting: z.number() }).loose() });
    const { sent } = figures.parse(await admin('/feed', {}));
    await until('all requests', () => eventsIn(good()).length === sent.events && receiver.received.length === good().length + sent.forged);
    expect(sent.events).toBeGreaterThan(50);
    expect(sent.events).toBeLessThan(100);
    expect(sent.forged).toBe(sent.events);
  });
});

describe('OfficeRnD', () => {
  let rnd: OfficerndUnderTest;
  beforeEach(async () => {
    rnd = await officerndUnderTest();
    await rnd.reset();
    await rnd.world({ companies: [{ _id: id(1), name: 'Acme' }] });
  });
  afterEach(() => rnd.stop());

  const wish = { url: '', description: 'a test', eventTypes: ['company.updated', 'member.removed'] };
  const eventSchema = z.object({
    eventType: z.string(),
    data: z.object({ object: z.looseObject({ _id: z.string() }), previousAttributes: z.object({}).loose() }),
  });
  const events = () => receiver.received.map(({ rawBody }) => eventSchema.parse(JSON.parse(rawBody.toString())));
  const isSigned = ({ headers, rawBody }: ReceivedRequest, secret: string) => {
    const signature = readOfficerndSignature(String(headers['officernd-signature'] ?? ''));
    return signature !== null && isSignedByOfficernd(rawBody, signature, secret);
  };

  test('a webhook is registered, listed without its secret, changed and removed', async () => {
    const made = await rnd.api('POST', '/webhooks', { ...wish, url: receiver.url });
    expect([made.status, made.body]).toEqual([
      201,
      { ...wish, url: receiver.url, _id: expect.any(String), isEnabled: true, secret: expect.any(String) },
    ]);
    const path = `/webhooks/${String(made.body['_id'])}`;
    expect((await rnd.api('GET', '/webhooks')).results).toEqual([{ ...wish, url: receiver.url, _id: made.body['_id'], isEnabled: true }]);
    expect((await rnd.api('PUT', path, { isEnabled: false })).body).toMatchObject({ isEnabled: false, description: 'a test' });
    expect((await rnd.api('DELETE', path)).status).toBe(200);
    expect((await rnd.api('GET', path)).status).toBe(404);
    expect((await rnd.api('POST', '/webhooks', { ...wish, url: 'no address' })).message).toBe('url must be a URL address');
    expect((await rnd.api('POST', '/webhooks', { ...wish, url: receiver.url, eventTypes: ['opportunity.updated'] })).status).toBe(400);
  });

  test('registered webhooks get the events that they have asked for, signed with their secret, echoes included', async () => {
    const { body } = await rnd.api('POST', '/webhooks', { ...wish, url: `${receiver.url}/hooks/officernd/acme` });
    await rnd.api('PUT', `/companies/${id(1)}`, { name: 'Acme Ltd' });
    await rnd.api('PUT', `/companies/${id(1)}`, { name: 'Acme Ltd' });
    await rnd.api('POST', '/companies', { name: 'New' });
    await rnd.admin('POST', '/edits', [{ op: 'update', type: 'company', id: id(1), fields: { name: 'Acme Inc' } }]);
    await until('both updates', () => events().filter(({ data }) => data.object._id === id(1)).length === 2);
    const ofAcme = events().filter(({ data }) => data.object._id === id(1));
    expect(ofAcme.map(({ eventType, data }) => [eventType, data.previousAttributes['name']])).toEqual([
      ['company.updated', 'Acme'],
      ['company.updated', 'Acme Ltd'],
    ]);
    expect(new Set(events().map(({ eventType }) => eventType))).toEqual(new Set(['company.updated']));
    expect(receiver.received.every((request) => isSigned(request, String(body['secret'])))).toBe(true);
  });

  test('an address of POST /feed gets all events of companies and members', async () => {
    await rnd.admin('POST', '/feed', { push: { url: receiver.url, secret: 'given' } });
    await rnd.admin('POST', '/edits', [
      { op: 'create', type: 'member', id: id(7), fields: { name: 'Ann', email: 'ann@example.com' } },
      { op: 'delete', type: 'member', id: id(7) },
      { op: 'create', type: 'opportunity', fields: { name: 'Deal', company: id(1) } },
    ]);
    // The opportunity makes its company a lead. It has no event of its own.
    const kinds = () => new Set(events().map(({ eventType }) => eventType));
    await until('both', () => kinds().has('member.removed') && kinds().has('company.updated'));
    expect([...kinds()].filter((kind) => !/^(?:member|company)\./.test(kind))).toEqual([]);
    expect(receiver.received.every((request) => isSigned(request, 'given'))).toBe(true);
  });
});
