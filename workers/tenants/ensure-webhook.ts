import { resolveTenantSecrets } from '../../config/secrets';
import { officerndHookPath } from '../../config/serve-settings';
import type { TenantConfig } from '../../config/tenant-config';
import { VendorError } from '../../connectors/errors';
import { officerndRateLimits } from '../../connectors/officernd/connector-config';
import { createOfficerndWebhooks } from '../../connectors/officernd/webhooks';
import { officerndEventTypes } from '../../domain/hints/officernd-push';
import { planWebhook } from '../../domain/hints/plan-webhook';
import { localLimiters } from '../limits';
import { officerndSettings } from './connectors';
import { processSecrets } from './process-secrets';
import { waitOutPauses } from './wait-out-pauses';
import type { WaitOptions } from './wait-out-pauses';

/** The outcome about a tenant's OfficeRnD webhook. */
export type WebhookOutcome =
  | { readonly state: 'kept' | 'corrected'; readonly url: string }
  /** OfficeRnD says the secret only now, and this program keeps no secrets. Null where it has said none. */
  | { readonly state: 'registered'; readonly url: string; readonly secret: string | null }
  | { readonly state: 'address-unknown' }
  /** OfficeRnD has not done it; the message says why, and holds no secret. */
  | { readonly state: 'failed'; readonly message: string };

export interface EnsureWebhookOptions extends WaitOptions {
  /** `ORSYNC_PUBLIC_URL`. */
  readonly publicUrl: string | null;
  /** The folder of the tenant file, for its secrets. */
  readonly besideFile?: string;
}

/**
 * Sees to it that OfficeRnD calls this tenant's address for changes of companies and members. Null, without any call, for a tenant that asks
 * for no webhook. A vendor that refuses or does not answer is an outcome and no error: without a webhook, changes come later.
 */
export async function ensureWebhook(config: TenantConfig, options: EnsureWebhookOptions): Promise<WebhookOutcome | null> {
  const { publicUrl, besideFile, signal } = options;
  if (publicUrl === null && config.officernd.webhookSecret === undefined) return null;
  const webhooks = createOfficerndWebhooks({
    config: officerndSettings(config, resolveTenantSecrets(config, processSecrets(besideFile))),
    ledger: { count: () => undefined },
    limiter: localLimiters('officernd', officerndRateLimits(config.limits.officernd)),
    now: Date.now,
  });
  try {
    const listed = await waitOutPauses(() => webhooks.list({ signal }), options);
    const plan = planWebhook(listed, { address: publicUrl, path: officerndHookPath(config.tenant) });
    switch (plan.kind) {
      case 'keep':
        return { state: 'kept', url: plan.url };
      case 'address-unknown':
        return { state: 'address-unknown' };
      case 'correct':
        await waitOutPauses(() => webhooks.correct(plan.id, plan.eventTypes, { signal }), options);
        return { state: 'corrected', url: plan.url };
      case 'register': {
        const wish = { url: plan.url, description: `orsync ${config.tenant}`, eventTypes: officerndEventTypes };
        const { secret } = await waitOutPauses(() => webhooks.register(wish, { signal }), options);
        return { state: 'registered', url: plan.url, secret };
      }
    }
  } catch (error) {
    if (error instanceof VendorError) return { state: 'failed', message: error.message };
    throw error;
  }
}
