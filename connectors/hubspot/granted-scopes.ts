import { z } from 'zod';
import { VendorError } from '../errors';
import type { HubSpotAuth } from './connector-config';
import type { CallOptions } from './connector';
import { jsonOf } from './json-body';
import type { Transport } from './transport';

const PATH = '/oauth/v2/private-apps/get/access-token-info';
const tokenInfo = z.object({ scopes: z.array(z.string()) });

/** Asks what a private app's token may do. Other tokens have no such call, or none that is documented: nothing is known of theirs. */
export async function readGrantedScopes(
  transport: Transport,
  auth: HubSpotAuth,
  { signal }: CallOptions = {},
): Promise<readonly string[] | null> {
  if (auth.kind !== 'token') return null;
  const request = { method: 'POST', path: PATH, body: JSON.stringify({ tokenKey: auth.accessToken }) };
  try {
    const { text } = await transport.send(request, { ...(signal !== undefined && { signal }) });
    const info = tokenInfo.safeParse(jsonOf(text, transport.factsOf(request)));
    return info.success ? info.data.scopes : null;
  } catch (error) {
    if (error instanceof VendorError) return null;
    throw error;
  }
}
