import { isJsonObject, type JsonObject } from '../shared/json';
import { startEmulator, type EmulatorOptions } from '../shared/server';
import { staticTokenOf } from './tokens';
import { hubSpotVendor } from './vendor';

export interface HubSpotEmulator {
  /** The address to use instead of `https://api.hubapi.com`, without a trailing slash. */
  readonly apiUrl: string;
  readonly adminUrl: string;
  /** The portal id of the first world. A later `PUT /world` may give another one. */
  readonly portalId: string;
  /** A private app's token. The same seed gives the same token. */
  readonly accessToken: string;
  /** Ends the server and its connections. */
  readonly stop: () => Promise<void>;
}

const DEFAULT_PORTAL_ID = '12345678';

/** Starts an emulated HubSpot account on the loopback address. Rejects when the port is taken or the world is wrong. */
export async function startHubSpotEmulator(options: EmulatorOptions = {}): Promise<HubSpotEmulator> {
  const { baseUrl, adminUrl, stop } = await startEmulator(hubSpotVendor, options);
  return { apiUrl: baseUrl, adminUrl, portalId: portalIdOf(options), accessToken: staticTokenOf(options.seed ?? 1), stop };
}

function portalIdOf({ world }: EmulatorOptions): string {
  if (!isJsonObject(world)) return DEFAULT_PORTAL_ID;
  const half: JsonObject = isJsonObject(world.hubspot) ? world.hubspot : world;
  const { portalId } = half;
  return typeof portalId === 'string' || typeof portalId === 'number' ? String(portalId) : DEFAULT_PORTAL_ID;
}
