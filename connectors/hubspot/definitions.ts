import type { HubSpotObject } from '../../domain/entity';
import type { Call } from './client';
import { malformed } from './errors';
import type { CallOptions, HubSpotAccount, HubSpotPipeline, HubSpotPropertyDefinition } from './connector';
import { jsonOf } from './json-body';
import { accountDetailsPath, type HubSpotVersion } from './paths';
import { accountSchema, pipelinesSchema, propertiesSchema } from './schemas';
import type { Transport } from './transport';

/** The official client has no call for this one. */
export async function readAccount(transport: Transport, version: HubSpotVersion, { signal }: CallOptions = {}): Promise<HubSpotAccount> {
  const request = { method: 'GET', path: accountDetailsPath(version) };
  const { text } = await transport.send(request, { ...(signal !== undefined && { signal }) });
  const facts = transport.factsOf(request);
  const account = accountSchema.safeParse(jsonOf(text, facts));
  if (account.success) return account.data;
  throw malformed(facts, account.error.issues[0]?.path.join('.') ?? '');
}

/** All live property definitions of one object type; HubSpot gives them in one answer. */
export async function readProperties(
  call: Call,
  object: HubSpotObject,
  options?: CallOptions,
): Promise<readonly HubSpotPropertyDefinition[]> {
  const { results } = await call(propertiesSchema, ({ properties }) => properties.getAll(object), options);
  return results.map(({ name, label, type, fieldType, options: choices = [], calculated, archived, modificationMetadata }) => ({
    name,
    label,
    type,
    fieldType,
    options: choices,
    readOnly: calculated === true || modificationMetadata?.readOnlyValue === true,
    archived: archived === true,
  }));
}

/** The deal pipelines with their stages, archived ones left out. */
export async function readDealPipelines(call: Call, options?: CallOptions): Promise<readonly HubSpotPipeline[]> {
  const { results } = await call(pipelinesSchema, ({ pipelines }) => pipelines.getAll('deals'), options);
  return results.filter(isLive).map(({ id, label, stages }) => ({
    id,
    label,
    stages: stages.filter(isLive).map((stage) => ({ id: stage.id, label: stage.label, probability: probabilityOf(stage.metadata) })),
  }));
}

const isLive = ({ archived }: { readonly archived?: boolean | undefined }): boolean => archived !== true;

/** Metadata are texts: `{"isClosed":"true","probability":"1.0"}`. */
function probabilityOf(metadata: Readonly<Record<string, string>> | undefined): number | null {
  const text = metadata?.['probability'];
  const probability = text === undefined || text.trim() === '' ? Number.NaN : Number(text);
  return Number.isFinite(probability) ? probability : null;
}
