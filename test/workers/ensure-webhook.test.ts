import { z } from 'zod';
import { webhookText } from '../../cli/text/webhook';
import { parseTenantConfig } from '../../config/tenant-file';
import { officerndEventTypes } from '../../domain/hints/officernd-push';
import { ensureWebhook } from '../../workers/tenants/ensure-webhook';
import { officerndUnderTest } from '../support/officernd-emulator';
import type { OfficerndUnderTest } from '../support/officernd-emulator';

/** `orsync tenant apply` and the webhook in OfficeRnD. */

const publicUrl = 'https://sync.example.com';
const url = `${publicUrl}/hooks/officernd/acme`;
let rnd: OfficerndUnderTest;
beforeEach(async () => {
  rnd = await officerndUnderTest();
  await rnd.reset();
});
afterEach(() => rnd.stop());

function configOf(webhookSecret?: object) {
  const { organization, apiUrl, tokenUrl, clientId, clientSecret } = rnd;
  const officernd = { organization, apiUrl, tokenUrl, clientId, clientSecret, ...(webhookSecret !== undefined && { webhookSecret }) };
  return parseTenantConfig(
    { tenant: 'acme', officernd, hubspot: { portalId: '1', apiUrl: 'http://127.0.0.1:9', accessToken: 'x' } },
    'test',
  );
}
const ensure = (options: { readonly publicUrl?: string | null; readonly webhookSecret?: object } = {}) =>
  ensureWebhook(configOf(options.webhookSecret), {
    publicUrl: options.publicUrl === undefined ? publicUrl : options.publicUrl,
    signal: new AbortController().signal,
  });
const calls = async () =>
  z.object({ total: z.number(), byRoute: z.record(z.string(), z.number()) }).parse((await rnd.admin('GET', '/requests')).body);
const listed = async () => (await rnd.api('GET', '/webhooks')).results;

test('it is registered once, for companies and members, and its secret is handed out that once', async () => {
  const first = await ensure();
  expect(first).toEqual({ state: 'registered', url, secret: expect.stringMatching(/^[0-9a-f]{48}$/) as unknown });
  expect(await listed()).toEqual([expect.objectContaining({ url, eventTypes: [...officerndEventTypes], isEnabled: true })]);
  expect(await ensure()).toEqual({ state: 'kept', url });
  expect(await listed()).toHaveLength(1);
});

test('one that was switched off or lost events is put right, also where only its path is known', async () => {
  await ensure();
  const [made] = await listed();
  const change = (body: object) => rnd.api('PUT', `/webhooks/${String(made?.['_id'])}`, body);
  await change({ isEnabled: false });
  expect(await ensure()).toEqual({ state: 'corrected', url });
  await change({ eventTypes: ['company.created'] });
  expect(await ensure({ publicUrl: null, webhookSecret: { env: 'ORND_WEBHOOK_SECRET' } })).toEqual({ state: 'corrected', url });
  expect(await listed()).toEqual([expect.objectContaining({ isEnabled: true, eventTypes: [...officerndEventTypes] })]);
});

test('a tenant that asks for none costs no call', async () => {
  expect(await ensure({ publicUrl: null })).toBeNull();
  expect(await calls()).toMatchObject({ total: 0 });
});

test('without an address of ours, none is registered, and the outcome says so', async () => {
  expect(await ensure({ publicUrl: null, webhookSecret: { file: 'webhook' } })).toEqual({ state: 'address-unknown' });
  expect(await listed()).toEqual([]);
});

test('an app without the scopes, or a vendor that is down, is an outcome and no error', async () => {
  await rnd.settings({ grantedScopes: ['flex.community.companies.read'] });
  const refused = await ensure();
  expect(refused).toMatchObject({ state: 'failed', message: expect.stringContaining('flex.settings.webhooks.read') as unknown });
  await rnd.reset();
  await rnd.admin('POST', '/faults', [{ match: { path: '/webhooks' }, action: { status: 502 } }]);
  expect(await ensure()).toMatchObject({ state: 'failed' });
});

test('the text says where the secret goes, and shows it in no other state', () => {
  const secret = 'abcdefabcdef';
  const shown = webhookText({ state: 'registered', url, secret }, { env: 'ORND_WEBHOOK_SECRET' });
  expect(shown).toContain(`  ${secret}\n`);
  expect(shown).toContain('the variable ORND_WEBHOOK_SECRET');
  expect(webhookText({ state: 'registered', url, secret }, { file: 'webhook' })).toContain('the file webhook');
  expect(webhookText({ state: 'registered', url, secret }, undefined)).toContain('webhookSecret: { env: ORND_WEBHOOK_SECRET }');
  expect(webhookText({ state: 'registered', url, secret: null }, undefined)).toContain('no secret');
  expect(webhookText({ state: 'kept', url }, undefined)).toContain('delete the webhook in OfficeRnD');
  expect(webhookText({ state: 'kept', url }, { file: 'webhook' })).toBe(`OfficeRnD calls ${url}.`);
  expect(webhookText({ state: 'address-unknown' }, { file: 'webhook' })).toContain('ORSYNC_PUBLIC_URL');
  expect(webhookText({ state: 'failed', message: 'It is down.' }, undefined)).toContain('It is down. Its app needs');
});
