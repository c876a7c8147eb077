import { parseTenantConfig } from '../../config/tenant-file';
import { startHubSpotEmulator } from '../../emulators/hubspot';
import { startOfficerndEmulator } from '../../emulators/officernd';
import { checkTenantLive } from '../../workers/tenants/live-check';

/** Missing scopes are a configuration error. They are found before anything is stored or written. */

let hubspot: Awaited<ReturnType<typeof startHubSpotEmulator>>;
let officernd: Awaited<ReturnType<typeof startOfficerndEmulator>>;

beforeAll(async () => {
  [hubspot, officernd] = await Promise.all([startHubSpotEmulator(), startOfficerndEmulator()]);
});

afterAll(() => Promise.all([hubspot.stop(), officernd.stop()]));

const READS = ['companies', 'contacts', 'deals'].map((object) => `crm.objects.${object}.read`);

async function check(scopes: readonly string[] | null, standard: Readonly<Record<string, string>> = {}) {
  const settings = { method: 'PUT', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ scopes }) };
  expect((await fetch(`${hubspot.adminUrl}/settings`, settings)).status).toBe(200);
  const { organization, apiUrl, tokenUrl, clientId, clientSecret } = officernd;
  const { portalId, accessToken } = hubspot;
  const file = {
    tenant: 'scopes',
    entities: ['company'],
    officernd: { organization, apiUrl, tokenUrl, clientId, clientSecret },
    hubspot: { apiUrl: hubspot.apiUrl, portalId, accessToken },
    standard,
  };
  return checkTenantLive(parseTenantConfig(file, 'test'), new AbortController().signal);
}

test('a token that may not write what flows to HubSpot is refused, and the message names the scope and the setting', async () => {
  await expect(check(READS)).rejects.toMatchObject({
    name: 'ConfigurationError',
    setting: 'hubspot.accessToken',
    message: expect.stringContaining('crm.objects.companies.write'),
  });
});

test('a token that may not write is enough where nothing flows to HubSpot', async () => {
  const fields = ['name', 'url', 'description', 'address.street', 'address.country', 'address.state', 'address.city', 'address.zip'];
  const { mapping } = await check(READS, Object.fromEntries(fields.map((field) => [`company.${field}`, '←'])));
  expect(mapping.fields.every(({ direction }) => direction === '←')).toBe(true);
});

test('a token with all scopes passes', async () => {
  expect((await check(null)).mapping.tenant).toBe('scopes');
});
