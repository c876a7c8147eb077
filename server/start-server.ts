import Fastify from 'fastify';
import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import type { HintReceiver } from '../client/hints/receive';
import type { SecretSources } from '../config/secrets';
import type { ServeSettings } from '../config/serve-settings';
import { errorName } from '../domain/printable';
import type { Store } from '../store/store';
import { addHealth } from './health';
import { addHubSpotHook } from './hubspot-hook';
import { addOfficerndHook } from './officernd-hook';
import { createPlaces } from './places';
import { addRates } from './rates';
import { overloaded, Refusal, tooLarge } from './refusal';
import { createSignedTenants } from './signed-tenants';
import { createStoring } from './storing';
import { createTally } from './tally';
import type { Tally } from './tally';

export interface ServerOptions {
  readonly store: Store;
  readonly receive: HintReceiver['receive'];
  readonly secrets: SecretSources;
  readonly settings: ServeSettings;
  readonly log: Logger;
  /** 0 means a free port. */
  readonly port: number;
  /** The address to listen on. */
  readonly host: string;
  /** See `StoringDeps`; tests choose a shorter one. */
  readonly storeTimeoutMs?: number;
}

export interface RunningServer {
  /** No trailing slash. */
  readonly address: string;
  /** Ends the server after the requests under way are answered. */
  readonly stop: () => Promise<void>;
}

const BODY_LIMIT_BYTES = 1_048_576;
/** Each may hold a body in memory. */
const MOST_REQUESTS = 64;
/** A vendor sends a whole request within seconds. A slower sender would hold a place that others need. */
const REQUEST_TIMEOUT_MS = 10_000;
const TALLY_EVERY_MS = 60_000;
/** After a stop, requests under way have this long. */
const GRACE_MS = 10_000;

/** The server of the vendors' webhooks. Rejects when the port is taken. */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const { store, receive, secrets, settings, log, port, host, storeTimeoutMs } = options;
  const tally = createTally();
  const onError = (error: unknown): void => log.warn({ error: errorName(error) }, 'hints could not be stored');
  const tenants = createSignedTenants({
    list: store.tenants.list,
    secrets,
    now: Date.now,
    onProblem: (tenant, message) => log.warn({ tenant }, message),
  });
  const app = Fastify({
    bodyLimit: BODY_LIMIT_BYTES,
    requestTimeout: REQUEST_TIMEOUT_MS,
    routerOptions: { ignoreTrailingSlash: true },
    trustProxy: settings.trustedProxies.length > 0 ? [...settings.trustedProxies] : false,
  });
  // Bodies are taken as they are, whatever they call themselves: a signature is over bytes.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  answerWithSentences(app, tally, log);
  await addRates(app, settings.requestsPerSecond);
  addHealth(app, store);
  const storing = createStoring({ receive, onError, timeoutMs: storeTimeoutMs });
  const hooks = { tenants, store: storing, tally, now: Date.now, publicUrl: settings.publicUrl };
  await app.register(async (scope) => {
    limitRequests(scope);
    addHubSpotHook(scope, hooks);
    addOfficerndHook(scope, hooks);
  });
  const telling = setInterval(() => tell(tally, log), TALLY_EVERY_MS).unref();
  try {
    await app.listen({ host, port });
  } catch (error) {
    clearInterval(telling);
    await app.close();
    throw error;
  }
  return {
    address: addressOf(app, host),
    stop: async () => {
      clearInterval(telling);
      const late = setTimeout(() => app.server.closeAllConnections(), GRACE_MS).unref();
      await app.close();
      clearTimeout(late);
      tell(tally, log);
    },
  };
}

/** A request has its place from its headers to the end of its answer. */
function limitRequests(app: FastifyInstance): void {
  const places = createPlaces(MOST_REQUESTS);
  app.addHook('onRequest', async (_request, reply) => {
    const leave = places.take();
    if (leave === null) throw overloaded();
    reply.raw.once('close', leave);
  });
}

function answerWithSentences(app: FastifyInstance, tally: Tally, log: Logger): void {
  app.setNotFoundHandler(async (_request, reply) => reply.code(404).send({ message: 'There is nothing here.' }));
  app.setErrorHandler(async (error, _request, reply) => {
    const refusal = error instanceof Refusal ? error : refusalFor(error);
    if (refusal === null) {
      log.warn({ error: errorName(error) }, 'a request could not be handled');
      return reply.code(503).send({ message: 'Something is wrong here; send it again later.' });
    }
    tally.count(refusal.outcome);
    if (refusal.retryAfterSeconds !== undefined) void reply.header('retry-after', String(refusal.retryAfterSeconds));
    return reply.code(refusal.status).send({ message: refusal.message });
  });
}

/** The framework's own refusals. */
function refusalFor(error: unknown): Refusal | null {
  const status = error instanceof Error && 'statusCode' in error && typeof error.statusCode === 'number' ? error.statusCode : 500;
  if (status === 413) return tooLarge();
  return status >= 400 && status < 500 ? new Refusal('malformed', status, 'The request is not of the expected form.') : null;
}

function tell(tally: Tally, log: Logger): void {
  const counts = tally.take();
  if (counts === null) return;
  log.info(counts, 'webhooks');
  if ((counts.wrongSignature ?? 0) > 0 && counts.accepted === undefined)
    log.warn('no signature fits; check ORSYNC_PUBLIC_URL, hubspot.app.clientSecret and officernd.webhookSecret');
}

function addressOf(app: FastifyInstance, host: string): string {
  const bound = app.server.address();
  if (bound === null || typeof bound === 'string') throw new Error('The server has no port.');
  return `http://${host.includes(':') ? `[${host}]` : host}:${bound.port}`;
}
