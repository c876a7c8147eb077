import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { z } from 'zod';
import { countedRoute } from '../../emulators/hubspot/router';
import { legacyCompany, legacyDeal } from './legacy-records';
import type { CurrentRecord } from './legacy-records';

/** The calls as the peer makes them. One of them may need several calls to the emulator. */
interface ProxyCounts {
  readonly byRoute: Readonly<Record<string, number>>;
  readonly rateLimited: number;
}

/**
 * A proxy for peers that still make HubSpot's v1 and v2 calls. It answers them from the emulator's current API, and passes on all others.
 */
interface LegacyProxy {
  readonly url: string;
  readonly counts: () => ProxyCounts;
  readonly stop: () => Promise<void>;
}

interface Answer {
  readonly status: number;
  readonly text: string;
}

/** One call of a peer, and a function that calls the emulator with the same credentials. */
interface LegacyCall {
  readonly params: readonly string[];
  readonly query: URLSearchParams;
  /** Throws `Refused` with the emulator's answer if that is not a success. */
  readonly ask: (path: string) => Promise<unknown>;
}

interface LegacyRoute {
  readonly name: string;
  readonly pattern: RegExp;
  readonly answer: (call: LegacyCall) => Promise<unknown>;
}

/** The emulator's own refusal, mostly a 429, which is passed on to the peer. */
class Refused extends Error {
  constructor(readonly answer: Answer) {
    super(`The emulator answered with ${answer.status}.`);
  }
}

const recordSchema = z.looseObject({
  id: z.string(),
  properties: z.record(z.string(), z.string().nullable()),
  updatedAt: z.string(),
  associations: z.record(z.string(), z.looseObject({ results: z.array(z.looseObject({ id: z.string() })) })).optional(),
});
const pageSchema = z.looseObject({
  results: z.array(recordSchema),
  paging: z.looseObject({ next: z.looseObject({ after: z.string() }) }).optional(),
});
const definitionsSchema = z.looseObject({ results: z.array(z.looseObject({ name: z.string(), type: z.string() })) });

const definitionsOf = async (call: LegacyCall, object: string) =>
  definitionsSchema.parse(await call.ask(`/crm/v3/properties/${object}`)).results;

/** Lists of the current API give at most 100 records a call. So a legacy page of 250 needs three calls. */
const MOST_PER_CALL = 100;

async function listed(call: LegacyCall, object: string, properties: readonly string[], associations: string) {
  const records: CurrentRecord[] = [];
  let after = call.query.get('offset');
  for (let left = Number(call.query.get('limit') ?? MOST_PER_CALL); left > 0; left -= MOST_PER_CALL) {
    const query = new URLSearchParams({ limit: String(Math.min(left, MOST_PER_CALL)), properties: properties.join(','), associations });
    if (after !== null) query.set('after', after);
    const page = pageSchema.parse(await call.ask(`/crm/v3/objects/${object}?${query.toString()}`));
    records.push(...page.results);
    after = page.paging?.next.after ?? null;
    if (after === null) break;
  }
  return { records, next: after };
}

/** The definitions of an object type, which the proxy reads itself to send the names of all properties. */
type AllProperties = (call: LegacyCall, object: string) => Promise<readonly { readonly name: string; readonly type: string }[]>;

