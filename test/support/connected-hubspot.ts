import type { CountedCall } from '../../connectors/call-ledger';
import type { HubSpotConnectorConfig } from '../../connectors/hubspot/connector-config';
import type { HubSpotConnector } from '../../connectors/hubspot/connector';
import type { HubSpotRecord } from '../../domain/hubspot-record';
import { startHubSpotEmulator } from '../../emulators/hubspot/start';
import { connectHubSpot } from './hubspot-connection';

/** A HubSpot emulator for one test, and connectors to it. */
export interface ConnectedHubSpot {
  /** Makes a connector. It has the emulator's token unless `changes` has another. */
  readonly connect: (changes?: Partial<HubSpotConnectorConfig>) => HubSpotConnector;
  /** The calls of the newest connector. */
  readonly calls: () => readonly CountedCall[];
  readonly routes: () => readonly string[];
  readonly putWorld: (world: { readonly [type in 'companies' | 'contacts' | 'deals']?: readonly WorldRecord[] }) => Promise<void>;
  readonly edit: (...edits: readonly object[]) => Promise<void>;
  readonly fault: (...faults: readonly object[]) => Promise<void>;
  /** Changes the emulator's settings. */
  readonly settings: (changes: object) => Promise<void>;
  readonly stop: () => Promise<void>;
}

export interface WorldRecord {
  readonly id: string;
  readonly properties: Readonly<Record<string, string>>;
  readonly associations?: { readonly companies?: readonly string[]; readonly contacts?: readonly string[] };
}

export const PORTAL = '12345678';
export const aCompany = (id: number, properties: Readonly<Record<string, string>> = {}): WorldRecord => ({
  id: String(id),
  properties: { name: `Company ${id}`, ...properties },
});
export const companies = (count: number): readonly WorldRecord[] => Array.from({ length: count }, (_, index) => aCompany(index + 1));
export const nameOf = (record: HubSpotRecord | null | undefined): string | null | undefined => record?.properties['name'];

/** Starts an emulator. Each test has its own, because settings stay when the world is replaced. This takes milliseconds. */
export async function startConnectedHubSpot(): Promise<ConnectedHubSpot> {
  const emulator = await startHubSpotEmulator({ seed: 7 });
  let calls: readonly CountedCall[] = [];
  const admin = async (method: string, path: string, body: unknown): Promise<void> => {
    const headers = { 'content-type': 'application/json' };
    const response = await fetch(`${emulator.adminUrl}${path}`, { method, headers, body: JSON.stringify(body) });
    if (!response.ok) throw new Error(`${method} ${path} gave ${response.status}: ${await response.text()}`);
  };
  return {
    connect: (changes = {}) => {
      const connection = connectHubSpot(emulator.apiUrl, { auth: { kind: 'token', accessToken: emulator.accessToken }, ...changes });
      calls = connection.calls;
      return connection.connector;
    },
    calls: () => calls,
    routes: () => calls.map(({ route }) => route),
    putWorld: (world) =>
      admin('PUT', '/world', { portalId: PORTAL, properties: {}, pipelines: [], companies: [], contacts: [], deals: [], ...world }),
    edit: (...edits) => admin('POST', '/edits', edits),
    fault: (...faults) => admin('POST', '/faults', faults),
    settings: (changes) => admin('PUT', '/settings', changes),
    stop: async () => emulator.stop(),
  };
}
