import { setMaxListeners } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import Fastify, { type FastifyReply, type FastifyRequest } from 'fastify';
import type { JsonValue } from '../../domain/json';
import { createAdmin } from './admin';
import { createEmulatorClock } from './clock';
import { createFaults } from './faults';
import { createSeededRandom } from './random';
import { createRequestLog } from './request-log';
import { createSettings } from './settings';
import type { BaseSettings, VendorDefinition, VendorRequest, VendorResponse } from './vendor';

export interface EmulatorOptions {
  /** The port on 127.0.0.1. @default 0, which takes a free one */
  readonly port?: number | undefined;
  /** Seed of all ids, tokens and random choices. @default 1 */
  readonly seed?: number | undefined;
  /** The first world: this side's half or the whole document. @default the vendor's empty world */
  readonly world?: JsonValue | undefined;
}

interface RunningEmulator {
  /** `http://127.0.0.1:PORT`, no trailing slash. */
  readonly baseUrl: string;
  /** `{baseUrl}/_admin`. */
  readonly adminUrl: string;
  /** Ends the server and every open connection. May be called twice. */
  readonly stop: () => Promise<void>;
}

const ADMIN_PREFIX = '/_admin';

/** Starts a vendor's emulator on the loopback address. Rejects when the port is taken or the world is wrong. */
export async function startEmulator<S extends BaseSettings>(
  definition: VendorDefinition<S>,
  options: EmulatorOptions = {},
): Promise<RunningEmulator> {
  const seed = options.seed ?? 1;
  const clock = createEmulatorClock();
  const log = createRequestLog();
  const faults = createFaults(createSeededRandom(seed, 'faults'));
  const settings = createSettings(definition.settings);
  const vendor = definition.create({ clock, settings: settings.current, random: (label) => createSeededRandom(seed, label) });
  const admin = createAdmin({ side: definition.side, vendor, clock, faults, log, settings });
  const stopping = new AbortController();
  // Each delayed request listens to this signal, so Node's warning about many listeners would be wrong.
  setMaxListeners(0, stopping.signal);
  const pause = (ms: number): Promise<unknown> =>
    ms > 0 ? wait(ms, undefined, { signal: stopping.signal }).catch(() => undefined) : Promise.resolve();

  const firstWorld = admin({
    method: 'PUT',
    path: '/world',
    query: new URLSearchParams(),
    rawBody: Buffer.from(JSON.stringify(options.world ?? {})),
  });
  if (firstWorld.status !== 200) throw new Error(`The ${definition.side} world is wrong: ${JSON.stringify(firstWorld.body)}`);

  async function answer(incoming: Incoming): Promise<Outcome> {
    const { method, url, path, query, rawBody, headers } = incoming;
    const at = clock.nowIso();
    const effect = faults.take(method, url);
    const token = /^Bearer\s+(\S+)\s*$/i.exec(headers.authorization ?? '')?.[1];
    if (effect.expireToken && token !== undefined) faults.expiredTokens.add(token);
    const ids = new Set<string>();
    const request: VendorRequest = {
      method,
      url,
      path,
      query,
      headers,
      rawBody,
      token,
      tokenExpired: token !== undefined && faults.expiredTokens.has(token),
      searchLagMs: effect.searchLagMs,
      touch: (id) => ids.add(id),
    };
    const note = (outcome: Outcome): void => {
      const status = outcome.kind === 'drop' ? 0 : outcome.response.status;
      const late = effect.lateMs > 0 ? { effectAt: clock.nowIso() } : {};
      log.add({ method, route: vendor.routeOf(method, path), path: url, at, ids: [...ids], status, ...late });
    };
    await pause(settings.current().latencyMs + effect.delayMs);
    await effect.released;
    const { ending, lateMs } = effect;
    if (lateMs > 0 && ending?.commit !== true && (ending?.status !== undefined || ending?.dropBeforeCommit === true)) {
      const outcome = await faulted(request, ending);
      clock.after(lateMs, () => void handled(request).then(() => note(outcome)));
      return outcome;
    }
    if (lateMs > 0) await new Promise<void>((resolve) => clock.after(lateMs, resolve));
    const outcome = await faulted(request, ending);
    note(outcome);
    return outcome;
  }

  async function faulted(request: VendorRequest, ending: ReturnType<typeof faults.take>['ending']): Promise<Outcome> {
    if (ending?.dropBeforeCommit === true) return { kind: 'drop' };
    if (ending?.status !== undefined) {
      if (ending.commit === true) await handled(request);
      const body = ending.body ?? vendor.errorBody(ending.status, request);
      return { kind: 'send', response: { status: ending.status, body, headers: ending.headers ?? {} } };
    }
    const response = await handled(request);
    if (ending?.dropAfterCommit === true) return { kind: 'drop' };
    return { kind: ending?.truncate === true ? 'truncate' : 'send', response };
  }

  async function handled(request: VendorRequest): Promise<VendorResponse> {
    try {
      return await vendor.handle(request);
    } catch (error) {
      // This is a bug of the emulator itself. It is printed, and the caller gets the vendor's answer for an internal error.
      process.stderr.write(
        `emulator ${definition.side}: ${request.method} ${request.path}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
      );
      return { status: 500, body: vendor.errorBody(500, request) };
    }
  }

  // All URLs are routed to one place. So the vendor code, not the framework, decides about odd paths, methods, types and bodies.
  // Node's limit of 16 KiB of headers is raised, because the vendor code decides how long a URL may be.
  const app = Fastify({ forceCloseConnections: true, rewriteUrl: () => '/', keepAliveTimeout: 60_000, http: { maxHeaderSize: 262_144 } });
  app.addHook('onRequest', async (request, reply) => {
    const incoming = await read(request);
    if (incoming.path === ADMIN_PREFIX || incoming.path.startsWith(`${ADMIN_PREFIX}/`)) {
      return send(reply, admin({ ...incoming, path: incoming.path.slice(ADMIN_PREFIX.length) }));
    }
    const outcome = await answer(incoming);
    switch (outcome.kind) {
      case 'send':
        return send(reply, outcome.response);
      case 'truncate':
        return truncate(reply, outcome.response);
      case 'drop':
        return drop(reply);
    }
  });
  app.all('/', (_request, reply) => reply);

  await app.listen({ host: '127.0.0.1', port: options.port ?? 0 });
  const address = app.server.address();
  if (address === null || typeof address === 'string') throw new Error('The emulator has no port');
  const baseUrl = `http://127.0.0.1:${address.port}`;
  return {
    baseUrl,
    adminUrl: `${baseUrl}${ADMIN_PREFIX}`,
    stop: async () => {
      stopping.abort();
      clock.stop();
      vendor.stop?.();
      await app.close();
    },
  };
}

type Incoming = Pick<VendorRequest, 'method' | 'url' | 'path' | 'query' | 'headers' | 'rawBody'>;
type Outcome = { readonly kind: 'drop' } | { readonly kind: 'send' | 'truncate'; readonly response: VendorResponse };

/**
 * Any number of addresses lead to one emulator: `/as/NAME` before a path is left out. So several tenants can be told apart on one emulator,
 * since a pair of accounts belongs to one tenant alone (B2).
 */
const ALIAS = /^\/as\/[a-z0-9-]+(?=\/)/;

async function read(request: FastifyRequest): Promise<Incoming> {
  const chunks: Buffer[] = [];
  for await (const chunk of request.raw) chunks.push(Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk)));
  const url = request.originalUrl.replace(ALIAS, '');
  const [path = '/', ...rest] = url.split('?');
  return {
    method: request.method,
    url,
    path,
    query: new URLSearchParams(rest.join('?')),
    headers: request.headers,
    rawBody: Buffer.concat(chunks),
  };
}

function send(reply: FastifyReply, response: VendorResponse): FastifyReply {
  const { payload, headers } = encoded(response);
  return reply.code(response.status).headers(headers).send(payload);
}

/** Announces the whole body, sends half of it and cuts the connection. */
function truncate(reply: FastifyReply, response: VendorResponse): FastifyReply {
  const { payload = '', headers } = encoded(response);
  const bytes = Buffer.from(payload);
  reply.hijack();
  reply.raw.writeHead(response.status, { ...headers, 'content-length': String(bytes.length) });
  reply.raw.write(bytes.subarray(0, Math.floor(bytes.length / 2)), () => reply.raw.destroy());
  return reply;
}

function drop(reply: FastifyReply): FastifyReply {
  reply.hijack();
  reply.raw.destroy();
  return reply;
}

function encoded({ body, headers }: VendorResponse): {
  readonly payload: string | undefined;
  readonly headers: Readonly<Record<string, string>>;
} {
  if (body === undefined) return { payload: undefined, headers: headers ?? {} };
  if (typeof body === 'string') return { payload: body, headers: { 'content-type': 'text/html; charset=utf-8', ...headers } };
  return { payload: JSON.stringify(body), headers: { 'content-type': 'application/json; charset=utf-8', ...headers } };
}
