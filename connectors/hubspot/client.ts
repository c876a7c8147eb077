import * as associations from '@hubspot/api-client/lib/codegen/crm/associations/v4';
import * as objects from '@hubspot/api-client/lib/codegen/crm/objects';
import * as pipelines from '@hubspot/api-client/lib/codegen/crm/pipelines';
import * as properties from '@hubspot/api-client/lib/codegen/crm/properties';
import type { z } from 'zod';
import { VendorError } from '../errors';
import { MOST_UNASKED } from '../answer-size';
import { createTurns } from '../let-others-run';
import { malformed, type CallFacts, type HubSpotAnswer } from './errors';
import type { CallOptions } from '../call-options';
import { askedFor } from './asked-for';
import { assertNotMore, checked, jsonOf } from './parse-answer';
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

/** Makes one typed call and checks the result. A result of another shape throws `unexpected`, and the message names the field. */
export type Call = <T>(schema: z.ZodType<T>, run: (apis: HubSpotApis) => Promise<unknown>, options?: CallOptions) => Promise<T>;

/**
 * Uses the official client's parts without its `Client`, which would add its own retries and its own limiter (one for the whole process).
 * Each call makes its own parts, because the generated code can't pass a signal on. They are cheap.
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
    let most = MOST_UNASKED;
    let text: string | null = null;
    const send = async (request: ClientRequest): Promise<objects.ResponseContext> => {
      const sent = requestOf(request);
      facts = transport.factsOf(sent);
      most = askedFor(sent) ?? MOST_UNASKED;
      const answered = await transport.send(sent, { ...options, beforeSend });
      text = answered.text;
      // The client unpacks every result, so a large answer is looked at before.
      if (text.length > LARGE_CHARACTERS) assertNotMore(jsonOf(text, facts), most, facts);
      // The client takes milliseconds to unpack a page. Other requests, above all for OfficeRnD's next page, must not wait for that.
      await takeTurn();
      return responseOf(answered);
    };
    let answer: unknown;
    try {
      answer = await run(apisOver(send));
    } catch (error) {
      if (stopped !== null) throw error;
      if (error instanceof VendorError || (signal?.aborted === true && error === signal.reason)) throw error;
      // The client parses the text itself. This finds out whether it failed because the text is not JSON.
      if (text !== null) jsonOf(text, facts);
      throw malformed(facts, 'the body');
    }
    assertNotMore(answer, most, facts);
    return checked(schema, answer, facts);
  };
}

/** A page of records with long texts is seldom as large. */
const LARGE_CHARACTERS = 4_194_304;

/** The common part of the generated packages' request types, which are otherwise unrelated. */
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

/** Takes only the path: the client's own host is replaced by the configured one in `Http`. */
function requestOf(request: ClientRequest): TransportRequest {
  const { pathname, search } = new URL(request.getUrl());
  const body = request.getBody();
  return { method: request.getHttpMethod(), path: `${pathname}${search}`, body: typeof body === 'string' ? body : undefined };
}

function responseOf({ status, text, contentType }: HubSpotAnswer): objects.ResponseContext {
  const body = { text: async () => text, binary: async () => Buffer.from(text) };
  // The client drops the errors of a 200. Whether a dated version answers a partly failed batch with 200 or with 207 is not documented.
  const told = status === 200 && holdsErrors(text) ? 207 : status;
  return new objects.ResponseContext(told, { 'content-type': contentType }, body);
}

function holdsErrors(text: string): boolean {
  if (!text.includes('"errors"')) return false;
  const body: unknown = JSON.parse(text);
  return typeof body === 'object' && body !== null && 'errors' in body && Array.isArray(body.errors) && body.errors.length > 0;
}
