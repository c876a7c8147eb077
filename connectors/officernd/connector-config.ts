import { LATENCY_MS } from '../limits';
import type { RateLimit } from '../limits';

/** What one tenant's connector needs to know. */
export interface OfficerndConnectorConfig {
  /** `https://app.officernd.com/api/v2`, or an emulator's address; `/organizations/{organization}/…` goes on from there. */
  readonly apiUrl: string;
  /** `https://identity.officernd.com/oauth/token`. */
  readonly tokenUrl: string;
  /** The slug in OfficeRnD's admin address. */
  readonly organization: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** How long one call may take once it has been sent; waiting for the limiter is not part of it. @default 30000 */
  readonly timeoutMs?: number;
  /** What is asked for with the token. One scope too many fails every token call. @default REQUIRED_SCOPES */
  readonly scopes?: readonly string[];
}

/** The limits of one organisation, less the head-room left to others who use it. */
export interface OfficerndLimits {
  readonly readsPerMinute: number;
  readonly writesPerMinute: number;
}

const PER_MS = 60_000 + LATENCY_MS;
/** The only number ever named for the token endpoint; a token lasts an hour, so that it is seldom felt. */
const TOKENS_PER_MINUTE = 5;

/** The limiter's classes for one organisation: `createLocalLimiter({ limits: officerndRateLimits(config.limits), … })`. */
export const officerndRateLimits = ({
  readsPerMinute,
  writesPerMinute,
}: OfficerndLimits): Readonly<Record<'read' | 'write' | 'token', RateLimit>> => ({
  read: { count: readsPerMinute, perMs: PER_MS },
  write: { count: writesPerMinute, perMs: PER_MS },
  token: { count: TOKENS_PER_MINUTE, perMs: PER_MS },
});
