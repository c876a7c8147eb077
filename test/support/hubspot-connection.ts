import type { CountedCall } from '../../connectors/call-ledger';
import { VendorError } from '../../connectors/errors';
import { hubSpotRateLimits, type HubSpotConnectorConfig } from '../../connectors/hubspot/connector-config';
import { createHubSpotConnector } from '../../connectors/hubspot/create-connector';
import type { HubSpotConnector } from '../../connectors/hubspot/connector';
import { createLocalLimiter, sleepUnlessAborted } from '../../connectors/limits';

export interface HubSpotConnection {
  readonly connector: HubSpotConnector;
  /** The calls so far. The list grows. */
  readonly calls: readonly CountedCall[];
  /** The connector's clock, which tests move. */
  readonly clock: { ms: number };
}

/** A connector with a limiter and a ledger of its own. */
export function connectHubSpot(apiUrl: string, changes: Partial<HubSpotConnectorConfig> = {}): HubSpotConnection {
  const calls: CountedCall[] = [];
  const clock = { ms: Date.UTC(2026, 9, 1) };
  const config: HubSpotConnectorConfig = {
    apiUrl,
    version: '2026-09',
    auth: { kind: 'token', accessToken: 'pat-test' },
    limits: { per10s: 90, searchPerSecond: 4 },
    timeoutMs: 5_000,
    ...changes,
  };
  const limiter = createLocalLimiter({ limits: hubSpotRateLimits(config.limits), now: Date.now, sleep: sleepUnlessAborted });
  const ledger = { count: (call: CountedCall) => void calls.push(call) };
  return { connector: createHubSpotConnector({ config, ledger, limiter, now: () => clock.ms }), calls, clock };
}

/** The VendorError with which a promise must reject. */
export async function failureOf(promise: Promise<unknown>): Promise<VendorError> {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof VendorError) return error;
  throw new Error(`A VendorError was expected, not ${String(error)}.`);
}
