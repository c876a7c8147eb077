import { z } from 'zod';
import type { VendorRequest, VendorResponse } from '../shared/vendor';
import { HubSpotApiError } from './api-error';
import type { ApiPath } from './api-path';
import { parseRequestBody } from './request-body';
import type { HubSpotSettings } from './settings';
import type { HubSpotTokens } from './tokens';

interface OauthDeps {
  readonly tokens: HubSpotTokens;
  readonly settings: () => HubSpotSettings;
  readonly portalId: () => string;
  readonly now: () => number;
}

/** The granted scopes if the settings give none. */
export const allScopes: readonly string[] = [
  'oauth',
  ...['contacts', 'companies', 'deals'].flatMap((type) => [
    `crm.objects.${type}.read`,
    `crm.objects.${type}.write`,
    `crm.schemas.${type}.read`,
    `crm.schemas.${type}.write`,
  ]),
  'crm.objects.owners.read',
];

/** The scopes that an app's own token may have, beside the accounts' objects. */
export const journalScopes: readonly string[] = [
  'developer.webhooks_journal.read',
  'developer.webhooks_journal.subscriptions.read',
  'developer.webhooks_journal.subscriptions.write',
];

/** Returns the answer to a call that needs no bearer token, and undefined for any other path. Throws HubSpotApiError. */
export function createOauth(deps: OauthDeps): (path: ApiPath, request: VendorRequest) => VendorResponse | undefined {
  return ({ version, segments }, request) => {
    const name = segments.join('/');
    if (name === 'oauth/private-apps/get/access-token-info' && version === 'v2') return tokenInfo(deps, request);
    if (segments[0] !== 'oauth' || version === 'v2' || version === 'v4') return undefined;
    if (name === 'oauth/token') return allowing('POST', request, () => grant(deps, request));
    if (name === 'oauth/token/introspect') return allowing('POST', request, () => introspect(deps, request));
    if (name === 'oauth/token/revoke') return allowing('POST', request, () => revoke(deps, request));
    return undefined;
  };
}

function allowing(method: string, request: VendorRequest, act: () => VendorResponse): VendorResponse {
  if (request.method !== method) throw new HubSpotApiError(405, 'HTTP 405 Method Not Allowed');
  return act();
}

/** The form in the body. Query parameters are not read. */
const formOf = ({ rawBody }: VendorRequest): URLSearchParams => new URLSearchParams(rawBody.toString('utf8'));

function grant(deps: OauthDeps, request: VendorRequest): VendorResponse {
  const form = formOf(request);
  const { oauth } = deps.settings();
  const kind = form.get('grant_type');
  if (kind !== 'refresh_token' && kind !== 'authorization_code' && kind !== 'client_credentials')
    throw oauthError('BAD_GRANT_TYPE', 'unsupported_grant_type', 'missing or unknown grant_type');
  checkClient(form, oauth);
  if (
    kind === 'refresh_token' &&
    (form.get('refresh_token') !== oauth.refreshToken || deps.tokens.isRefreshTokenRevoked() || deps.settings().revoked)
  ) {
    throw oauthError('BAD_REFRESH_TOKEN', 'invalid_grant', 'refresh token is invalid, expired or revoked');
  }
  if (kind === 'authorization_code' && form.get('code') !== oauth.code)
    throw oauthError('BAD_AUTH_CODE', 'invalid_grant', 'missing or unknown auth code');
  if (kind === 'authorization_code' && form.get('redirect_uri') !== oauth.redirectUri)
    throw oauthError('BAD_REDIRECT_URI', 'invalid_grant', 'redirect URI mismatch');
  if (kind === 'client_credentials') return grantToApp(deps, form);
  const body = {
    token_type: 'bearer',
    access_token: deps.tokens.issue(),
    refresh_token: oauth.refreshToken,
    expires_in: oauth.expiresInS,
    hub_id: Number(deps.portalId()),
    user_id: 1,
    scopes: [...(deps.settings().scopes ?? allScopes)],
    token_use: 'access_token',
  };
  return { status: 200, body };
}

/** A token of the app itself, which has no refresh token. It may only ask for scopes that the app has. */
function grantToApp({ tokens, settings }: OauthDeps, form: URLSearchParams): VendorResponse {
  const { oauth, appScopes } = settings();
  const wanted = (form.get('scope') ?? '').split(' ').filter((scope) => scope !== '');
  const lacking = wanted.filter((scope) => !(appScopes ?? [...allScopes, ...journalScopes]).includes(scope));
  if (wanted.length === 0 || lacking.length > 0)
    throw oauthError('BAD_SCOPES', 'invalid_scope', `missing or unknown scopes: ${lacking.join(' ')}`);
  return { status: 200, body: { access_token: tokens.issueToApp(wanted), expires_in: oauth.expiresInS, token_type: 'bearer' } };
}

function checkClient(form: URLSearchParams, { clientId, clientSecret }: HubSpotSettings['oauth']): void {
  if (form.get('client_id') !== clientId) throw oauthError('BAD_CLIENT_ID', 'invalid_client', 'missing or invalid client id');
  if (form.get('client_secret') !== clientSecret)
    throw oauthError('BAD_CLIENT_SECRET', 'invalid_client', 'missing or invalid client secret');
}

function introspect(deps: OauthDeps, request: VendorRequest): VendorResponse {
  const form = formOf(request);
  checkClient(form, deps.settings().oauth);
  const token = form.get('token') ?? '';
  const isRefresh = token === deps.settings().oauth.refreshToken && !deps.tokens.isRefreshTokenRevoked();
  if (!isRefresh && deps.tokens.check(token).kind !== 'valid') return { status: 200, body: { active: false } };
  const expiryMs = deps.tokens.expiryOf(token);
  const body = {
    active: true,
    token_type: 'bearer',
    token_use: isRefresh ? 'refresh_token' : 'access_token',
    client_id: deps.settings().oauth.clientId,
    hub_id: Number(deps.portalId()),
    user_id: 1,
    scopes: [...(deps.settings().scopes ?? allScopes)],
    ...(expiryMs === undefined ? {} : { expires_in: Math.floor((expiryMs - deps.now()) / 1000) }),
  };
  return { status: 200, body };
}

function revoke(deps: OauthDeps, request: VendorRequest): VendorResponse {
  const form = formOf(request);
  checkClient(form, deps.settings().oauth);
  if (form.get('token') === deps.settings().oauth.refreshToken) deps.tokens.revokeRefreshToken();
  return { status: 200, body: {} };
}

function tokenInfo(deps: OauthDeps, request: VendorRequest): VendorResponse {
  const { tokenKey } = parseRequestBody(z.object({ tokenKey: z.string() }), request.rawBody.toString('utf8'));
  const state = deps.tokens.check(tokenKey);
  if (state.kind !== 'valid' || state.app !== 'private')
    throw new HubSpotApiError(404, 'The access token was not found', { category: 'OBJECT_NOT_FOUND' });
  const scopes = [...new Set(['oauth', ...(deps.settings().scopes ?? allScopes)])];
  return { status: 200, body: { userId: 1, hubId: Number(deps.portalId()), appId: 1_160_452, scopes, isUserToken: false } };
}

/** 400 in the form of OAuth, with HubSpot's own status beside it. */
const oauthError = (status: string, error: string, description: string): HubSpotApiError =>
  new HubSpotApiError(400, description, { status, error, error_description: description });
