import * as associations from '@hubspot/api-client/lib/codegen/crm/associations/v4';
import * as objects from '@hubspot/api-client/lib/codegen/crm/objects';
import * as pipelines from '@hubspot/api-client/lib/codegen/crm/pipelines';
import * as properties from '@hubspot/api-client/lib/codegen/crm/properties';
import type { z } from 'zod';
import { VendorError } from '../errors';
import { createTurns } from '../let-others-run';
import { malformed, type CallFacts, type HubSpotAnswer } from './errors';
import type { CallOptions } from './connector';
import { checked, jsonOf } from './parse-answer';
import type { Transport, TransportRequest } from './transport';

/** The official client's typed calls that the connector uses. */
export interface HubSpotApis {
  readonly records: objects.BasicApi;
  readonly batches: objects.BatchApi;
  readonly search: objects.SearchApi;
  readonly associations: associations.BatchApi;
  readonly properties: properties.CoreApi;
  readonly pipelines: pipelines.PipelinesApi;
}

/** Makes one typed call and parses what the client gives back; a shape that does not fit is `unexpected` and names the field. */
export type Call = <T>(schema: z.ZodType<T>, run: (apis: HubSpotApis) => Promise<unknown>, options?: CallOptions) => Promise<T>;

/**
 * The client's parts are put together here without its `Client`, which would add retries and a limiter of its own (one for the whole
 * process). They are cheap, so each call gets its own, tied to its signal: the generated code has no place for one.
 */
export function createCall(transport: Transport): Call {
  const takeTurn = createTurns();
  return async (schema, run, options = {}) => {
    const { signal } = options;
    let stopped: { readonly error: unknown } | null = null;
    const beforeSend = async (): Promise<void> => {
      await options.beforeSend?.().catch((error: unknown) => {
        stopped = { error };
        throw error;
      });
    };
    let facts: CallFacts = { route: '', writes: false, credential: '' };
    let text: string | null = null;
    const send = async (request: ClientRequest): Promise<objects.ResponseContext> => {
      const sent = requestOf(request);
      facts = transport.factsOf(sent);
      const answered = await transport.send(sent, { ...options, beforeSend });
      text = answered.text;
      // The client takes milliseconds to unpack a page; nobody else's next request is to wait for that, OfficeRnD's next page least of all.
      await takeTurn();
      return responseOf(answered);
    };
    let answer: unknown;
    try {
      answer = await run(apisOver(send));
    } catch (error) {
      if (stopped !== null) throw error;
      if (error instanceof VendorError || (signal?.aborted === true && error === signal.reason)) throw error;
      // The client reads the text itself; only where it can't is it looked at here.
      if (text !== null) jsonOf(text, facts);
      throw malformed(facts, 'the body');
    }
    return checked(schema, answer, facts);
  };
}

/** What the generated packages' requests, otherwise unrelated types, have in common. */
interface ClientRequest {
  readonly getUrl: () => string;
  readonly getHttpMethod: () => string;
  readonly getBody: () => unknown;
}

type Send = (request: ClientRequest) => Promise<objects.ResponseContext>;

function apisOver(send: Send): HubSpotApis {
  const forObjects = objects.createConfiguration({ httpApi: objects.wrapHttpLibrary({ send }) });
  return {
    records: new objects.BasicApi(forObjects),
    batches: new objects.BatchApi(forObjects),
    search: new objects.SearchApi(forObjects),
    associations: new associations.BatchApi(associations.createConfiguration({ httpApi: associations.wrapHttpLibrary({ send }) })),
    properties: new properties.CoreApi(properties.createConfiguration({ httpApi: properties.wrapHttpLibrary({ send }) })),
    pipelines: new pipelines.PipelinesApi(pipelines.createConfiguration({ httpApi: pipelines.wrapHttpLibrary({ send }) })),
  };
}

/** The client's own host is dropped: the transport has the configured one. */
function requestOf(request: ClientRequest): TransportRequest {
  const { pathname, search } = new URL(request.getUrl());
  const body = request.getBody();
  return { method: request.getHttpMethod(), path: `${pathname}${search}`, body: typeof body === 'string' ? body : undefined };
}

function responseOf({ status, text, contentType }: HubSpotAnswer): objects.ResponseContext {
  const body = { text: async () => text, binary: async () => Buffer.from(text) };
  // Whether a dated version answers 200 or 207 to a partly failed batch is not known, and the client drops the errors of a 200.
  const told = status === 200 && holdsErrors(text) ? 207 : status;
  return new objects.ResponseContext(told, { 'content-type': contentType }, body);
}

function holdsErrors(text: string): boolean {
  if (!text.includes('"errors"')) return false;
  const body: unknown = JSON.parse(text);
  return typeof body === 'object' && body !== null && 'errors' in body && Array.isArray(body.errors) && body.errors.length > 0;
}
