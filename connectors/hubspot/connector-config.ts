import { LATENCY_MS } from '../limits';
import type { RateLimit } from '../limits';
import type { HubSpotVersion } from './paths';

/** The connector's credential: a private app's token or service key, or an OAuth app's refresh token. */
export type HubSpotAuth =
  | { readonly kind: 'token'; readonly accessToken: string }
  | { readonly kind: 'oauth'; readonly clientId: string; readonly clientSecret: string; readonly refreshToken: string };

/** HubSpot's published limits, less the calls that are left to other users of the portal. */
export interface HubSpotLimits {
  /** Calls in any ten seconds, without searches. */
  readonly per10s: number;
  /** Searches in any second. */
  readonly searchPerSecond: number;
}

/** The settings of one tenant's connector. */
export interface HubSpotConnectorConfig {
  /** `https://api.hubapi.com`, or an emulator's address. */
  readonly apiUrl: string;
  readonly version: HubSpotVersion;
  readonly auth: HubSpotAuth;
  readonly limits: HubSpotLimits;
  /** How long one call may take after it was sent; the wait for the limiter does not count. @default 30000 */
  readonly timeoutMs?: number;
}

/** The limiter's classes for one portal: `createLocalLimiter({ limits: hubSpotRateLimits(config.limits), … })`. */
export const hubSpotRateLimits = ({ per10s, searchPerSecond }: HubSpotLimits): Readonly<Record<'general' | 'search', RateLimit>> => ({
  general: { count: per10s, perMs: 10_000 + LATENCY_MS },
  search: { count: searchPerSecond, perMs: 1_000 + LATENCY_MS },
});
