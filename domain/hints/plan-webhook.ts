import { withoutTrailingSlashes } from '../trailing-slashes';
import { officerndEventTypes } from './officernd-push';

/** A webhook as OfficeRnD lists it. */
export interface ListedWebhook {
  readonly id: string;
  readonly url: string;
  readonly eventTypes: readonly string[];
  readonly isEnabled: boolean;
}

/** The step after which OfficeRnD calls an address. */
export type WebhookPlan =
  | { readonly kind: 'keep'; readonly url: string }
  /** It is switched off, or lacks events; `eventTypes` are those it has and those it lacks. */
  | { readonly kind: 'correct'; readonly id: string; readonly url: string; readonly eventTypes: readonly string[] }
  | { readonly kind: 'register'; readonly url: string }
  /** No webhook leads to the path, and nobody has said which address is ours. */
  | { readonly kind: 'address-unknown' };

/**
 * Compares an organisation's webhooks with what a tenant needs. Webhooks with other addresses are others' business.
 * @param address our address without the path; null when nobody has said it: then a webhook with the right path is ours
 */
export function planWebhook(listed: readonly ListedWebhook[], { address, path }: { address: string | null; path: string }): WebhookPlan {
  const isOurs = (url: string): boolean => {
    const plain = withoutTrailingSlashes(url);
    return address === null ? plain.endsWith(path) : plain === `${address}${path}`;
  };
  const found = listed.find(({ url }) => isOurs(url));
  if (found === undefined) return address === null ? { kind: 'address-unknown' } : { kind: 'register', url: `${address}${path}` };
  const { id, url, eventTypes, isEnabled } = found;
  const missing = officerndEventTypes.filter((type) => !eventTypes.includes(type));
  if (isEnabled && missing.length === 0) return { kind: 'keep', url };
  return { kind: 'correct', id, url, eventTypes: [...eventTypes, ...missing] };
}
