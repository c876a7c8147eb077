import { VendorError } from '../connectors/errors';
import { writeBody } from '../connectors/officernd/record';
import type { OfficerndRecord } from '../connectors/officernd/officernd-connector';
import { officerndResourceOf } from '../domain/entity';
import type { JsonValue } from '../domain/json';
import { linkIdOf } from '../domain/ids';
import type { FieldBase } from '../domain/link';
import { pairId } from '../domain/link';
import type { Observation } from '../domain/observation';
import { baseAfterWrite } from '../domain/plan-update';
import type { StoredOperation } from '../store/store';
import { planCreatesOf } from './create-plan';
import type { PlannedCreate } from './create-plan';
import { inParallel } from './in-parallel';
import { officerndObservation } from './read-records';
import { createRecordCalls, reasonOf } from './record-calls';
import type { RecordCalls } from './record-calls';
import type { SliceWork, StepResult } from './work';

const PAGE = 100;

/** Phase 2, applying: creates what is planned, each exactly once (L12). */
export async function applyCreatesStep(work: SliceWork, cursor: string | null): Promise<StepResult> {
  const { store, run, input } = work;
  const { entity } = input;
  // `calling` is what an interrupted attempt left behind: it may have happened (L12).
  const filter = { phase: 'link', entity, kinds: ['create'], states: ['calling', 'planned'] } as const;
  const { items, next } = await store.operations.page(run.id, filter, { after: cursor, limit: PAGE });
  const ids = items.flatMap(({ hubspotId }) => hubspotId ?? []);
  const [observations, links, unfinished] = await Promise.all([
    store.observations.byIds(run.generation, 'hubspot', entity, ids),
    store.links.activeByHubSpotIds(entity, ids),
    store.operations.unfinishedCreates(entity, ids),
  ]);
  const plans = new Map((await planCreatesOf(work, [...observations.values()])).map((create) => [create.observation.id, create]));
  const mayHaveHappened = new Set(unfinished.map(({ hubspotId }) => hubspotId));
  const calls = createRecordCalls(work.signal);
  await inParallel(items, async (operation) => {
    const { hubspotId } = operation;
    const create = hubspotId === null ? undefined : plans.get(hubspotId);
    if (create === undefined || hubspotId === null) return settle(work, operation, 'failed', 'no-longer-true');
    if (links.has(hubspotId)) return settle(work, operation, 'applied');
    return createOne(work, { operation, create, calls, askFirst: mayHaveHappened.has(hubspotId) });
  });
  return { cursor: next, counters: {} };
}

interface Creation {
  readonly operation: StoredOperation;
  readonly create: PlannedCreate;
  readonly calls: RecordCalls;
  readonly askFirst: boolean;
}

async function createOne(work: SliceWork, { operation, create, calls, askFirst }: Creation): Promise<void> {
  const { observation, plan } = create;
  if (plan.kind === 'skip') return fail(work, operation, create, plan.reason);
  await work.crashPoint('create-planned');
  await work.stillMine();
  const existing = askFirst ? await findCreated(work, observation) : null;
  if (existing !== null) return complete(work, operation, observation, existing);
  await work.store.operations.setState(work.run.id, [operation.id], 'calling');
  await work.crashPoint('create-calling');
  const outcome = await calls.make(() => post(work, operation, observation, plan.values));
  if (outcome.kind === 'failed') return fail(work, operation, create, reasonOf(outcome.error));
  await work.crashPoint('create-called');
  return complete(work, operation, observation, outcome.value);
}

/**
 * Sends the creation. When the answer is lost, the record is looked for before anything is sent again; optional fields that OfficeRnD refuses are
 * left out (M10). A refusal that surely had no effect takes the operation back to planned.
 */
