import { z } from 'zod';
import { entities, hubSpotObjectOf, officerndResourceOf } from '../domain/entity';
import type { Side } from '../domain/entity';
import type { VendorAddresses } from './vendors';

/** The milliseconds that a bare client needs for one page of each side's longest listing. */
export type PageTimes = Readonly<Record<Side, number>>;

/** With this many pages, the mean is nearly the same each time. */
const MOST_PAGES = 200;

/**
 * Reads all listings of both sides at the same time, page by page, and throws the records away. The time is the latency of the vendors,
 * and the time that the emulators, the network and timers add on this machine. Every client with as many calls at once would need it.
 * Call it while the vendors have no rate limits.
 */
export async function timePages({ hubspot, officernd }: VendorAddresses): Promise<PageTimes> {
  const token = await officerndToken(officernd);
  const [ofHubSpot, ofOfficernd] = await Promise.all([
    longestOf(
      entities.map((entity) => {
        const first = `${hubspot.apiUrl}/crm/objects/2026-09/${hubSpotObjectOf[entity]}?limit=100`;
        return timeListing(first, hubspot.accessToken, (page) => {
          const after = hubspotPageSchema.parse(page).paging?.next?.after;
          return after === undefined ? null : `${first}&after=${after}`;
        });
      }),
    ),
    longestOf(
      entities.map((entity) => {
        const first = `${officernd.apiUrl}/organizations/${officernd.organization}/${officerndResourceOf[entity]}?$limit=50`;
        return timeListing(first, token, (page) => {
          const { cursorNext } = officerndPageSchema.parse(page);
          return cursorNext ? `${first}&$cursorNext=${encodeURIComponent(cursorNext)}` : null;
        });
      }),
    ),
  ]);
  return { hubspot: ofHubSpot, officernd: ofOfficernd };
}

const officerndPageSchema = z.object({ cursorNext: z.string().nullish() });
const hubspotPageSchema = z.object({ paging: z.object({ next: z.object({ after: z.string() }).optional() }).optional() });
const tokenSchema = z.object({ access_token: z.string() });

interface BareListing {
  readonly pages: number;
  readonly tookMs: number;
}

async function longestOf(listings: readonly Promise<BareListing>[]): Promise<number> {
  const { tookMs, pages } = (await Promise.all(listings)).reduce((longest, one) => (one.pages > longest.pages ? one : longest));
  return tookMs / pages;
}

async function timeListing(first: string, token: string, nextOf: (page: unknown) => string | null): Promise<BareListing> {
  const startedAt = performance.now();
  let pages = 0;
  for (let next: string | null = first; next !== null && pages < MOST_PAGES; pages += 1) {
    next = nextOf(await (await answered(await fetch(next, { headers: { authorization: `Bearer ${token}` } }))).json());
  }
  return { pages, tookMs: performance.now() - startedAt };
}

async function officerndToken({ tokenUrl, clientId, clientSecret }: VendorAddresses['officernd']): Promise<string> {
  const body = new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: clientId,
    client_secret: clientSecret,
    scope: entities.map((entity) => `flex.community.${officerndResourceOf[entity]}.read`).join(' '),
  });
  return tokenSchema.parse(await (await answered(await fetch(tokenUrl, { method: 'POST', body }))).json()).access_token;
}

async function answered(response: Response): Promise<Response> {
  if (!response.ok)
    throw new Error(`The emulator answered a bare client with ${response.status}: ${(await response.text()).slice(0, 500)}`);
  return response;
}
