import type { FastifyInstance, FastifyRequest } from 'fastify';
import { HUBSPOT_HOOK_PATH } from '../config/serve-settings';
import { HUBSPOT_TOLERANCE_MS, hubSpotStampMs, isSignedByHubSpot, looksLikeHubSpotSignature } from '../connectors/hubspot/signature';
import { hintsOfHubSpotPush } from '../domain/hints/hubspot-push';
import type { Hint } from '../domain/hints/hint';
import { hasRightTime, headerOf, rawBodyOf } from './hook';
import type { HookDeps } from './hook';
import { likelyPortalIn, readHubSpotBody } from './hubspot-body';
import type { PortalEvent } from './hubspot-body';
import { malformed, stale, unsigned, wrongSignature } from './refusal';
import type { SignedTenant } from './signed-tenants';
import type { Tally } from './tally';

/** `POST /hooks/hubspot`: one address for the portals of all tenants, since an app has one address. */
export function addHubSpotHook(app: FastifyInstance, { tenants, store, tally, now, publicUrl }: HookDeps): void {
  app.post(
    HUBSPOT_HOOK_PATH,
    {
      onRequest: async (request) => {
        const { signature, timestamp } = signatureOf(request);
        if (!looksLikeHubSpotSignature(signature)) throw unsigned();
        if (!hasRightTime(hubSpotStampMs(timestamp), now(), HUBSPOT_TOLERANCE_MS)) throw stale();
      },
    },
    async (request) => {
      const rawBody = rawBodyOf(request);
      const uri = `${publicUrl ?? `${request.protocol}://${request.host}`}${request.originalUrl}`;
      const signed = { method: 'POST', uri, rawBody, ...signatureOf(request) };
      const known = await tenants();
      const secret = secretsToTry(known, likelyPortalIn(rawBody)).find((one) => isSignedByHubSpot(signed, one));
      if (secret === undefined) throw wrongSignature();
      const body = readHubSpotBody(rawBody);
      if (body === null) throw malformed();
      // An app speaks for the tenants that have its secret, and for no others.
      const ofApp = known.filter(({ hubspotSecret }) => hubspotSecret?.reveal() === secret);
      const byTenant = hintsByTenant(body.events, ofApp, tally);
      tally.count('ignoredEvents', body.unreadable);
      await store('hubspot-push', byTenant);
      tally.count(
        'hints',
        [...byTenant.values()].reduce((sum, hints) => sum + hints.length, 0),
      );
      tally.count('accepted');
      return {};
    },
  );
}

const signatureOf = (request: FastifyRequest) => ({
  signature: headerOf(request, 'x-hubspot-signature-v3'),
  timestamp: headerOf(request, 'x-hubspot-request-timestamp'),
});

/** So a stranger's request costs a bounded number of hashes, whatever the number of apps. */
const MOST_SECRETS = 20;

/** The secrets of all apps, that of the likely portal first: nearly always it fits, and no other is tried. */
function secretsToTry(tenants: readonly SignedTenant[], portalId: string | null): readonly string[] {
  const likely = tenants.filter((one) => one.portalId === portalId);
  const secrets = [...likely, ...tenants].flatMap(({ hubspotSecret }) => hubspotSecret?.reveal() ?? []);
  return [...new Set(secrets)].slice(0, MOST_SECRETS);
}

function hintsByTenant(
  events: readonly PortalEvent[],
  tenants: readonly SignedTenant[],
  tally: Tally,
): ReadonlyMap<string, readonly Hint[]> {
  const byTenant = new Map<string, Hint[]>();
  for (const event of events) {
    const ofPortal = tenants.filter(({ portalId }) => portalId === event.portalId);
    if (ofPortal.length === 0) tally.count('unknownPortal');
    const hints = ofPortal.length === 0 ? [] : hintsOfHubSpotPush(event);
    for (const { tenant, entities } of ofPortal) {
      const wanted = hints.filter(({ entity }) => entities.has(entity));
      if (wanted.length === 0) tally.count('ignoredEvents');
      else {
        const known = byTenant.get(tenant);
        if (known === undefined) byTenant.set(tenant, [...wanted]);
        else known.push(...wanted);
      }
    }
  }
  return byTenant;
}