async function post(
  work: SliceWork,
  operation: StoredOperation,
  observation: Observation,
  values: Readonly<Record<string, JsonValue>>,
): Promise<OfficerndRecord> {
  const resource = officerndResourceOf[observation.entity];
  try {
    return await work.officernd.create(resource, writeBody(null, values), { signal: work.signal });
  } catch (error) {
    if (!(error instanceof VendorError)) throw error;
    if (error.details.mayHaveHappened === true) {
      const existing = await findCreated(work, observation);
      if (existing !== null) return existing;
      throw error;
    }
    if (error.kind === 'rate-limited' || error.kind === 'unavailable')
      await work.store.operations.setState(work.run.id, [operation.id], 'planned');
    const kept = withoutRefused(values, error);
    if (kept === null) throw error;
    return post(work, operation, observation, kept);
  }
}

const REQUIRED = new Set(['name', 'location', 'status', 'company', 'member']);

/** The values without the refused ones, or null when that is no help. */
function withoutRefused(
  values: Readonly<Record<string, JsonValue>>,
  { kind, details }: VendorError,
): Readonly<Record<string, JsonValue>> | null {
  const refused = (details.refusedFields ?? []).map(({ property }) => property).filter((property) => !REQUIRED.has(property));
  if (kind !== 'invalid' || refused.length === 0) return null;
  const kept = Object.entries(values).filter(
    ([path]) => !refused.some((property) => path === property || path === `properties.${property}` || path.startsWith(`${property}.`)),
  );
  return kept.length === Object.keys(values).length ? null : Object.fromEntries(kept);
}

/** L12: the record that an earlier attempt made, found by the link id it was created with, or by its e-mail while nobody else has it. */
async function findCreated(work: SliceWork, { entity, id, values }: Observation): Promise<OfficerndRecord | null> {
  const options = { signal: work.signal };
  const [found] = await work.officernd.findByLinkId(officerndResourceOf[entity], linkIdOf(work.mapping.portalId, id), options);
  if (found !== undefined) return found;
  const email = values['email'];
  if (entity !== 'member' || typeof email !== 'string') return null;
  const namesakes = await work.officernd.findMembersByEmail(email, options);
  const linked = await work.store.links.activeByOfficerndIds(
    entity,
    namesakes.map((record) => record.id),
  );
  return namesakes.find((record) => !linked.has(record.id)) ?? null;
}

/** Notes a creation: what OfficeRnD answered, the link, and the base that both sides now share (M7). */
async function complete(work: SliceWork, operation: StoredOperation, hubspot: Observation, record: OfficerndRecord): Promise<void> {
  const { store, run, input, context } = work;
  const { entity } = input;
  const officernd = officerndObservation(work, entity, record);
  await store.observations.record(run.generation, [officernd]);
  const pair = { entity, officerndId: officernd.id, hubspotId: hubspot.id };
  const snapshot: Record<string, FieldBase> = {};
  for (const field of work.fields) {
    // What flows the other way, or what a side can't take, has not been agreed on by creating (M2).
    if (field.direction !== '→' && !field.readOnly.officernd) snapshot[field.key] = baseAfterWrite(field, officernd, hubspot, context);
  }
  await store.snapshots.save(new Map([[pairId(entity, officernd.id, hubspot.id), snapshot]]), entity);
  await store.links.activate([{ ...pair, origin: 'created', run: run.id, linkedAt: work.now().toISOString() }]);
  await work.crashPoint('create-applied');
  await store.failures.clear(entity, 'link', [hubspot.id]);
  await settle(work, operation, 'applied');
}

async function fail(work: SliceWork, operation: StoredOperation, { observation, dataHash }: PlannedCreate, reason: string): Promise<void> {
  const { store, run } = work;
  await store.failures.record(
    run.id,
    [{ entity: observation.entity, subject: observation.id, phase: 'link', field: null, reason, dataHash }],
    work.now(),
  );
  await settle(work, operation, 'failed', reason);
}

const settle = (work: SliceWork, { id }: StoredOperation, state: 'applied' | 'failed', error?: string): Promise<void> =>
  work.store.operations.setState(work.run.id, [id], state, error);