function createRoutes(allProperties: AllProperties): readonly LegacyRoute[] {
  const definitions = (call: LegacyCall) => definitionsOf(call, call.params[0] ?? '');
  return [
    { name: 'GET /companies/v2/properties', pattern: /^\/companies\/v2\/properties$/, answer: (call) => definitionsOf(call, 'companies') },
    { name: 'GET /properties/v1/deals/properties', pattern: /^\/properties\/v1\/(deals)\/properties$/, answer: definitions },
    { name: 'GET /properties/v2/{type}/properties', pattern: /^\/properties\/v2\/(\w+)\/properties$/, answer: definitions },
    {
      name: 'GET /companies/v2/companies/paged',
      pattern: /^\/companies\/v2\/companies\/paged$/,
      answer: async (call) => {
        const { records, next } = await listed(call, 'companies', call.query.getAll('properties'), '');
        return {
          companies: records.map((record) => legacyCompany(record, [])),
          'has-more': next !== null,
          offset: next === null ? 0 : Number(next),
        };
      },
    },
    {
      name: 'GET /companies/v2/companies/{id}',
      pattern: /^\/companies\/v2\/companies\/(\d+)$/,
      answer: async (call) => {
        const types = await allProperties(call, 'companies');
        const query = new URLSearchParams({ properties: types.map(({ name }) => name).join(',') });
        return legacyCompany(recordSchema.parse(await call.ask(`/crm/v3/objects/companies/${call.params[0]}?${query.toString()}`)), types);
      },
    },
    {
      name: 'GET /deals/v1/deal/paged',
      pattern: /^\/deals\/v1\/deal\/paged$/,
      answer: async (call) => {
        const types = await allProperties(call, 'deals');
        const names = types.map(({ name }) => name);
        const { records, next } = await listed(call, 'deals', names, 'contacts,companies');
        return {
          deals: records.map((record) => legacyDeal(record, types)),
          hasMore: next !== null,
          offset: next === null ? 0 : Number(next),
        };
      },
    },
  ];
}

/** @param apiUrl the emulator's address */
export async function startLegacyProxy(apiUrl: string): Promise<LegacyProxy> {
  const byRoute: Record<string, number> = {};
  let rateLimited = 0;
  const known = new Map<string, ReturnType<AllProperties>>();
  const routes = createRoutes((call, object) => {
    const definitions = known.get(object) ?? definitionsOf(call, object);
    known.set(object, definitions);
    return definitions;
  });

  const answer = async (request: IncomingMessage): Promise<Answer> => {
    const method = request.method ?? 'GET';
    const url = new URL(request.url ?? '/', apiUrl);
    const route = routes.find(({ pattern }) => method === 'GET' && pattern.test(url.pathname));
    const name = route?.name ?? countedRoute(method, url.pathname);
    byRoute[name] = (byRoute[name] ?? 0) + 1;
    const send = async (path: string, body?: Buffer): Promise<Answer> => {
      const headers = { authorization: request.headers.authorization ?? '', 'content-type': 'application/json' };
      const response = await fetch(new URL(path, apiUrl), { method, headers, ...(body !== undefined && { body: new Uint8Array(body) }) });
      return { status: response.status, text: await response.text() };
    };
    if (route === undefined) return send(`${url.pathname}${url.search}`, method === 'GET' ? undefined : await bodyOf(request));
    const ask = async (path: string): Promise<unknown> => {
      const given = await send(path);
      if (given.status !== 200) throw new Refused(given);
      return JSON.parse(given.text);
    };
    const params = route.pattern.exec(url.pathname)?.slice(1) ?? [];
    try {
      return { status: 200, text: JSON.stringify(await route.answer({ params, query: url.searchParams, ask })) };
    } catch (error) {
      if (error instanceof Refused) return error.answer;
      throw error;
    }
  };

  const server = createServer((request, response) => {
    answer(request).then(
      ({ status, text }) => {
        if (status === 429) rateLimited += 1;
        reply(response, status, text);
      },
      (error: unknown) => reply(response, 500, JSON.stringify({ message: error instanceof Error ? error.message : String(error) })),
    );
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The proxy has no port.');
  return {
    url: `http://127.0.0.1:${address.port}`,
    counts: () => ({ byRoute: { ...byRoute }, rateLimited }),
    stop: async () => {
      server.closeAllConnections();
      await new Promise<void>((done) => server.close(() => done()));
    },
  };
}

function reply(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'content-type': 'application/json;charset=utf-8' }).end(text);
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) if (chunk instanceof Buffer) chunks.push(chunk);
  return Buffer.concat(chunks);
}
