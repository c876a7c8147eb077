import { VendorError } from '../../../connectors/errors';
import { createOfficerndConnector } from '../../../connectors/officernd/create-connector';
import { startScriptedServer } from '../../support/scripted-server';

/** V4: only an answer in OfficeRnD's own form is its word. */

/** Texts of somebody between us and the vendor. */
const foreign: readonly (readonly [string, string | object])[] = [
  ['a web page', '<!DOCTYPE html><title>Just a moment…</title>'],
  ['a gateway’s JSON', { message: 'Forbidden' }],
  ['another JSON', { ok: false }],
  ['an empty body', ''],
];

async function errorOf(apiUrl: string): Promise<VendorError> {
  const connector = createOfficerndConnector({
    config: { apiUrl, tokenUrl: `${apiUrl}/token`, organization: 'acme', clientId: 'id', clientSecret: 'secret' },
    ledger: { count: () => undefined },
    limiter: { acquire: async () => undefined, reserve: async () => [], penalise: async () => undefined, noteRoom: async () => undefined },
    now: Date.now,
  });
  const error: unknown = await connector.update('members', '65f0c0ffee000000000000b1', { name: 'X' }).catch((thrown: unknown) => thrown);
  if (error instanceof VendorError) return error;
  throw new Error('The call did not fail with a VendorError.');
}

test.each([400, 401, 403, 404, 405, 409, 422].flatMap((status) => foreign.map(([what, body]) => [status, what, body] as const)))(
  'V4 a %s with %s is nobody’s word: tried again, and no credential is blamed',
  async (status, _what, body) => {
    const server = await startScriptedServer(({ url }) =>
      url.endsWith('/token') ? { status: 200, body: { access_token: 't', expires_in: 3600 } } : { status, body },
    );
    const error = await errorOf(server.apiUrl);
    await server.stop();
    expect(error).toMatchObject({ kind: 'unavailable', details: { setting: 'officernd.apiUrl', mayHaveHappened: true } });
    expect(error.message).not.toMatch(/scope|credential|clientId/);
  },
);
