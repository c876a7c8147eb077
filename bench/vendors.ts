import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { sides } from '../domain/entity';
import type { Side } from '../domain/entity';
import type { BenchLimits } from './limits';

/** What `orsync emulators` writes into its ready file (contract, Commands). */
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
/** What an emulator has counted by itself. */
type EmulatorRequests = z.infer<typeof requestsSchema>;

/** Both emulators' administration calls. */
export interface EmulatedVendors {
  readonly addresses: VendorAddresses;
  readonly putWorld: (side: Side, half: object) => Promise<void>;
  readonly edit: (side: Side, edits: readonly object[]) => Promise<void>;
  /** Sets latency and the vendors' own limits. */
  readonly configure: (limits: BenchLimits, latencyMs: number) => Promise<void>;
  readonly requests: (side: Side) => Promise<EmulatorRequests>;
  /** Moves the vendors' clocks on, so that no window of theirs remembers a call. */
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
      // Modification stamps that move by themselves would make runs that can't be compared.
      await call('hubspot', 'PUT', '/settings', { latencyMs, limits: vendors.hubspot, createDriftMs: null, shuffleBatches: true });
      await call('officernd', 'PUT', '/settings', { latencyMs, limits: vendors.officernd });
    },
    passMinute: async () => {
      for (const side of sides) await call(side, 'POST', '/clock', { advanceMs: 60_000 });
    },
    requests: async (side) => requestsSchema.parse(await call(side, 'GET', '/requests')),
  };
}
