import type { HubSpotConnector } from '../../../connectors/hubspot/connector';
import { PORTAL, companies, startConnectedHubSpot } from '../../support/connected-hubspot';
import type { ConnectedHubSpot } from '../../support/connected-hubspot';
import { failureOf } from '../../support/hubspot-connection';

let hub: ConnectedHubSpot;
let connector: HubSpotConnector;

beforeEach(async () => {
  hub = await startConnectedHubSpot();
  connector = hub.connect();
});
afterEach(() => hub.stop());

describe('failures', () => {
  const oauth = {
    kind: 'oauth',
    clientId: '11111111-2222-4333-8444-555555555555',
    clientSecret: 'emulated-client-secret',
    refreshToken: 'na1-emulated-refresh-token',
  } as const;

  test('OAuth: works, and a wrong secret or refresh token names its setting', async () => {
    await hub.putWorld({});
    expect(await hub.connect({ auth: oauth }).account()).toMatchObject({ portalId: PORTAL });
    expect(hub.routes()).toEqual(['POST /oauth/2026-09/token', 'GET /account-info/2026-09/details']);
    const revoked = await failureOf(hub.connect({ auth: { ...oauth, refreshToken: 'gone' } }).account());
    expect(revoked).toMatchObject({ kind: 'unauthorized', details: { setting: 'hubspot.oauth.refreshToken' } });
    const stranger = await failureOf(hub.connect({ auth: { ...oauth, clientSecret: 'wrong' } }).account());
    expect(stranger).toMatchObject({ kind: 'configuration', details: { setting: 'hubspot.oauth.clientSecret' } });
  });

  test('an access token that ends early is renewed by the next try', async () => {
    await hub.putWorld({});
    connector = hub.connect({ auth: oauth });
    await connector.account();
    await hub.fault({ match: { path: '/account-info' }, times: 1, action: { expireToken: true } });
    expect((await failureOf(connector.account())).kind).toBe('unavailable');
    expect(await connector.account()).toMatchObject({ portalId: PORTAL });
  });

  test('missing scopes are named', async () => {
    await hub.settings({ scopes: ['crm.objects.companies.read'] });
    const error = await failureOf(connector.listPage('contacts', { properties: [], associations: [] }));
    expect(error).toMatchObject({ kind: 'forbidden', details: { setting: 'hubspot.accessToken' } });
    expect(error.message).toContain('crm.objects.contacts.read');
  });

  test('a truncated body is retryable', async () => {
    await hub.putWorld({ companies: companies(5) });
    await hub.fault({ match: { path: '/companies' }, times: 1, action: { truncate: true } });
    const listing = async () => connector.listPage('companies', { properties: ['name'], associations: [] });
    expect((await failureOf(listing())).kind).toBe('unavailable');
    expect((await listing()).records).toHaveLength(5);
  });

  test('a wrong token is unauthorized and names the setting', async () => {
    connector = hub.connect({ auth: { kind: 'token', accessToken: 'pat-na1-wrong' } });
    expect(await failureOf(connector.account())).toMatchObject({
      kind: 'unauthorized',
      details: { setting: 'hubspot.accessToken', status: 401 },
    });
  });

  test('a rate limit of the vendor is counted as such', async () => {
    await hub.putWorld({ companies: companies(1) });
    await hub.fault({ match: { path: '/companies' }, times: 1, action: { status: 429, headers: { 'Retry-After': '1' } } });
    const error = await failureOf(connector.listPage('companies', { properties: [], associations: [] }));
    expect(error).toMatchObject({ kind: 'rate-limited', details: { retryAfterMs: 1_000 } });
    expect(hub.calls()).toEqual([{ vendor: 'hubspot', route: 'GET /crm/objects/2026-09/companies', outcome: 'rate-limited' }]);
  });
});
