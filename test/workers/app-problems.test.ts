import { parseTenantConfig } from '../../config/tenant-file';
import { startHubSpotEmulator } from '../../emulators/hubspot';
import { startOfficerndEmulator } from '../../emulators/officernd';
import { checkTenantLive } from '../../workers/tenants/live-check';

/** The app that tells of changes is checked with the tenant file: what is missing is said in one sentence, before anything is stored. */

let hubspot: Awaited<ReturnType<typeof startHubSpotEmulator>>;
let officernd: Awaited<ReturnType<typeof startOfficerndEmulator>>;

beforeAll(async () => {
  [hubspot, officernd] = await Promise.all([startHubSpotEmulator(), startOfficerndEmulator()]);
});

afterAll(() => Promise.all([hubspot.stop(), officernd.stop()]));

const good = { clientId: '11111111-2222-4333-8444-555555555555', clientSecret: 'emulated-client-secret' };

async function check(app: Readonly<Record<string, unknown>> | undefined, appScopes: readonly string[] | null = null) {
  const settings = { method: 'PUT', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ appScopes }) };
  expect((await fetch(`${hubspot.adminUrl}/settings`, settings)).status).toBe(200);
  const { organization, apiUrl, tokenUrl, clientId, clientSecret } = officernd;
  const file = {
    tenant: 'app',
    entities: ['company'],
    officernd: { organization, apiUrl, tokenUrl, clientId, clientSecret },
    hubspot: { apiUrl: hubspot.apiUrl, portalId: hubspot.portalId, accessToken: hubspot.accessToken, ...(app !== undefined && { app }) },
  };
  return checkTenantLive(parseTenantConfig(file, 'test'), new AbortController().signal);
}

test('an app that may read the journal passes, and so does a tenant without an app', async () => {
  expect((await check(good)).mapping.tenant).toBe('app');
  expect((await check(undefined)).mapping.tenant).toBe('app');
});

test('a check makes no subscription', async () => {
  await check(good);
  const { byRoute } = (await (await fetch(`${hubspot.adminUrl}/requests`)).json()) as { byRoute: Record<string, number> };
  expect(Object.keys(byRoute).filter((route) => route.startsWith('POST /webhooks-journal'))).toEqual([]);
});

test('each scope that the app lacks is named', async () => {
  await expect(check(good, ['developer.webhooks_journal.subscriptions.read'])).rejects.toMatchObject({
    name: 'ConfigurationError',
    setting: 'hubspot.app',
    message: expect.stringContaining(
      'the app lacks the scopes developer.webhooks_journal.read, developer.webhooks_journal.subscriptions.write; add them',
    ) as string,
  });
});

test.each([
  ['hubspot.app.clientId', { ...good, clientId: 'wrong' }],
  ['hubspot.app.clientSecret', { ...good, clientSecret: 'wrong' }],
])('a wrong %s is named', async (setting, app) => {
  await expect(check(app)).rejects.toMatchObject({ name: 'ConfigurationError', setting });
});

test('a secret of the app that is not there is named', async () => {
  await expect(check({ ...good, clientSecret: { env: 'HUBSPOT_NO_SUCH_SECRET' } })).rejects.toMatchObject({
    name: 'ConfigurationError',
    setting: 'hubspot.app.clientSecret',
    message: expect.stringContaining('HUBSPOT_NO_SUCH_SECRET') as string,
  });
});
