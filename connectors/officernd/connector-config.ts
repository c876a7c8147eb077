import { LATENCY_MS } from '../limits';
import type { RateLimit } from '../limits';

/** The settings of one tenant's connector. */
export interface OfficerndConnectorConfig {
  /** `https://app.officernd.com/api/v2`, or an emulator's address. The connector appends `/organizations/{organization}/…`. */
  readonly apiUrl: string;
  /** `https://identity.officernd.com/oauth/token`. */
  readonly tokenUrl: string;
  /** The organisation's short name in OfficeRnD's admin address. */
  readonly organization: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** How long one call may take after it was sent; the wait for the limiter does not count. @default 30000 */
  readonly timeoutMs?: number;
  /** The scopes to request with a token. If the app lacks one of them, it gets no token. @default REQUIRED_SCOPES */
  readonly scopes?: readonly string[];
}

/** OfficeRnD's limits for one organisation, less the calls that are left to other programs. */
export interface OfficerndLimits {
  readonly readsPerMinute: number;
  readonly writesPerMinute: number;
}

const PER_MS = 60_000 + LATENCY_MS;
/** The only published number for the token endpoint. A token lasts an hour, so this limit seldom matters. */
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
