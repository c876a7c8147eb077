import { startEmulator, type EmulatorOptions } from '../shared/server';
import { BASE_PATH } from './routes';
import { CLIENT_ID, CLIENT_SECRET, ORGANIZATION } from './tokens';
import { officerndVendor } from './vendor';

export interface OfficerndEmulator {
  /** Ends with `/api/v2`. The API's paths continue with `/organizations/{organization}`. */
  readonly apiUrl: string;
  readonly tokenUrl: string;
  readonly adminUrl: string;
  readonly organization: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** Ends the server and its connections. */
  readonly stop: () => Promise<void>;
}

/** Starts an OfficeRnD emulator on the loopback address. Rejects when the port is taken or the world is wrong. */
export async function startOfficerndEmulator(options: EmulatorOptions = {}): Promise<OfficerndEmulator> {
  const { baseUrl, adminUrl, stop } = await startEmulator(officerndVendor, options);
  return {
    apiUrl: `${baseUrl}${BASE_PATH}`,
    tokenUrl: `${baseUrl}/oauth/token`,
    adminUrl,
    organization: ORGANIZATION,
    clientId: CLIENT_ID,
    clientSecret: CLIENT_SECRET,
    stop,
  };
}
