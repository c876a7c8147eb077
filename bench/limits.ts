/** The rate limits of a benchmark: those of the emulated vendors, and those in the tenant file. */
export interface BenchLimits {
  readonly name: string;
  readonly vendors: {
    readonly hubspot: {
      readonly per10s: number | null;
      readonly searchPerSecond: number | null;
      readonly daily: null;
      readonly associationsPer10s: null;
    };
    readonly officernd: { readonly readsPerMinute: number | null; readonly writesPerMinute: number | null; readonly tokensPerMinute: null };
  };
  readonly tenant: {
    readonly hubspot: { readonly per10s: number; readonly searchPerSecond: number };
    readonly officernd: { readonly readsPerMinute: number; readonly writesPerMinute: number };
  };
}

/** The published limits: HubSpot's for private apps, OfficeRnD's for an organisation. */
const REAL = { per10s: 190, searchPerSecond: 5, readsPerMinute: 400, writesPerMinute: 100 } as const;
/** So large that the limiter never waits. */
const NO_LIMIT = 10_000_000;

/** The limits for `off`, `real`, or a number by which the real ones are multiplied. */
export function benchLimits(name: string): BenchLimits {
  if (name === 'off') {
    return {
      name,
      vendors: {
        hubspot: { per10s: null, searchPerSecond: null, daily: null, associationsPer10s: null },
        officernd: { readsPerMinute: null, writesPerMinute: null, tokensPerMinute: null },
      },
      tenant: {
        hubspot: { per10s: NO_LIMIT, searchPerSecond: NO_LIMIT },
        officernd: { readsPerMinute: NO_LIMIT, writesPerMinute: NO_LIMIT },
      },
    };
  }
  const factor = name === 'real' ? 1 : Number(name);
  if (!Number.isFinite(factor) || factor < 1) throw new Error(`--limits ${name}: this must be off, real or a number of at least 1.`);
  const hubspot = { per10s: Math.round(REAL.per10s * factor), searchPerSecond: Math.round(REAL.searchPerSecond * factor) };
  const officernd = {
    readsPerMinute: Math.round(REAL.readsPerMinute * factor),
    writesPerMinute: Math.round(REAL.writesPerMinute * factor),
  };
  return {
    name,
    vendors: { hubspot: { ...hubspot, daily: null, associationsPer10s: null }, officernd: { ...officernd, tokensPerMinute: null } },
    tenant: { hubspot, officernd },
  };
}

/** Calls of one kind, and the most of them in a rolling window. */
interface LimitedCalls {
  readonly calls: number;
  readonly limit: number;
  readonly windowMs: number;
}

/** The time that calls wait for a rolling window. The first `limit` calls don't wait; each further `limit` calls wait for a window. */
export const waitForLimitMs = ({ calls, limit, windowMs }: LimitedCalls): number => Math.max(0, Math.ceil(calls / limit) - 1) * windowMs;
