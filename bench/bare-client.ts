import { z } from 'zod';
import type { VendorAddresses } from './vendors';

/** What one page of the longest listing takes a client that does nothing with it, in milliseconds, each side; 0 where there is no page to measure. */
export interface PageTimes {
  readonly hubspot: number;
  readonly officernd: number;
}

/** Enough for a mean that repeats. */
const MOST_PAGES = 50;

/**
 * Walks through the contacts and the members as a bare client does: one page after the other, thrown away. This is the vendor's latency with what the
 * emulator, the network and a timer's inaccuracy add on this machine, whoever asks.
 */
export async function timePages({ hubspot, officernd }: VendorAddresses): Promise<PageTimes> {
  const token = await officerndToken(officernd);
  const members = `${officernd.apiUrl}/organizations/${officernd.organization}/members?$limit=50`;
  const contacts = `${hubspot.apiUrl}/crm/objects/2026-09/contacts?limit=100`;
  return {
    officernd: await timeWalk(members, token, (page) => {
      const { cursorNext } = officerndPageSchema.parse(page);
      return cursorNext ? `${members}&$cursorNext=${encodeURIComponent(cursorNext)}` : null;
    }),
    hubspot: await timeWalk(contacts, hubspot.accessToken, (page) => {
      const after = hubspotPageSchema.parse(page).paging?.next?.after;
      return after === undefined ? null : `${contacts}&after=${after}`;
    }),
  };
}

const officerndPageSchema = z.object({ cursorNext: z.string().nullish() });
const hubspotPageSchema = z.object({ paging: z.object({ next: z.object({ after: z.string() }).optional() }).optional() });
const tokenSchema = z.object({ access_token: z.string() });

async function timeWalk(first: string, token: string, nextOf: (page: unknown) => string | null): Promise<number> {
  const get = async (url: string): Promise<unknown> =>
    (await answered(await fetch(url, { headers: { authorization: `Bearer ${token}` } }))).json();
  // The first opens the connection.
  let next = nextOf(await get(first));
  const startedAt = performance.now();
  let pages = 0;
  for (; next !== null && pages < MOST_PAGES; pages += 1) next = nextOf(await get(next));
  return pages === 0 ? 0 : (performance.now() - startedAt) / pages;
}

async function officerndToken({ tokenUrl, clientId, clientSecret }: VendorAddresses['officernd']): Promise<string> {
  const body = new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: clientId,
    client_secret: clientSecret,
    scope: 'flex.community.members.read',
  });
  return tokenSchema.parse(await (await answered(await fetch(tokenUrl, { method: 'POST', body }))).json()).access_token;
}

async function answered(response: Response): Promise<Response> {
  if (!response.ok)
    throw new Error(`The emulator answered a bare client with ${response.status}: ${(await response.text()).slice(0, 500)}`);
  return response;
}
