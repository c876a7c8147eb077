import { z } from 'zod';
import { createLocalLimiter, sleepUnlessAborted } from '../../limits';
import { VendorError } from '../../errors';
import { createAccountDay } from '../account-limits';
import { createHttp } from '../http';
import { checked, jsonOf, parseAnswer } from '../parse-answer';
import { createTransport } from '../transport';
import { createAppTokens, JOURNAL_VERSION, lackingScopes } from './app-tokens';
import type { AppCredentials } from './app-tokens';
import { downloadEvents } from './download';
import type { Subscription, SubscriptionRequest } from './subscriptions';

/** A file of the journal that can be fetched for a while. */
export interface JournalPage {
  /** The place behind this file. */
  readonly offset: string;
  readonly url: string;
}

/** An app's access to its webhooks journal. Every method throws only `VendorError`, or the signal's reason after an abort. */
export interface JournalConnector {
  /** The oldest file that is kept; null where there is none. */
  readonly earliest: (signal: AbortSignal) => Promise<JournalPage | null>;
  /** The newest file; null where there is none. */
  readonly latest: (signal: AbortSignal) => Promise<JournalPage | null>;
  /** The file after an offset; null where there is none yet, 'forgotten' where HubSpot no longer knows the offset. */
  readonly next: (offset: string, signal: AbortSignal) => Promise<JournalPage | null | 'forgotten'>;
  /** The events of a file, as they came; 'expired' when its address must be asked for again. */
  readonly events: (page: JournalPage, signal: AbortSignal) => Promise<readonly unknown[] | 'expired'>;
  readonly subscriptions: (signal: AbortSignal) => Promise<readonly Subscription[]>;
  readonly subscribe: (request: SubscriptionRequest, signal: AbortSignal) => Promise<void>;
  /** Does nothing where there is no such subscription. */
  readonly unsubscribe: (id: string, signal: AbortSignal) => Promise<void>;
  /** The scopes of the journal that the app lacks. */
  readonly lackingScopes: () => Promise<readonly string[]>;
}

export interface JournalConnectorDeps {
  readonly apiUrl: string;
  readonly app: AppCredentials;
  /** The read scopes of the objects that are told of. */
  readonly objectScopes: readonly string[];
  readonly now: () => number;
  /** For one call. @default 30 seconds, and a minute for a file */
  readonly timeoutMs?: number;
}

const TIMEOUT_MS = 30_000;
const CREDENTIAL = 'hubspot.app';
const JOURNAL = `/webhooks-journal/journal/${JOURNAL_VERSION}`;
const SUBSCRIPTIONS = `/webhooks-journal/subscriptions/${JOURNAL_VERSION}`;

/** The answers to an offset that is too old. HubSpot does not say which of them it gives. */
const FORGOTTEN: ReadonlySet<number> = new Set([400, 404, 410]);

/** Makes an app's connector. It sends nothing before the first call. The account's limits don't count these calls. */
export function createJournalConnector({ apiUrl, app, objectScopes, now, timeoutMs }: JournalConnectorDeps): JournalConnector {
  const limiter = createLocalLimiter({ limits: { general: null }, now: () => performance.now(), sleep: sleepUnlessAborted });
  const http = createHttp({
    apiUrl,
    credential: CREDENTIAL,
    day: createAccountDay(now),
    timeoutMs: timeoutMs ?? TIMEOUT_MS,
    ledger: { count: () => undefined },
    limiter,
    now,
    patience: undefined,
  });
  const tokens = createAppTokens({ app, objectScopes, http, now });
  const transport = createTransport({ version: JOURNAL_VERSION, http, tokens, credential: CREDENTIAL, renews: true });

  const page = async (path: string, signal: AbortSignal): Promise<JournalPage | null> => {
    const request = { method: 'GET', path };
    const answer = await transport.send(request, { signal });
    if (answer.status === 204 || answer.text === '') return null;
    const { currentOffset, url } = parseAnswer(pageSchema, answer.text, transport.factsOf(request));
    return { offset: currentOffset, url };
  };

  return {
    earliest: (signal) => page(`${JOURNAL}/earliest`, signal),
    latest: (signal) => page(`${JOURNAL}/latest`, signal),
    next: (offset, signal) =>
      page(`${JOURNAL}/offset/${encodeURIComponent(offset)}/next`, signal).catch((error: unknown) => {
        if (isForgotten(error)) return 'forgotten';
        throw error;
      }),
    events: ({ url }, signal) => downloadEvents(url, { apiUrl, signal, ...(timeoutMs !== undefined && { timeoutMs }) }),
    subscriptions: async (signal) => {
      const request = { method: 'GET', path: SUBSCRIPTIONS };
      const { text } = await transport.send(request, { signal });
      const facts = transport.factsOf(request);
      const body = text === '' ? [] : jsonOf(text, facts);
      return checked(subscriptionsSchema, body, facts);
    },
    subscribe: async ({ portalId, associatedObjectTypeIds, ...rest }, signal) => {
      const links = associatedObjectTypeIds.length > 0 ? { associatedObjectTypeIds } : {};
      const body = { ...rest, portalId: Number(portalId), ...links };
      const send = (sent: object) => transport.send({ method: 'POST', path: SUBSCRIPTIONS, body: JSON.stringify(sent) }, { signal });
      await send(body).catch(async (error: unknown) => {
        if (!(error instanceof VendorError) || error.kind !== 'invalid') throw error;
        // HubSpot's description calls `objectIds` required, and programs that leave it out work.
        await send({ ...body, objectIds: [] });
      });
    },
    unsubscribe: async (id, signal) => {
      await transport.send({ method: 'DELETE', path: `${SUBSCRIPTIONS}/${encodeURIComponent(id)}` }, { signal }).catch((error: unknown) => {
        if (!(error instanceof VendorError) || error.kind !== 'not-found') throw error;
      });
    },
    lackingScopes: () => lackingScopes(app, http),
  };
}

/** Only HubSpot's own answer counts: that of a proxy is `unavailable`. */
const isForgotten = (error: unknown): boolean =>
  error instanceof VendorError && error.kind !== 'unavailable' && FORGOTTEN.has(error.details.status ?? 0);

/** An offset goes into a path and into the database. */
const offset = z.union([z.string().min(1).max(500), z.number().transform(String)]);
const pageSchema = z.object({ currentOffset: offset, url: z.string().min(1) });

const id = z.union([z.string().min(1).max(200), z.int().transform(String)]);
const texts = z
  .array(z.string())
  .nullish()
  .transform((list) => list ?? []);
const subscriptionSchema = z.object({
  id,
  subscriptionType: z.string(),
  portalId: id.nullish().transform((portal) => portal ?? ''),
  objectTypeId: z
    .string()
    .nullish()
    .transform((type) => type ?? null),
  actions: texts,
  properties: texts,
  associatedObjectTypeIds: texts,
});
/** A list, or a list in an object. */
const subscriptionsSchema = z.union([
  z.array(subscriptionSchema),
  z.object({ results: z.array(subscriptionSchema) }).transform(({ results }) => results),
]);
