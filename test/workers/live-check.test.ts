import { ConfigurationError } from '../../config/configuration-error';
import { parseTenantConfig } from '../../config/tenant-file';
import { VendorError } from '../../connectors/errors';
import { startHubSpotEmulator } from '../../emulators/hubspot';
import { startOfficerndEmulator } from '../../emulators/officernd';
import { checkTenantLive } from '../../workers/tenants/live-check';

/** A check of a tenant file says all that is wrong at once, and has the patience of a person. */

let hubspot: Awaited<ReturnType<typeof startHubSpotEmulator>>;
let officernd: Awaited<ReturnType<typeof startOfficerndEmulator>>;

beforeEach(async () => {
  [hubspot, officernd] = await Promise.all([startHubSpotEmulator(), startOfficerndEmulator()]);
});

afterEach(() => Promise.all([hubspot.stop(), officernd.stop()]));

async function fault(adminUrl: string, faults: readonly object[]): Promise<void> {
  const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(faults) };
  expect((await fetch(`${adminUrl}/faults`, init)).ok).toBe(true);
}

interface Wrong {
  readonly clientSecret?: string;
  readonly accessToken?: string;
}

const waits: string[] = [];

function check({ clientSecret = officernd.clientSecret, accessToken = hubspot.accessToken }: Wrong = {}) {
  const { organization, apiUrl, tokenUrl, clientId } = officernd;
  const file = {
    tenant: 'checked',
    entities: ['company'],
    officernd: { organization, apiUrl, tokenUrl, clientId, clientSecret },
    hubspot: { apiUrl: hubspot.apiUrl, portalId: hubspot.portalId, accessToken },
  };
  waits.length = 0;
  return checkTenantLive(parseTenantConfig(file, 'test'), new AbortController().signal, undefined, (sentence) => waits.push(sentence));
}

test('wrong credentials of both vendors are named together', async () => {
  const error: unknown = await check({ clientSecret: 'wrong', accessToken: 'wrong' }).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(ConfigurationError);
  expect(error).toMatchObject({
    problems: [
      { setting: 'officernd.clientSecret', message: expect.stringMatching(/^OfficeRnD answered .*[^.]$/) as unknown },
      { setting: 'hubspot.accessToken', message: expect.stringMatching(/^HubSpot answered 401 .*[^.]$/) as unknown },
    ],
  });
});

test('one vendor’s outage does not hide a wrong credential of the other', async () => {
  await fault(officernd.adminUrl, [{ match: { path: '.' }, action: { status: 503 } }]);
  await expect(check({ accessToken: 'wrong' })).rejects.toMatchObject({ name: 'VendorError', kind: 'unauthorized' });
});

test('a pause that the token endpoint asks for is waited out', async () => {
  await fault(officernd.adminUrl, [{ match: { path: 'token' }, times: 1, action: { status: 429, headers: { 'retry-after': '1' } } }]);
  expect((await check()).mapping.tenant).toBe('checked');
  expect(waits).toEqual([
    expect.stringMatching(/^OfficeRnD answered 429 to POST \/oauth\/token: it asks for a pause of 1 seconds\. Waiting …$/),
  ]);
});

test('a pause that nobody waits for ends the check with what to do', async () => {
  await fault(officernd.adminUrl, [{ match: { path: 'token' }, action: { status: 429, headers: { 'retry-after': '3600' } } }]);
  const error: unknown = await check().catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(VendorError);
  expect(error).toMatchObject({
    kind: 'rate-limited',
    message: expect.stringMatching(/a pause of 3600 seconds\. .* Run it again then\.$/) as unknown,
  });
  expect(waits).toEqual([]);
});

test('A4 definitions of an odd form that nobody has mapped do not matter', async () => {
  const odd = { _id: '65f0c0ffee00000000000001', key: 'odd', title: null, type: null, targets: null, values: [null] };
  await fault(officernd.adminUrl, [
    { match: { method: 'GET', path: 'custom-properties' }, action: { status: 200, body: { results: [null, odd, { key: 7 }] } } },
    {
      match: { method: 'GET', path: 'opportunity-statuses' },
      action: { status: 200, body: { results: [{ _id: 's', description: null }] } },
    },
  ]);
  expect((await check()).mapping.fields.length).toBeGreaterThan(5);
});
