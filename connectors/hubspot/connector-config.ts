import { LATENCY_MS } from '../limits';
import type { RateLimit } from '../limits';
import type { HubSpotVersion } from './paths';

/** How the connector proves who it is: a private app's token or service key, or an app's refresh token. */
export type HubSpotAuth =
  | { readonly kind: 'token'; readonly accessToken: string }
  | { readonly kind: 'oauth'; readonly clientId: string; readonly clientSecret: string; readonly refreshToken: string };

/** Published limits less the head-room left to others who use the same portal. */
export interface HubSpotLimits {
  /** Calls in any ten seconds, search left out. */
  readonly per10s: number;
  /** Searches in any second. */
  readonly searchPerSecond: number;
}

/** What one tenant's connector needs to know. */
export interface HubSpotConnectorConfig {
  /** `https://api.hubapi.com`, or an emulator's address. */
  readonly apiUrl: string;
  readonly version: HubSpotVersion;
  readonly auth: HubSpotAuth;
  readonly limits: HubSpotLimits;
  /** How long one call may take once it has been sent; waiting for the limiter is not part of it. @default 30000 */
  readonly timeoutMs?: number;
}

/** The limiter's classes for one portal: `createLocalLimiter({ limits: hubSpotRateLimits(config.limits), … })`. */
export const hubSpotRateLimits = ({ per10s, searchPerSecond }: HubSpotLimits): Readonly<Record<'general' | 'search', RateLimit>> => ({
  general: { count: per10s, perMs: 10_000 + LATENCY_MS },
  search: { count: searchPerSecond, perMs: 1_000 + LATENCY_MS },
});
