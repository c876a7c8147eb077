import { z } from 'zod';
import type { CallOptions } from '../call-options';
import type { ConnectorDeps } from '../metered-call';
import { createAccessTokens } from './access-token';
import { createApi } from './api';
import type { OfficerndConnectorConfig } from './connector-config';
import { createHttp } from './http';
import { readDefinitions } from './read-lists';
import { WEBHOOK_SCOPES } from './routes';
import { pageOf } from './schemas';

/** A webhook of an organisation, without its secret. */
export interface OfficerndWebhook {
  readonly id: string;
  readonly url: string;
  readonly eventTypes: readonly string[];
  readonly isEnabled: boolean;
}

/** A webhook that is to be registered. */
export interface WebhookWish {
  readonly url: string;
  readonly description: string;
  readonly eventTypes: readonly string[];
}

/** An organisation's webhooks. All calls throw `VendorError`. */
export interface OfficerndWebhooks {
  readonly list: (options?: CallOptions) => Promise<readonly OfficerndWebhook[]>;
  /** Registers one and returns its secret, which OfficeRnD says only here. */
  readonly register: (wish: WebhookWish, options?: CallOptions) => Promise<{ readonly id: string; readonly secret: string | null }>;
  /** Switches one on, for these events. Its secret stays. */
  readonly correct: (id: string, eventTypes: readonly string[], options?: CallOptions) => Promise<void>;
}

export interface OfficerndWebhooksDeps extends ConnectorDeps {
  readonly config: OfficerndConnectorConfig;
}

const TIMEOUT_MS = 30_000;

const webhookSchema = z
  .object({
    _id: z.string().regex(/^[\w-]+$/),
    url: z.string(),
    eventTypes: z.array(z.string()).catch([]),
    isEnabled: z.boolean().default(true).catch(true),
  })
  .transform(({ _id, url, eventTypes, isEnabled }): OfficerndWebhook => ({ id: _id, url, eventTypes, isEnabled }));
const page = pageOf(webhookSchema);
/** A secret that no header or terminal could carry is none. */
const secret = z
  .string()
  .regex(/^[\x21-\x7E]{8,512}$/)
  .nullish()
  .catch(null);
const registered = z.object({ _id: z.string().regex(/^[\w-]+$/), secret });
const corrected = z.object({ _id: z.string() });

/** Has a token of its own: an app that lacks these scopes can still do everything else. It sends nothing before the first call. */
export function createOfficerndWebhooks({ config, ledger, limiter, now, patience }: OfficerndWebhooksDeps): OfficerndWebhooks {
  const http = createHttp({ timeoutMs: config.timeoutMs ?? TIMEOUT_MS, ledger, limiter, now, patience });
  const tokens = createAccessTokens({ config: { ...config, scopes: WEBHOOK_SCOPES }, http, now });
  const api = createApi({ config, http, tokens });
  return {
    list: async (options) => readDefinitions(api, 'webhooks', page, options),
    register: async (wish, options) => {
      const answer = await api.send(registered, { kind: 'create', resource: 'webhooks', body: wish }, options);
      return { id: answer._id, secret: answer.secret ?? null };
    },
    correct: async (id, eventTypes, options) => {
      await api.send(corrected, { kind: 'update', resource: 'webhooks', id, body: { eventTypes, isEnabled: true } }, options);
    },
  };
}
