import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { sides } from '../domain/entity';
import type { Side } from '../domain/entity';
import type { BenchLimits } from './limits';

/** The ready file of `orsync emulators`: the addresses of both vendors and how to get in. */
const readySchema = z.object({
  officernd: z.object({
    apiUrl: z.string(),
    tokenUrl: z.string(),
    adminUrl: z.string(),
    organization: z.string(),
    clientId: z.string(),
    clientSecret: z.string(),
  }),
  hubspot: z.object({ apiUrl: z.string(), adminUrl: z.string(), portalId: z.string(), accessToken: z.string() }),
});
export type VendorAddresses = z.infer<typeof readySchema>;

const requestsSchema = z.object({
  total: z.number(),
  byRoute: z.record(z.string(), z.number()),
  byStatus: z.record(z.string(), z.number()),
});
/** An emulator's own count of the requests it has had. */
type EmulatorRequests = z.infer<typeof requestsSchema>;

/** The admin calls of both emulators. */
export interface EmulatedVendors {
  readonly addresses: VendorAddresses;
  readonly putWorld: (side: Side, half: object) => Promise<void>;
  readonly edit: (side: Side, edits: readonly object[]) => Promise<void>;
  /** Sets the vendors' latency and their own limits. */
  readonly configure: (limits: BenchLimits, latencyMs: number) => Promise<void>;
  readonly requests: (side: Side) => Promise<EmulatorRequests>;
  /** Moves the vendors' clocks forward, so that their rate windows are empty. */
  readonly passMinute: () => Promise<void>;
}

/** @param readyFile written by `orsync emulators` */
export function openVendors(readyFile: string): EmulatedVendors {
  const addresses = readySchema.parse(JSON.parse(readFileSync(readyFile, 'utf8')));
  const call = async (side: Side, method: string, path: string, body?: object): Promise<unknown> => {
    const response = await fetch(`${addresses[side].adminUrl}${path}`, {
      method,
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`The ${side} emulator answered ${method} ${path} with ${response.status}: ${text.slice(0, 500)}`);
    return JSON.parse(text);
  };
  return {
    addresses,
    putWorld: async (side, half) => void (await call(side, 'PUT', '/world', half)),
    edit: async (side, edits) => void (await call(side, 'POST', '/edits', edits)),
    configure: async ({ vendors }, latencyMs) => {
      // Modified dates that change by themselves would make runs differ, so they are off.
      await call('hubspot', 'PUT', '/settings', { latencyMs, limits: vendors.hubspot, createDriftMs: null, shuffleBatches: true });
      await call('officernd', 'PUT', '/settings', { latencyMs, limits: vendors.officernd });
    },
    passMinute: async () => {
      for (const side of sides) await call(side, 'POST', '/clock', { advanceMs: 60_000 });
    },
    requests: async (side) => requestsSchema.parse(await call(side, 'GET', '/requests')),
  };
}
