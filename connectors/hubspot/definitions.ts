import type { HubSpotObject } from '../../domain/entity';
import { VendorError } from '../errors';
import type { Call } from './client';
import type { HubSpotAuth } from './connector-config';
import type { HubSpotProperty } from '../../config/resolve/definitions';
import type { CallOptions } from '../call-options';
import type { HubSpotAccount, HubSpotPipeline } from './connector';
import { parseAnswer } from './parse-answer';
import { accountDetailsPath, type HubSpotVersion } from './paths';
import { isLive } from './records';
import { accountSchema, pipelinesSchema, propertiesSchema, tokenInfoSchema } from './schemas';
import type { Transport } from './transport';

/** Reads the portal's number and time zone. The official client has no call for this. */
export async function readAccount(transport: Transport, version: HubSpotVersion, { signal }: CallOptions = {}): Promise<HubSpotAccount> {
  const request = { method: 'GET', path: accountDetailsPath(version) };
  const { text } = await transport.send(request, { ...(signal !== undefined && { signal }) });
  return parseAnswer(accountSchema, text, transport.factsOf(request));
}

const TOKEN_INFO_PATH = '/oauth/v2/private-apps/get/access-token-info';

/** Reads the scopes of a private app's token. HubSpot documents no such call for other tokens: for those the result is null. */
export async function readGrantedScopes(
  transport: Transport,
  auth: HubSpotAuth,
  { signal }: CallOptions = {},
): Promise<readonly string[] | null> {
  if (auth.kind !== 'token') return null;
  const request = { method: 'POST', path: TOKEN_INFO_PATH, body: JSON.stringify({ tokenKey: auth.accessToken }) };
  try {
    const { text } = await transport.send(request, { ...(signal !== undefined && { signal }) });
    return parseAnswer(tokenInfoSchema, text, transport.factsOf(request)).scopes;
  } catch (error) {
    if (error instanceof VendorError) return null;
    throw error;
  }
}

/** Reads all property definitions of one object type, which HubSpot returns in one answer. */
export async function readProperties(call: Call, object: HubSpotObject, options?: CallOptions): Promise<readonly HubSpotProperty[]> {
  const { results } = await call(propertiesSchema, ({ properties }) => properties.getAll(object), options);
  return results.map(({ calculated, modificationMetadata, ...property }) => ({
    ...property,
    readOnly: calculated || modificationMetadata.readOnlyValue,
  }));
}

/** Reads the deal pipelines and their stages, without archived ones. */
export async function readDealPipelines(call: Call, options?: CallOptions): Promise<readonly HubSpotPipeline[]> {
  const { results } = await call(pipelinesSchema, ({ pipelines }) => pipelines.getAll('deals'), options);
  return results.filter(isLive).map(({ id, label, stages }) => ({
    id,
    label,
    stages: stages
      .filter(isLive)
      .map((stage) => ({ id: stage.id, label: stage.label, probability: probabilityOf(stage.metadata.probability) })),
  }));
}

/** All metadata are texts: `{"isClosed":"true","probability":"1.0"}`. */
function probabilityOf(text: string | undefined): number | null {
  const probability = text === undefined || text.trim() === '' ? Number.NaN : Number(text);
  return Number.isFinite(probability) ? probability : null;
}
