import { z } from 'zod';
import type { HubSpotPushEvent } from '../domain/hints/hubspot-push';
import { parsedJson } from '../domain/json';

/** An event with its portal. */
export interface PortalEvent extends HubSpotPushEvent {
  readonly portalId: string;
}

/** HubSpot sends ids as numbers here, and as texts elsewhere. */
const id = z.union([z.int().nonnegative(), z.string().regex(/^\d{1,20}$/)]).transform(String);
/** One odd part does not make an event unreadable. */
const perhapsId = id.optional().catch(undefined);
const perhapsWord = z.string().max(100).optional().catch(undefined);

const event = z.object({
  portalId: id,
  subscriptionType: z.string().max(100),
  objectTypeId: perhapsWord,
  objectId: perhapsId,
  primaryObjectId: perhapsId,
  mergedObjectIds: z.array(id).optional().catch(undefined),
  newObjectId: perhapsId,
  associationType: perhapsWord,
  fromObjectTypeId: perhapsWord,
  toObjectTypeId: perhapsWord,
  fromObjectId: perhapsId,
  toObjectId: perhapsId,
});

/** The events of a body whose signature is good, and how many others it has; null when it is not a list in JSON. Values are dropped. */
export function readHubSpotBody(rawBody: Buffer): { readonly events: readonly PortalEvent[]; readonly unreadable: number } | null {
  const list = parsedJson(rawBody.toString('utf8'));
  if (!Array.isArray(list)) return null;
  const events = list.flatMap((one: unknown) => {
    const parsed = event.safeParse(one);
    return parsed.success ? [parsed.data] : [];
  });
  return { events, unreadable: list.length - events.length };
}

/** The portal of the first event in an unchecked body. It is a guess about which secret to try first, and no more. */
export function likelyPortalIn(rawBody: Buffer): string | null {
  const at = rawBody.indexOf('"portalId"');
  if (at < 0) return null;
  return /^"portalId"\s*:\s*"?(\d{1,20})/.exec(rawBody.toString('latin1', at, at + 60))?.[1] ?? null;
}
