import type { JsonValue } from '../../domain/json';
import { checked } from '../shared/checked';
import type { VendorDefinition, VendorDeps, VendorRequest, VendorResponse } from '../shared/vendor';
import { HubSpotApiError, hubSpotErrorBody } from './api-error';
import { isSwitchedOff, parsePath } from './api-path';
import { applyHubSpotEdit } from './apply-edit';
import { isForApps, param, type HubSpotCall, type HubSpotRoute } from './call';
import { correlationId } from './correlation';
import { createHubSpotFeed } from './feed';
import { faultBody, htmlError } from './gateway-errors';
import { formatInstant } from './instant';
import { emptyTypeOf } from './object-type';
import { allScopes, createOauth } from './oauth';
import type { Portal } from './portal';
import { createRateLimits, type App } from './rate-limits';
import { countedRoute, matchRoute } from './router';
import { hubSpotSettingsSchema, type HubSpotSettings } from './settings';
import { createHubSpotTokens } from './tokens';
import { buildPortal, describePortal } from './world';
import { worldSchema } from './world-schema';

/** HubSpot's CRM API for one account in memory. */
export const hubSpotVendor: VendorDefinition<HubSpotSettings> = {
  side: 'hubspot',
  settings: hubSpotSettingsSchema,
  create: createVendor,
};

