import type { Payload, PayloadCodec } from '@temporalio/common';
import Fastify from 'fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { ConfigurationError } from '../config/configuration-error';
import type { PayloadKeys } from '../config/payload-keys';
import type { Secret } from '../config/secret';
import { createCodecAccess, SIGNED_IN_HOURS } from './codec-access';
import type { CodecAccess } from './codec-access';
import { createPayloadCodec } from '../client/payload-codec';

export interface CodecServerOptions {
  readonly keys: PayloadKeys;
  /** The token that callers must show. */
  readonly token: Secret;
  /** The Temporal UI's origin: pages of other origins are refused. Null refuses all pages. */
  readonly origin: string | null;
  /** 0 means a free port. */
  readonly port: number;
  /** The address to listen on. */
  readonly host: string;
}

export interface RunningCodecServer {
  /** No trailing slash. */
  readonly url: string;
  readonly stop: () => Promise<void>;
}

/** A page of the UI asks for many payloads at once, each up to Temporal's own limit of 2 MB. */
const BODY_LIMIT_BYTES = 32 * 1024 * 1024;

/**
 * Temporal's remote codec protocol for its UI and command line: `POST /encode` and `POST /decode`. Callers show the token, or the cookie
 * that `POST /sign-in` gives in exchange for it. Rejects when the port is taken.
 */
export async function startCodecServer({ keys, token, origin, port, host }: CodecServerOptions): Promise<RunningCodecServer> {
  const app = Fastify({ bodyLimit: BODY_LIMIT_BYTES, forceCloseConnections: true });
  const access = createCodecAccess(token, Date.now);
  answerWithSentences(app);
  addSignIn(app, access);
  addCodec(app, { codec: createPayloadCodec(keys), access, origin });
  await app.listen({ host, port });
  const bound = app.server.address();
  if (bound === null || typeof bound === 'string') throw new Error('The codec endpoint has no port.');
  return { url: `http://${host.includes(':') ? `[${host}]` : host}:${bound.port}`, stop: () => app.close() };
}

interface CodecParts {
  readonly codec: PayloadCodec;
  readonly access: CodecAccess;
  readonly origin: string | null;
}

function addCodec(app: FastifyInstance, { codec, access, origin }: CodecParts): void {
  const checkOrigin = async (request: FastifyRequest, reply: FastifyReply): Promise<unknown> => {
    const from = request.headers.origin;
    void reply.header('vary', 'Origin');
    if (from === undefined) return undefined;
    if (from !== origin)
      return reply
        .code(403)
        .send({ message: 'Pages of this origin may not use the endpoint; ORSYNC_CODEC_ORIGIN names the one that may.' });
    // Refusals carry these headers too, so that the UI can show them.
    void reply.headers({ 'access-control-allow-origin': from, 'access-control-allow-credentials': 'true' });
    return undefined;
  };
  const checkAccess = async (request: FastifyRequest, reply: FastifyReply): Promise<unknown> =>
    access.allows(request.headers)
      ? undefined
      : reply
          .code(401)
          .header('www-authenticate', 'Bearer')
          .send({ message: 'Show the token of ORSYNC_CODEC_TOKEN as "Authorization: Bearer …", or sign in on the page at /.' });

  for (const way of ['encode', 'decode'] as const) {
    // A browser's preflight request carries no token and no cookie.
    app.options(`/${way}`, { onRequest: checkOrigin }, async (request, reply) => {
      const wanted = request.headers['access-control-request-headers'];
      const headers = {
        'access-control-allow-methods': 'POST',
        'access-control-max-age': '600',
        ...(wanted !== undefined && { 'access-control-allow-headers': wanted }),
      };
      return reply.code(204).headers(headers).send();
    });
    app.post(`/${way}`, { onRequest: [checkOrigin, checkAccess] }, async (request) => ({
      payloads: (await codec[way](payloadsIn(request.body))).map(toJson),
    }));
  }
}

