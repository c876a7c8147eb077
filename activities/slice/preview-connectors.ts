import type { CallLedger, CountedCall } from '../../connectors/call-ledger';
import { noPlace } from '../../connectors/limits';
import { PAGE_SIZE } from '../../connectors/hubspot/records';
import { readPath, writeBody } from '../../connectors/officernd/record';
import type { HubSpotRecord } from '../../domain/hubspot-record';
import type { OfficerndRecord } from '../../connectors/officernd/connector';
import { routeOf } from '../../connectors/officernd/routes';
import { entities, hubSpotObjectOf, officerndResourceOf } from '../../domain/entity';
import type { Entity, HubSpotObject, OfficerndResource } from '../../domain/entity';
import { LINK_PATH, MADE_UP_ID } from '../../domain/ids';
import type { JsonValue } from '../../domain/json';
import type { Observation } from '../../domain/observation';
import type { Run } from '../../store/runs';
import type { TenantStore } from '../../store/store';
import type { Connectors } from '../deps';

interface PreviewDeps {
  readonly store: TenantStore;
  readonly run: Run;
  readonly ledger: CallLedger;
}

/**
 * Connectors of a preview. Lists and definitions come from the vendors, single records from what the preview has read. Writes change only
 * the preview's own store. So a preview runs the very code of a run and predicts the same
 * (docs/decisions/0005-a-preview-runs-the-same-code.md). Calls that it leaves out are counted as predicted.
 */
export function previewConnectors(live: Connectors, { store, run, ledger }: PreviewDeps): Connectors {
  const predict = (vendor: CountedCall['vendor'], route: string, count = 1): void => {
    for (let call = 0; call < count; call += 1) ledger.count({ vendor, route, outcome: 'predicted' });
  };
  const seen = (side: 'hubspot' | 'officernd', entity: Entity, ids: readonly string[]) =>
    store.observations.byIds(run.generation, side, entity, ids);
  return {
    hubspot: {
      ...live.hubspot,
      // A preview sends no write, so it takes no place for one (M8).
      reserve: async () => noPlace,
      batchRead: async (object, ids, properties, options) => {
        const known = await seen('hubspot', entityOfObject(object), ids);
        const unknown = ids.filter((id) => !known.has(id));
        predict('hubspot', live.hubspot.batchRoute(object, 'read'), batchesOf(ids) - batchesOf(unknown));
        const read = unknown.length === 0 ? [] : await live.hubspot.batchRead(object, unknown, properties, options);
        return new Map([...[...known].map(([id, observation]) => [id, recordOf(observation, properties)] as const), ...read]);
      },
      batchUpdate: async (object, updates) => {
        predict('hubspot', live.hubspot.batchRoute(object, 'update'), batchesOf(updates));
        const known = await seen(
          'hubspot',
          entityOfObject(object),
          updates.map(({ id }) => id),
        );
        const changed = updates.flatMap(({ id, properties }) => {
          const observation = known.get(id);
          return observation === undefined ? [] : [{ ...observation, values: { ...observation.values, ...properties } }];
        });
        await store.observations.record(run.generation, changed);
        return new Map(updates.map(({ id }) => [id, known.has(id) ? { kind: 'updated' } : { kind: 'missing' }]));
      },
    },
    officernd: {
      ...live.officernd,
      reserve: async (most) => Array.from({ length: most }, () => noPlace),
      readOne: async (resource, id, options) => {
        const observation = (await seen('officernd', entityOfResource(resource), [id])).get(id);
        if (observation === undefined) return live.officernd.readOne(resource, id, options);
        predict('officernd', routeOf({ kind: 'read', resource, id }));
        return { id, body: bodyOf(observation) };
      },
      findByLinkId: async () => [],
      findMembersByEmail: async () => [],
      create: async (resource, body) => {
        predict('officernd', routeOf({ kind: 'create', resource, body }));
        return record(`${MADE_UP_ID}${readLinkId(body)}`, body);
      },
      update: async (resource, id, body) => {
        predict('officernd', routeOf({ kind: 'update', resource, id, body }));
        const observation = (await seen('officernd', entityOfResource(resource), [id])).get(id);
        return record(id, { ...(observation === undefined ? {} : bodyOf(observation)), ...body });
      },
    },
  };
}

const batchesOf = (items: readonly unknown[]): number => Math.ceil(items.length / PAGE_SIZE);

const entityOfObject = (object: HubSpotObject): Entity => entities.find((entity) => hubSpotObjectOf[entity] === object) ?? 'company';
const entityOfResource = (resource: OfficerndResource): Entity =>
  entities.find((entity) => officerndResourceOf[entity] === resource) ?? 'company';

/** Builds the answer to a read: a blank property is null in it, and one that is unread is missing (V1). */
const recordOf = (observation: Observation, properties: readonly string[]): HubSpotRecord => ({
  id: observation.id,
  properties: Object.fromEntries(
    properties
      .filter((name) => observation.unread?.includes(name) !== true)
      .map((name) => [name, textOrNull(observation.values[name])] as const),
  ),
  companyIds: observation.parents.companies,
  contactIds: observation.parents.members,
  mergedIds: observation.mergedIds,
  createdAt: observation.createdAt,
  updatedAt: observation.modifiedAt,
});

const textOrNull = (value: JsonValue | undefined): string | null => (typeof value === 'string' ? value : null);

/** Builds an OfficeRnD record from what was observed of it. */
function bodyOf({ id, values, linkId, locationId, parents, createdAt, modifiedAt }: Observation): Readonly<Record<string, JsonValue>> {
  const [company] = parents.companies;
  const [member] = parents.members;
  const rest = { location: locationId, company: company ?? null, member: member ?? null, createdAt, modifiedAt };
  return { _id: id, ...writeBody(null, { ...values, [LINK_PATH]: linkId }), ...rest };
}

const record = (id: string, body: Readonly<Record<string, JsonValue>>): OfficerndRecord => ({ id, body: { ...body, _id: id } });

/** Names a created record in a preview: every creation carries its link id (L6). */
function readLinkId(body: Readonly<Record<string, JsonValue>>): string {
  const linkId = readPath(body, LINK_PATH);
  return typeof linkId === 'string' ? linkId : '';
}
