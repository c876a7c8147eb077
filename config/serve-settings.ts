import { isIP } from 'node:net';
import { z } from 'zod';
import { withoutTrailingSlashes } from '../domain/trailing-slashes';
import { ConfigurationError } from './configuration-error';
import { problemsOf, settingErrors } from './schema-messages';
import { commaList } from './schema-parts';
import { isHttpUrl } from './urls';

/** The settings of `orsync serve`. */
export interface ServeSettings {
  /** `ORSYNC_PUBLIC_URL`: the address under which the vendors reach this program, without a trailing slash. Null: as it is called. */
  readonly publicUrl: string | null;
  /** `ORSYNC_TRUSTED_PROXIES`: proxies whose `X-Forwarded-For` says who calls. @default none */
  readonly trustedProxies: readonly string[];
  /** `ORSYNC_HOOKS_PER_SECOND`: requests from one address in a second, on average over ten; from all together four times as many. */
  readonly requestsPerSecond: number;
}

/** Each vendor's own limit is far lower: HubSpot sends ten requests at once. */
const REQUESTS_PER_SECOND = 200;

const perSecond = 'this must be a number of requests from 1 to 100000';

const schema = z.object({
  ORSYNC_PUBLIC_URL: z
    .string()
    .refine(isHttpUrl, 'this must be an address such as https://sync.example.com (http:// only for this machine and its own network)')
    .transform(withoutTrailingSlashes)
    .optional(),
  ORSYNC_TRUSTED_PROXIES: commaList(isNetwork, 'this must be addresses or networks, divided by commas, such as 10.0.0.0/8'),
  ORSYNC_HOOKS_PER_SECOND: z
    .string()
    .regex(/^\d{1,6}$/, perSecond)
    .transform(Number)
    .refine((count) => count >= 1 && count <= 100_000, perSecond)
    .default(REQUESTS_PER_SECOND),
});

/**
 * Reads the settings of `orsync serve`. An empty variable counts as not set. Throws a `ConfigurationError` that names the variable.
 * @param env `process.env`, or a test's own
 */
export function readServeSettings(env: Readonly<Record<string, string | undefined>>): ServeSettings {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ''));
  const result = schema.safeParse(given, { error: settingErrors });
  if (!result.success) throw new ConfigurationError(problemsOf(result.error), 'the environment');
  const { ORSYNC_PUBLIC_URL: publicUrl, ORSYNC_TRUSTED_PROXIES: trustedProxies, ORSYNC_HOOKS_PER_SECOND: requestsPerSecond } = result.data;
  return { publicUrl: publicUrl ?? null, trustedProxies, requestsPerSecond };
}

function isNetwork(text: string): boolean {
  const [address = '', length, ...rest] = text.split('/');
  const longest = { 0: -1, 4: 32, 6: 128 }[isIP(address)] ?? -1;
  return rest.length === 0 && longest > 0 && (length === undefined || (/^\d{1,3}$/.test(length) && Number(length) <= longest));
}

/** The path that HubSpot's app calls. */
export const HUBSPOT_HOOK_PATH = '/hooks/hubspot';

/** The path that a tenant's OfficeRnD webhook calls. */
export const officerndHookPath = (tenant: string): string => `/hooks/officernd/${tenant}`;