function createVendor({ clock, settings, random }: VendorDeps<HubSpotSettings>): ReturnType<VendorDefinition<HubSpotSettings>['create']> {
  // Records of a new world have not changed, so nobody is told of them.
  let isBuilding = true;
  const feed = createHubSpotFeed({
    clock,
    random,
    journal: () => portal.journal,
    portalId: () => portal.portalId,
    clientSecret: () => settings().oauth.clientSecret,
  });
  const build = (half: JsonValue): Portal => {
    isBuilding = true;
    try {
      return buildPortal(checked(worldSchema, half), {
        clock,
        settings,
        random,
        feed: feed.settings,
        tell: (change) => {
          if (!isBuilding) feed.tell(change);
        },
      });
    } finally {
      isBuilding = false;
    }
  };
  let portal = build({});
  let tokens = createHubSpotTokens(random, clock.now, settings);
  let limits = createRateLimits(clock.now, settings, () => portal.portalId);
  let correlations = random('correlation');
  const oauthFor = () => createOauth({ tokens, settings, portalId: () => portal.portalId, now: clock.now });
  let oauth = oauthFor();

  return {
    routeOf: countedRoute,
    errorBody: (status, request) => faultBody(status, request, correlationId(clock.now(), correlations)),
    replaceWorld: (half) => {
      portal = build(half);
      tokens = createHubSpotTokens(random, clock.now, settings);
      limits = createRateLimits(clock.now, settings, () => portal.portalId);
      correlations = random('correlation');
      oauth = oauthFor();
      feed.reset();
    },
    changeFeed: feed.change,
    stop: feed.stop,
    readWorld: () => {
      portal.drift.settle();
      return describePortal(portal);
    },
    applyEdit: (edit) => {
      portal.drift.settle();
      return applyHubSpotEdit(portal, edit);
    },
    handle: (request) => {
      portal.drift.settle();
      const id = correlationId(clock.now(), correlations);
      const response = answered(request, id);
      return { ...response, headers: { 'x-hubspot-correlation-id': id, 'x-request-id': id, ...response.headers } };
    },
  };

  function answered(request: VendorRequest, id: string): VendorResponse {
    try {
      return route(request, id);
    } catch (error) {
      if (error instanceof HubSpotApiError) return { status: error.status, body: hubSpotErrorBody(error.message, id, error.rest) };
      throw error;
    }
  }

  function route(request: VendorRequest, id: string): VendorResponse {
    if (request.url.length > settings().maxUrlBytes) return htmlError(414, 'URI Too Long');
    const path = parsePath(request.path);
    if (path === undefined) return htmlError(404, 'Not Found');
    if (isSwitchedOff(path, clock.now(), settings()))
      throw new HubSpotApiError(404, 'This version of the API is no longer available.', { category: 'API_VERSION_RETIRED' });
    const withoutBearer = oauth(path, request);
    if (withoutBearer !== undefined) return withoutBearer;
    const match = matchRoute(request.method, path);
    if (match.kind === 'unknown') return htmlError(404, 'Not Found');
    if (match.kind === 'wrong-method') throw new HubSpotApiError(405, 'HTTP 405 Method Not Allowed');
    const call: HubSpotCall = {
      portal,
      version: path.version,
      params: match.params,
      request,
      actor: { source: 'INTEGRATION', version: path.version, indexLagMs: request.searchLagMs },
    };
    const { limit } = match.route;
    if (limit === 'file') return match.route.handle(call);
    const caller = authenticate(request, isForApps(match.route));
    const { headers, refusal } =
      limit === 'journal' || limit === 'subscriptions' ? limits.takeOfApp(limit) : limits.take(limit, caller.app);
    if (refusal !== undefined) return { status: 429, headers, body: hubSpotErrorBody(refusal.message, id, refusal.rest) };
    const response = limited(call, match.route, { id, scopes: caller.scopes });
    return { ...response, headers: { ...headers, ...response.headers } };
  }

  /** Errors are turned into answers here, not in `answered`, because they carry the headers of the rate limits, too. */
  function limited(
    call: HubSpotCall,
    matched: HubSpotRoute,
    { id, scopes }: { readonly id: string; readonly scopes: readonly string[] },
  ): VendorResponse {
    try {
      requireScopes(call, matched, scopes);
      if (matched.whenEmpty !== undefined && emptyTypeOf(param(call, 'type')) !== undefined)
        return { status: 200, body: matched.whenEmpty };
      return matched.handle(call);
    } catch (error) {
      if (error instanceof HubSpotApiError) return { status: error.status, body: hubSpotErrorBody(error.message, id, error.rest) };
      throw error;
    }
  }

  /** An app's own token serves the calls that are for apps, and no others. */
  function authenticate(
    { token, tokenExpired }: VendorRequest,
    isForApp: boolean,
  ): { readonly app: App; readonly scopes: readonly string[] } {
    const state = tokens.check(token);
    if (state.kind === 'unknown' || (state.kind === 'app' && !isForApp)) throw notAuthenticated();
    if (state.kind === 'expired') throw expired(state.expiredAtMs);
    if (tokenExpired) throw expired(clock.now());
    if (state.kind === 'app') return { app: 'oauth', scopes: state.scopes };
    return { app: state.app, scopes: settings().scopes ?? allScopes };
  }

  function expired(atMs: number): HubSpotApiError {
    const ago = Math.max(0, Math.floor((clock.now() - atMs) / 1000));
    return new HubSpotApiError(401, `The OAuth token used to make this call expired ${ago} second(s) ago.`, {
      category: 'EXPIRED_AUTHENTICATION',
      context: { 'expire time': [formatInstant(atMs, settings().dropZeroMs)] },
    });
  }

  function requireScopes(call: HubSpotCall, { scopes }: HubSpotRoute, given: readonly string[]): void {
    const granted = new Set(given);
    for (const alternatives of scopes(call)) {
      if (!alternatives.some((scope) => granted.has(scope))) throw missingScopesError(alternatives);
    }
  }
}

const notAuthenticated = (): HubSpotApiError =>
  new HubSpotApiError(
    401,
    'Authentication credentials not found. This API supports OAuth 2.0 authentication and you can find more details at https://developers.hubspot.com/docs/methods/auth/oauth-overview',
    { category: 'INVALID_AUTHENTICATION' },
  );

const missingScopesError = (alternatives: readonly string[]): HubSpotApiError =>
  new HubSpotApiError(
    403,
    "This app hasn't been granted all required scopes to make this call. Read more about required scopes here: https://developers.hubspot.com/scopes.",
    {
      errors: [{ message: 'One or more of the following scopes are required.', context: { requiredGranularScopes: [...alternatives] } }],
      links: { scopes: 'https://developers.hubspot.com/scopes' },
      category: 'MISSING_SCOPES',
    },
  );
