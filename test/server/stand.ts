import { Writable } from 'node:stream';
import { pino } from 'pino';
import { z } from 'zod';
import type { SecretSources } from '../../config/secrets';
import { startServer } from '../../server/start-server';
import type { RunningServer, ServerOptions } from '../../server/start-server';
import type { Store } from '../../store/store';
import { aConfig } from '../config/fixtures';
import { APP_SECRET, PUBLIC_URL, WEBHOOK_SECRET } from './signed';
import type { SignedRequest } from './signed';

/** A server in this process, on a store of the test. */
export interface Stand extends RunningServer {
  readonly send: (request: SignedRequest, method?: string) => Promise<Response>;
  /** Everything that it has logged. */
  readonly log: () => string;
}

const env = { HUBSPOT_APP_SECRET: APP_SECRET, HUBSPOT_OTHER_SECRET: 'app-secret-of-other', ORND_WEBHOOK_SECRET: WEBHOOK_SECRET };
const secrets: SecretSources = { env, policy: { prefixes: ['HUBSPOT_', 'ORND_'], folder: '/none', hosts: [] }, readFile: () => null };

/** Stores a tenant whose vendors sign with the secrets of `signed.ts`; another app's secret is in the variable `appSecret`. */
export async function putTenant(
  store: Store,
  tenant: string,
  { portalId = '12345678', appSecret = 'HUBSPOT_APP_SECRET', entities = ['company', 'member', 'opportunity'] } = {},
): Promise<void> {
  const { officernd } = aConfig();
  const config = aConfig({
    tenant,
    entities,
    officernd: { ...officernd, webhookSecret: { env: 'ORND_WEBHOOK_SECRET' } },
    hubspot: {
      portalId,
      accessToken: { env: 'HUBSPOT_TOKEN' },
      app: { clientId: { env: 'HUBSPOT_APP_ID' }, clientSecret: { env: appSecret } },
    },
  });
  await store.tenants.put(tenant, z.json().parse(JSON.parse(JSON.stringify(config))), new Date());
}

export async function startStand(store: Store, changes: Partial<ServerOptions> = {}): Promise<Stand> {
  let log = '';
  const sink = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      log += chunk.toString();
      done();
    },
  });
  const server = await startServer({
    store,
    receive: async (tenant, source, hints) => void (await store.forTenant(tenant).inbox.put(source, hints, new Date())),
    secrets,
    settings: { publicUrl: PUBLIC_URL, trustedProxies: [], requestsPerSecond: 10_000 },
    log: pino({ level: 'trace' }, sink),
    port: 0,
    host: '127.0.0.1',
    ...changes,
  });
  return {
    ...server,
    send: ({ path, headers, body }, method = 'POST') =>
      fetch(`${server.address}${path}`, {
        method,
        headers: { 'content-type': 'application/json', ...headers },
        ...(method === 'POST' && { body }),
      }),
    log: () => log,
  };
}
