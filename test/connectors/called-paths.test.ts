import { createOfficerndConnector } from '../../connectors/officernd/create-connector';
import type { CountedCall } from '../../connectors/call-ledger';
import { isRecordId } from '../../connectors/hubspot/records';
import { routeOf } from '../../connectors/hubspot/paths';
import { connectHubSpot } from '../support/hubspot-connection';
import { startScriptedServer } from '../support/scripted-server';
import type { ScriptedServer } from '../support/scripted-server';

/** A6, U7: an id that anybody may have typed changes no path that is called, and stands in no route of the ledger. */

let server: ScriptedServer | undefined;
afterEach(() => server?.stop());

const odd = [
  '..',
  '.',
  '../companies/1',
  '%2e%2e',
  '%2f..%2f',
  '1/../2',
  '1%2F2',
  '1?limit=1',
  '1#x',
  'jane@example.com',
  'Jäne',
  ' 1',
  '1\n2',
  '',
  '\\..\\',
];
const MEMBER = '65f0c0ffee000000000000b1';

async function connectors() {
  const calls: CountedCall[] = [];
  server = await startScriptedServer(({ url }) => ({
    status: 200,
    body: url === '/token' ? { access_token: 'token', expires_in: 3_600 } : { _id: MEMBER, results: [] },
  }));
  const { apiUrl, seen } = server;
  const officernd = createOfficerndConnector({
    config: { apiUrl, tokenUrl: `${apiUrl}/token`, organization: 'acme', clientId: 'id', clientSecret: 'secret' },
    ledger: { count: (call) => calls.push(call) },
    limiter: { acquire: async () => undefined, reserve: async () => [], penalise: async () => undefined, noteRoom: async () => undefined },
    now: Date.now,
  });
  const hubspot = connectHubSpot(apiUrl);
  return { officernd, hubspot: hubspot.connector, seen, routes: () => [...calls, ...hubspot.calls].map(({ route }) => route) };
}

test.each(odd)('an odd id is in no path: %j', async (id) => {
  const { officernd, hubspot, seen, routes } = await connectors();
  expect(await officernd.readOne('members', id)).toBeNull();
  await expect(officernd.update('members', id, { name: 'X' })).rejects.toMatchObject({ kind: 'not-found' });
  expect(await hubspot.readOne('contacts', id, ['city'])).toBeNull();
  expect([...(await hubspot.batchRead('contacts', [id], ['city']))]).toEqual([]);
  expect(isRecordId(id)).toBe(false);
  // Where an id is searched for, it is in the query, whole.
  await officernd.findByLinkId('members', `12345678-${id}`);
  await officernd.listPage('members', { cursor: id });
  const paths = seen.map(({ url }) => new URL(url, 'http://127.0.0.1').pathname);
  expect(new Set(paths)).toEqual(new Set(['/token', '/organizations/acme/members']));
  expect(new Set(routes())).toEqual(new Set(['POST /oauth/token', 'GET /organizations/{org}/members']));
});

test('an id of the right form is in the path, and in no route', async () => {
  const { officernd, hubspot, seen, routes } = await connectors();
  await officernd.readOne('members', MEMBER);
  await officernd.update('members', MEMBER, { name: 'X' });
  await hubspot.readOne('contacts', '501', []).catch(() => null);
  expect(seen.map(({ url }) => url.split('?')[0])).toEqual([
    '/token',
    `/organizations/acme/members/${MEMBER}`,
    `/organizations/acme/members/${MEMBER}`,
    '/crm/objects/2026-09/contacts/501',
  ]);
  expect(routes()).toEqual([
    'POST /oauth/token',
    'GET /organizations/{org}/members/{id}',
    'PUT /organizations/{org}/members/{id}',
    'GET /crm/objects/2026-09/contacts/{id}',
  ]);
});

test('HubSpot’s routes have only words of its API, whatever stands in the path', () => {
  expect(routeOf('GET', '/crm/objects/2026-09/contacts/jane@example.com?properties=city')).toBe('GET /crm/objects/2026-09/contacts/{id}');
  expect(routeOf('GET', '/crm/v3/objects/contacts/12/jane%40example.com')).toBe('GET /crm/v3/objects/contacts/{id}/{id}');
  expect(routeOf('POST', '/crm/associations/2026-09/deals/companies/batch/read')).toBe(
    'POST /crm/associations/2026-09/deals/companies/batch/read',
  );
  for (const path of [
    '/oauth/v3/token',
    '/oauth/2026-09/token',
    '/account-info/v3/details',
    '/oauth/v2/private-apps/get/access-token-info',
  ])
    expect(routeOf('GET', path)).toBe(`GET ${path}`);
});
