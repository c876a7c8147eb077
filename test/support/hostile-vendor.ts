import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';

/** A server between a tenant and OfficeRnD's emulator that answers lists of companies as no vendor should. */
export interface HostileVendor {
  /** The address for `officernd.apiUrl`. */
  readonly apiUrl: string;
  /** Chooses what lists of companies are answered with. Null passes them on. */
  readonly behave: (how: Hostility | null) => void;
  /** How many lists were answered in this way since it was chosen. */
  readonly answered: () => number;
  readonly stop: () => Promise<void>;
}

export type Hostility = 'trickles' | 'never ends' | 'fills pages' | 'nests' | 'shows very many' | 'refuses at length';

const MEGABYTE = 1_048_576;
const id = (number: number): string => `65f0${String(number).padStart(20, '0')}`;

/** Fifty records of more than a megabyte each, just under the limit of 64 MB. */
const full = (): Buffer =>
  Buffer.from(
    JSON.stringify({
      results: Array.from({ length: 50 }, (_, index) => ({ _id: id(index), name: `C${index}`, notes: 'x'.repeat(1.24 * MEGABYTE) })),
    }),
  );
const nested = (): Buffer => Buffer.from(`{"results":[{"_id":"${id(1)}","name":"C1","notes":${'['.repeat(50 * MEGABYTE)}`);
const many = (): Buffer =>
  Buffer.from(JSON.stringify({ results: Array.from({ length: 200_000 }, (_, index) => ({ _id: id(index), name: `C${index}` })) }));

/** A refusal just under the limit of 256 KB. A pattern that tries each place of such a text again took a minute. */
const refusal = (): Buffer => Buffer.from(JSON.stringify({ statusCode: 500, message: 'Cast to string failed for value '.repeat(8_000) }));

export async function startHostileVendor(officerndApiUrl: string): Promise<HostileVendor> {
  const { origin, pathname } = new URL(officerndApiUrl);
  let how: Hostility | null = null;
  let answered = 0;
  const bodies = new Map<Hostility, Buffer>();
  const bodyOf = (kind: Hostility, make: () => Buffer): Buffer => {
    const body = bodies.get(kind) ?? make();
    bodies.set(kind, body);
    return body;
  };

  const forward = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await buffer(request);
    const { method = 'GET', url = '/', headers } = request;
    const answer = await fetch(`${origin}${url}`, {
      method,
      headers: { authorization: headers.authorization ?? '', 'content-type': headers['content-type'] ?? 'application/json' },
      ...(body.length > 0 && { body }),
    });
    response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? 'application/json' });
    response.end(Buffer.from(await answer.arrayBuffer()));
  };

  const misbehave = (kind: Hostility, response: ServerResponse): void => {
    response.writeHead(kind === 'refuses at length' ? 500 : 200, { 'content-type': 'application/json' });
    switch (kind) {
      case 'trickles': {
        const drip = setInterval(() => (response.destroyed ? clearInterval(drip) : response.write(' ')), 50);
        return;
      }
      case 'never ends': {
        const more = (): void => {
          if (!response.destroyed) response.write(Buffer.alloc(MEGABYTE, ' '), more);
        };
        return more();
      }
      case 'fills pages':
        return void response.end(bodyOf(kind, full));
      case 'nests':
        return void response.end(bodyOf(kind, nested));
      case 'refuses at length':
        return void response.end(bodyOf(kind, refusal));
      case 'shows very many':
        return void response.end(bodyOf(kind, many));
    }
  };

  const server = createServer((request, response) => {
    if (how === null || !/\/companies\?/.test(request.url ?? '')) return void forward(request, response).catch(() => response.destroy());
    answered += 1;
    misbehave(how, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server has no port.');
  return {
    apiUrl: `http://127.0.0.1:${address.port}${pathname}`,
    behave: (chosen) => {
      how = chosen;
      answered = 0;
    },
    answered: () => answered,
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