/** Anybody may send this much without a token. */
const SIGN_IN_LIMIT_BYTES = 4_096;

const SIGN_IN_PAGE = `<!doctype html><html lang="en"><meta charset="utf-8"><title>orsync codec endpoint</title>
<form method="post" action="/sign-in"><label>Token (ORSYNC_CODEC_TOKEN) <input type="password" name="token" autocomplete="current-password" autofocus></label> <button>Sign in</button></form>`;
const SIGNED_IN_PAGE = `<!doctype html><html lang="en"><meta charset="utf-8"><title>orsync codec endpoint</title>
<p>This browser may decode payloads for ${SIGNED_IN_HOURS} hours. Go back to the Temporal UI and reload its page.</p>`;

/** A page where a person enters the token once; then the UI in the same browser may decode. */
function addSignIn(app: FastifyInstance, access: CodecAccess): void {
  const page = (reply: FastifyReply, html: string): FastifyReply =>
    reply
      .headers({ 'content-security-policy': "default-src 'none'; form-action 'self'; frame-ancestors 'none'", 'cache-control': 'no-store' })
      .type('text/html; charset=utf-8')
      .send(html);
  app.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string', bodyLimit: SIGN_IN_LIMIT_BYTES },
    (_request, body, done) => done(null, Object.fromEntries(new URLSearchParams(body.toString()))),
  );
  app.get('/', async (_request, reply) => page(reply, SIGN_IN_PAGE));
  app.post('/sign-in', { bodyLimit: SIGN_IN_LIMIT_BYTES }, async (request, reply) => {
    const { data } = signIn.safeParse(request.body);
    if (data === undefined || !access.isToken(data.token)) return page(reply.code(401), SIGN_IN_PAGE);
    return page(reply.header('set-cookie', access.cookie(request.headers['x-forwarded-proto'] === 'https')), SIGNED_IN_PAGE);
  });
}

const signIn = z.object({ token: z.string().trim() });

/** Bytes in Protobuf's JSON: base64, with either of its two alphabets. */
const bytes = z
  .string()
  .regex(/^[\w+/-]*={0,2}$/)
  .transform((text) => Buffer.from(text, 'base64'));
const requestBody = z.object({
  payloads: z.array(z.object({ metadata: z.record(z.string(), bytes).default({}), data: bytes.optional() })),
});

/** A request that cannot be handled; the message is a sentence for the caller. */
class BadRequest extends Error {}

function payloadsIn(body: unknown): Payload[] {
  const { data } = requestBody.safeParse(body);
  if (data === undefined)
    throw new BadRequest('The body must be JSON of the form {"payloads": [{"metadata": {"encoding": "base64"}, "data": "base64"}]}.');
  return data.payloads.map((payload) => ({ metadata: payload.metadata, data: payload.data ?? null }));
}

const base64 = (data: Uint8Array): string => Buffer.from(data).toString('base64');
const toJson = ({ metadata, data }: Payload): object => ({
  metadata: Object.fromEntries(Object.entries(metadata ?? {}).map(([name, value]) => [name, base64(value)])),
  ...(data !== null && data !== undefined && { data: base64(data) }),
});

function answerWithSentences(app: FastifyInstance): void {
  app.setNotFoundHandler(async (_request, reply) =>
    reply.code(404).send({ message: 'There is nothing here. Use POST /encode, POST /decode, or the page at / to sign in.' }),
  );
  app.setErrorHandler(async (error, _request, reply) => {
    const status = error instanceof Error && 'statusCode' in error && typeof error.statusCode === 'number' ? error.statusCode : 400;
    if (error instanceof ConfigurationError || error instanceof BadRequest) return reply.code(400).send({ message: error.message });
    // The codec's own messages hold no data; a message of the framework might quote the body.
    const isOurs = error instanceof Error && error.constructor === Error;
    return reply.code(status).send({ message: isOurs ? error.message : 'This request cannot be read; it must be JSON of at most 32 MB.' });
  });
}
